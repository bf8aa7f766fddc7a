import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { door, password, type Door } from "../../../test/harness/door.ts";

let d: Door;
beforeAll(async () => { d = await door(); });
afterAll(async () => { await d.close(); });
const hour = 3_600_000;
const from = (address: string): Record<string, string> => ({ "x-forwarded-for": address });

describe("sign-in", () => {
  it("opens the session with roles, rights and a new id each time", async () => {
    await d.person("ada", "hr");
    const b = d.browser();
    const seen = await b.signIn("ada@nordwerk.example", password);
    expect(seen.status).toBe(200);
    expect(seen.body).toMatchObject({ person: { name: "ada Test" }, signInName: "ada@nordwerk.example", roles: ["hr"], zone: "UTC", language: "en" });
    const cookie = seen.headers.getSetCookie().find((c) => c.startsWith("__Host-muster="));
    expect(cookie).toMatch(/^__Host-muster=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Expires=/);
    const first = b.cookies.get("__Host-muster");
    expect((await b.get("/api/access/session")).body["session"]).toEqual(seen.body);
    const again = await b.signIn("ada@nordwerk.example", password);
    expect(again.status).toBe(200);
    expect(b.cookies.get("__Host-muster")).not.toBe(first);
    const old = d.browser();
    old.cookies.set("__Host-muster", first ?? "");
    expect((await old.get("/api/access/session")).body).toEqual({ session: null });
    expect((await old.get("/api/access/session/logins")).status).toBe(401);
  });

  it("takes a name in any case and width, and a password in any Unicode form", async () => {
    await d.person("kim");
    expect((await d.browser().signIn("  \u212AIM@Nordwerk.EXAMPLE ", password.normalize("NFD"))).status).toBe(200);
  });

  it("keeps secrets only as hashes", async () => {
    const b = await d.as("hash");
    const dump = await d.unit(async (ctx) => JSON.stringify([await ctx.db.rows("SELECT * FROM logins"), await ctx.db.rows("SELECT * FROM account_credentials"), await ctx.db.rows("SELECT * FROM idempotency_keys")],
      (_k, v: unknown) => (v instanceof Uint8Array || (typeof v === "object" && v !== null && "data" in v) ? Buffer.from(v as Uint8Array).toString("base64") : v)));
    for (const secret of b.cookies.values()) expect(dump).not.toContain(secret);
    expect(dump).not.toContain("viktor");
  });

  it("answers alike for a wrong password, an unknown name, an ended account and one without a password", async () => {
    const known = await d.person("bea");
    const ended = await d.person("old");
    await d.person("new", null, false);
    await d.unit(async (ctx) => { await ctx.db.run("UPDATE accounts SET state = 'ended' WHERE id = ?", [ended.accountId]); });
    const answers = [];
    for (const name of [known.signInName, "nobody@nordwerk.example", ended.signInName, "new@nordwerk.example", "\u202Ewrong"]) {
      const seen = await d.browser().send("POST", "/api/access/sign-in", { name, password: `${password}!` }, from("198.51.100.7"));
      const headers = [...seen.headers].filter(([k]) => !["x-request-id", "date", "content-length"].includes(k)).sort();
      const { requestId: _r, ...body } = seen.body;
      answers.push(JSON.stringify([seen.status, headers, body]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("401");
    expect(answers[0]).toContain("access.refused");
    const refused = d.kernel.entries.filter((e) => e.action === "access.sign_in_refused").map((e) => (e.after as { reason: string }).reason);
    expect(refused).toEqual(expect.arrayContaining(["wrong_password", "unknown_name", "no_password"]));
  });

  it("spends the same work on names that do not exist", async () => {
    await d.person("time");
    const fastest = { known: Infinity, unknown: Infinity };
    for (let i = 0; i < 15; i++) {
      for (const kind of ["known", "unknown"] as const) {
        const started = performance.now();
        await d.browser().send("POST", "/api/access/sign-in", { name: kind === "known" ? "time@nordwerk.example" : `time-${i}@nordwerk.example`, password: "x" }, from(`198.51.101.${i}`));
        fastest[kind] = Math.min(fastest[kind], performance.now() - started);
      }
      await d.unit(async (ctx) => { await ctx.db.run("DELETE FROM sign_in_failures"); });
    }
    // The fastest of fifteen: what the work itself takes, whatever else the machine does.
    expect(Math.min(fastest.known, fastest.unknown)).toBeGreaterThan(4);
    expect(Math.abs(fastest.known - fastest.unknown)).toBeLessThan(10);
  });

  it.each([{}, [], true, null, 7, { $ne: 1 }, ["a"], "", "a\0b", "\ud800"])("refuses a name or password of another kind: %j", async (bad) => {
    const before = d.kernel.entries.length;
    for (const body of [{ name: bad, password }, { name: "ada@nordwerk.example", password: bad }, { name: "ada@nordwerk.example", password, extra: bad }]) {
      const seen = await d.browser().post("/api/access/sign-in", body);
      expect(seen.status).toBe(400);
      expect(seen.headers.getSetCookie()).toEqual([]);
    }
    expect(d.kernel.entries.length).toBe(before);
  });

  it("slows guessing down, stops at 100 in a row from anywhere, and a known device still gets in", async () => {
    const { signInName } = await d.person("goal");
    const owner = d.browser();
    expect((await owner.signIn(signInName, password)).status).toBe(200);
    owner.cookies.delete("__Host-muster");
    owner.csrf = null;
    let tried = 0;
    let slowed = 0;
    const start = d.kernel.clock.now();
    for (let i = 0; i < 400; i++) {
      const seen = await d.browser().send("POST", "/api/access/sign-in", { name: signInName, password: `guess ${i}` }, from(`203.0.${i % 250}.1`));
      if (seen.status === 401) { tried++; continue; }
      expect(seen.status).toBe(429);
      expect(seen.body["code"]).toBe("access.too_many");
      const wait = Number(seen.headers.get("retry-after"));
      expect(wait).toBeGreaterThan(0);
      slowed++;
      d.kernel.clock.advance(wait * 1_000);
    }
    expect(tried).toBe(100);
    expect(slowed).toBeGreaterThan(90);
    // Even the right password from elsewhere has to wait: otherwise the limit would tell.
    expect((await d.browser().signIn(signInName, password)).status).toBe(429);
    expect((await owner.signIn(signInName, password)).status).toBe(200);
    d.kernel.clock.set(start);
  }, 60_000);

  it("slows one address that tries many names", async () => {
    let refused = 0;
    for (let i = 0; i < 130 && refused === 0; i++) {
      const seen = await d.browser().send("POST", "/api/access/sign-in", { name: `spray-${i}`, password: "x" }, from("192.0.2.9"));
      if (seen.status === 429) refused = i;
    }
    expect(refused).toBeGreaterThanOrEqual(100);
    await d.person("elsewhere");
    expect((await d.browser().send("POST", "/api/access/sign-in", { name: "elsewhere@nordwerk.example", password }, from("192.0.2.10"))).status).toBe(200);
  }, 60_000);

  it("computes two hashes at once, lets twenty wait and asks the rest to come back", async () => {
    await d.person("busy");
    const seen = await Promise.all(Array.from({ length: 60 }, (_, i) => d.browser().send("POST", "/api/access/sign-in", { name: "busy@nordwerk.example", password }, from(`198.18.0.${i}`))));
    const full = seen.filter((s) => s.status === 503);
    expect(seen.filter((s) => s.status === 200).length).toBeGreaterThanOrEqual(22);
    expect(full.length).toBeGreaterThan(0);
    expect(full[0]?.body["code"]).toBe("access.busy");
    expect(Number(full[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("is not asked for by another site", async () => {
    for (const headers of [{ origin: "https://evil.example", "sec-fetch-site": "cross-site" }, { origin: "null" }, { origin: d.origin, "sec-fetch-site": "same-site" }]) {
      expect((await d.browser().send("POST", "/api/access/sign-in", { name: "ada@nordwerk.example", password }, headers)).status).toBe(403);
    }
  });
});

describe("a login", () => {
  it("ends everywhere with sign-out", async () => {
    const b = await d.as("out");
    const copy = d.browser();
    for (const [k, v] of b.cookies) copy.cookies.set(k, v);
    expect((await copy.get("/api/access/session/logins")).status).toBe(200);
    const seen = await b.post("/api/access/sign-out");
    expect(seen.status).toBe(200);
    expect(seen.headers.get("clear-site-data")).toContain("storage");
    expect(b.cookies.has("__Host-muster")).toBe(false);
    expect((await copy.get("/api/access/session/logins")).status).toBe(401);
    b.csrf = null;
    expect((await b.post("/api/access/sign-out")).status).toBe(200);
  });

  it("needs the page's token for a change", async () => {
    const b = await d.as("csrf");
    b.csrf = "wrong";
    expect((await b.post("/api/access/sign-out")).status).toBe(403);
    expect((await b.get("/api/access/session/logins")).status).toBe(200);
  });

  it("lasts 12 hours idle and 7 days in all; a clock set back prolongs nothing", async () => {
    const b = await d.as("clock");
    const start = d.kernel.clock.now();
    const alive = async (): Promise<boolean> => (await b.get("/api/access/session/logins")).status === 200;
    d.kernel.clock.advance(11.9 * hour);
    expect(await alive()).toBe(true);
    await d.sessions.flush(d.kernel.database);
    d.kernel.clock.advance(11.9 * hour);
    expect(await alive()).toBe(true);
    await d.sessions.flush(d.kernel.database);
    // One hour back: it was used "later", so it ends, and stays ended when the clock is right again.
    const right = d.kernel.clock.now();
    d.kernel.clock.advance(-hour);
    expect(await alive()).toBe(false);
    await d.sessions.flush(d.kernel.database);
    d.kernel.clock.set(right);
    expect(await alive()).toBe(false);
    d.kernel.clock.set(start);

    const c = await d.as("week");
    for (let i = 0; i < 16; i++) {
      d.kernel.clock.advance(10 * hour);
      expect((await c.get("/api/access/session/logins")).status).toBe(200);
      await d.sessions.flush(d.kernel.database);
    }
    d.kernel.clock.advance(8 * hour);
    expect((await c.get("/api/access/session/logins")).status).toBe(401);
    d.kernel.clock.set(start);
    const e = await d.as("idle");
    d.kernel.clock.advance(12 * hour + 1);
    expect((await e.get("/api/access/session/logins")).status).toBe(401);
    d.kernel.clock.set(start);
  });

  it("from a wrong century is worth nothing", async () => {
    const b = await d.as("years");
    for (const at of ["2000-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"]) {
      await d.unit(async (ctx) => { await ctx.db.run("UPDATE logins SET created_at = ?, seen_at = ?, expires_at = ?", [at, at, at === "2000-01-01T00:00:00.000Z" ? "2000-01-08T00:00:00.000Z" : "2099-01-08T00:00:00.000Z"]); });
      expect((await b.get("/api/access/session/logins")).status).toBe(401);
    }
  });

  it("is listed and ended by its owner only", async () => {
    const mine = await d.as("mine");
    const phone = d.browser();
    await phone.signIn("mine@nordwerk.example", password);
    const other = await d.as("other");
    const rows = (await mine.get("/api/access/session/logins")).body["rows"] as { id: string; isCurrent: boolean }[];
    expect(rows.map((r) => r.isCurrent).sort()).toEqual([false, true]);
    const away = rows.find((r) => !r.isCurrent)?.id ?? "";
    expect((await other.post(`/api/access/session/logins/${away}/end`)).status).toBe(404);
    expect((await mine.post(`/api/access/session/logins/${away}/end`)).status).toBe(200);
    expect((await phone.get("/api/access/session/logins")).status).toBe(401);
    await phone.signIn("mine@nordwerk.example", password);
    expect((await mine.post("/api/access/session/logins/end-others")).body).toEqual({ ended: 1 });
    expect((await phone.get("/api/access/session/logins")).status).toBe(401);
  });
});
