import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { insertPeople } from "../people/index.ts";
import { openAccounts } from "./index.ts";
import { newToken } from "./tokens.ts";
import { door, password, type Door } from "../../../test/harness/door.ts";
import type { Browser } from "../../../test/harness/browser.ts";

let d: Door;
let hr: Browser;
let administrator: Browser;
beforeAll(async () => {
  d = await door();
  administrator = await d.as("root", "administrator");
  hr = await d.as("hr", "hr");
});
afterAll(async () => { await d.close(); });
const phrase = "elf neue Giraffen am Kiosk";
const link = async (accountId: string): Promise<string> => String((await hr.post(`/api/access/accounts/${accountId}/start-link`)).body["token"]);
const redeem = (token: unknown, secret: unknown = phrase): ReturnType<Browser["post"]> => d.browser().post("/api/access/start-links/redeem", { token, password: secret });

describe("a start link", () => {
  it("says whose it is, sets the password once and signs in", async () => {
    const p = await d.person("lea", null, false);
    const made = await hr.post(`/api/access/accounts/${p.accountId}/start-link`);
    expect(made.body).toMatchObject({ signInName: p.signInName, path: `/start#${String(made.body["token"])}` });
    const token = String(made.body["token"]);
    expect((await d.browser().post("/api/access/start-links/read", { token })).body).toMatchObject({ personName: "lea Test", signInName: p.signInName, hasPassword: false });
    const b = d.browser();
    const seen = await b.post("/api/access/start-links/redeem", { token, password: phrase });
    expect(seen.status).toBe(200);
    expect(seen.body["signInName"]).toBe(p.signInName);
    expect((await b.get("/api/access/session/logins")).status).toBe(200);
    expect((await redeem(token)).body["code"]).toBe("access.link_unusable");
    expect((await d.browser().signIn(p.signInName, phrase)).status).toBe(200);
  });

  it("is worth nothing once replaced, expired, another kind of thing, or after the password or name changed", async () => {
    const p = await d.person("mia", null, false);
    const first = await link(p.accountId);
    const second = await link(p.accountId);
    expect((await redeem(first)).status).toBe(404);
    const start = d.kernel.clock.now();
    d.kernel.clock.advance(7 * 86_400_000 + 1);
    expect((await redeem(second)).status).toBe(404);
    d.kernel.clock.set(start);
    for (const wrong of [newToken("start"), newToken("device"), `${second}x`, second.toLowerCase(), "x"]) expect((await redeem(wrong)).status).toBe(404);
    for (const wrong of [{}, [], true, null, { $ne: 1 }, 7, "", "a\0"]) expect((await redeem(wrong)).status).toBe(400);
    for (const wrong of [{}, [], true, null, { $ne: 1 }, 7, "", "a\0"]) expect((await redeem(second, wrong)).status).toBe(400);
    const third = await link(p.accountId);
    expect((await hr.put(`/api/access/accounts/${p.accountId}/sign-in-name`, { signInName: "mia2@nordwerk.example" })).status).toBe(200);
    expect((await redeem(third)).status).toBe(404);
    const fourth = await link(p.accountId);
    expect((await hr.post(`/api/access/accounts/${p.accountId}/end`, { reason: "left" })).status).toBe(200);
    expect((await redeem(fourth)).status).toBe(404);
    expect((await hr.post(`/api/access/accounts/${p.accountId}/start-link`)).body["code"]).toBe("access.account_ended");
  });

  it("works for one of two at once", async () => {
    const p = await d.person("zwei", null, false);
    const token = await link(p.accountId);
    const seen = await Promise.all(Array.from({ length: 6 }, (_, i) => redeem(token, `${phrase} ${i}`)));
    expect(seen.map((s) => s.status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
  });

  it("is not stored, not even for an Idempotency-Key", async () => {
    const p = await d.person("idem", null, false);
    const made = await hr.send("POST", `/api/access/accounts/${p.accountId}/start-link`, {}, { "idempotency-key": "same-key-0001" });
    const token = String(made.body["token"]);
    const stored = await d.unit(async (ctx) => JSON.stringify([await ctx.db.rows("SELECT * FROM idempotency_keys"), await ctx.db.rows("SELECT * FROM account_credentials")]));
    expect(stored).not.toContain(token);
  });
});

describe("passwords", () => {
  it.each(["short", "fourteen chars", "passwordpassword", "Muster-2026-Muster!", "P@ssw0rd123456789", "qwertyuiop123456", "aaaaaaaaaaaaaaaaaa", "1234567890123456", "Rosa Test 2027!!!", "x".repeat(1_025)])(
    "refuses %s", async (weak) => {
      const p = await d.person(`rosa${Math.floor(performance.now() * 1_000)}`, null, false);
      const token = await link(p.accountId);
      expect((await redeem(token, weak.replace("Rosa", p.signInName.split("@")[0] ?? ""))).status).toBe(400);
      expect((await d.browser().post("/api/access/start-links/read", { token })).status).toBe(200);
    });

  it("changes only with the current one, and ends every other login", async () => {
    const here = await d.as("pia");
    const there = d.browser();
    await there.signIn("pia@nordwerk.example", password);
    const before = here.cookies.get("__Host-muster");
    expect((await here.put("/api/access/session/password", { current: "not this one at all", password: phrase })).body["code"]).toBe("access.password_wrong");
    expect((await here.put("/api/access/session/password", { password: phrase })).status).toBe(400);
    const seen = await here.put("/api/access/session/password", { current: password, password: phrase });
    expect(seen.status).toBe(200);
    here.csrf = String(seen.body["csrf"]);
    expect(here.cookies.get("__Host-muster")).not.toBe(before);
    expect((await here.get("/api/access/session/logins")).body["rows"]).toHaveLength(1);
    expect((await there.get("/api/access/session/logins")).status).toBe(401);
    expect((await d.browser().signIn("pia@nordwerk.example", password)).status).toBe(401);
    expect((await d.browser().signIn("pia@nordwerk.example", phrase)).status).toBe(200);
    expect((await d.browser().put("/api/access/session/password", { current: phrase, password })).status).toBe(401);
  });

  it("are guessed no faster by changing them", async () => {
    const b = await d.as("guess");
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push((await b.put("/api/access/session/password", { current: `wrong ${i}`, password: phrase })).status);
    expect(answers).toEqual([403, 403, 403, 403, 403, 429, 429]);
  });
});

describe("start links for everybody", () => {
  it("come as one safe CSV for 5,000 people and are written down as rows of at most 2,000", async () => {
    const count = 5_000;
    await d.unit(async (ctx) => {
      const people = Array.from({ length: count }, (_, i) => ({ id: `p-${i}`, name: i === 0 ? `=HYPERLINK("x"), "q"` : `Person ${i}` }));
      await insertPeople(ctx, people.map((p) => ({ personId: p.id, given: p.name, family: "", display: p.name, email: null, language: null, employment: null })), { source: "test", sourceId: null, day: "2027-03-01" });
      const opened = await openAccounts(ctx, people.map((p, i) => ({ personId: p.id, signInName: String(i).padStart(5, "0") })));
      expect(opened.filter((o) => o.problem !== undefined)).toEqual([]);
    });
    const admin = await d.person("second", "administrator", false);
    d.kernel.entries.length = 0;
    const seen = await hr.post("/api/access/start-links");
    expect(seen.status).toBe(200);
    expect(seen.headers.get("content-type")).toContain("text/csv");
    expect(seen.headers.get("content-disposition")).toContain("attachment");
    const lines = seen.text.replace(/^\uFEFF/, "").trim().split("\r\n");
    expect(lines[0]).toBe("name,sign_in_name,link,valid_until");
    expect(lines.find((l) => l.includes("HYPERLINK"))).toMatch(/^"'=HYPERLINK\(""x""\), ""q""",00000,/);
    // HR gets no link for somebody who may do more than HR.
    expect(seen.text).not.toContain(admin.signInName);
    const made = d.kernel.entries.filter((e) => e.action === "access.start_links_created");
    expect(made.reduce((n, e) => n + (e.rows?.count ?? 0), 0)).toBe(lines.length - 1);
    expect(lines.length - 1).toBeGreaterThanOrEqual(count);
    expect(Math.max(...made.map((e) => e.rows?.count ?? 0))).toBeLessThanOrEqual(2_000);
    const token = /#(mst_start_\w+)/.exec(lines.at(-1) ?? "")?.[1];
    expect((await redeem(token)).status).toBe(200);
    expect((await administrator.post("/api/access/start-links")).text.trim().split("\r\n").slice(1).map((l) => l.split(",")[1])).toContain(admin.signInName);
    expect((await hr.post("/api/access/start-links")).text.trim()).toBe("\uFEFFname,sign_in_name,link,valid_until".slice(1));
    expect((await hr.post("/api/access/start-links", { again: true })).text.split("\r\n").length).toBeGreaterThan(count);
    expect((await redeem(/#(mst_start_\w+)/.exec(lines.at(-2) ?? "")?.[1])).status).toBe(404);
  }, 60_000);

  it("report names that are taken, twice or no names, and leave people with an account alone", async () => {
    const known = await d.person("known");
    await d.unit(async (ctx) => {
      const people = ["q-1", "q-2", "q-3", "q-4"].map((id) => ({ personId: id, given: id, family: "", display: id, email: null, language: null, employment: null }));
      await insertPeople(ctx, people, { source: "test", sourceId: null, day: "2027-03-01" });
      const opened = await openAccounts(ctx, [
        { personId: "q-1", signInName: "KNOWN@nordwerk.example" }, { personId: "q-2", signInName: "twin" }, { personId: "q-3", signInName: "\uFF34win" }, { personId: "q-4", signInName: "a\u200Bb" },
        { personId: known.personId, signInName: "other" },
      ]);
      expect(opened).toEqual([{ personId: "q-1", problem: "name_taken" }, { personId: "q-2" }, { personId: "q-3", problem: "name_taken" }, { personId: "q-4", problem: "name_invalid" }, { personId: known.personId }]);
    });
  });
});
