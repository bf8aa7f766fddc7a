import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asSystem } from "../../kernel/unit.ts";
import { accessModule, grantRole, permissions, roles, visiblePeople } from "./index.ts";
import { door, password, type Door } from "../../../test/harness/door.ts";
import { isAbove, nameDelayS, permissionsOf, roleCodes } from "./rules.ts";
import type { Browser } from "../../../test/harness/browser.ts";

let d: Door;
let administrator: Browser;
let root: { personId: string; accountId: string; signInName: string };
beforeAll(async () => {
  d = await door();
  root = await d.person("root", "administrator");
  administrator = d.browser();
  await administrator.signIn(root.signInName, password);
});
afterAll(async () => { await d.close(); });
const deliver = async (name: string, payload: unknown): Promise<void> => {
  const handler = accessModule.events?.find((e) => e.event === name);
  await asSystem(d.kernel, "access", (ctx) => handler?.handle(ctx, payload as never, { id: "e", at: ctx.now }) ?? Promise.resolve());
};
const grantsOf = async (personId: string): Promise<{ id: string; role: string; endedAt: string | null }[]> =>
  (await administrator.get(`/api/access/people/${personId}/account`)).body["grants"] as { id: string; role: string; endedAt: string | null }[];

describe("roles", () => {
  it("give the permissions of the table; auditors write nothing, managers see their line", () => {
    const of = (role: string): ReadonlyMap<string, string> => permissionsOf([{ role, scope: "tenant", validFrom: "2000-01-01", validTo: null }], "2027-01-01");
    expect([...of("administrator").keys()]).toEqual([...permissions]);
    expect([...of("auditor").keys()].every((p) => p.endsWith(".read"))).toBe(true);
    expect(of("auditor").size).toBe(permissions.filter((p) => p.endsWith(".read")).length);
    expect(new Set(of("manager").values())).toEqual(new Set(["reports"]));
    expect(of("learner").size).toBe(0);
    expect(of("hr").has("access.write")).toBe(false);
    expect([...of("author").keys()].every((p) => p.startsWith("courses."))).toBe(true);
  });
  it("the widest scope wins, a grant only narrows, and unknown or out of date gives nothing", () => {
    const g = (role: string, scope: string, validFrom = "2027-01-01", validTo: string | null = null) => ({ role, scope, validFrom, validTo });
    expect(permissionsOf([g("manager", "reports"), g("hr", "tenant")], "2027-03-01").get("people.read")).toBe("tenant");
    expect(permissionsOf([g("hr", "tenant"), g("manager", "reports")], "2027-03-01").get("people.read")).toBe("tenant");
    expect(permissionsOf([g("manager", "tenant")], "2027-03-01").get("people.read")).toBe("reports");
    expect(permissionsOf([g("hr", "reports")], "2027-03-01").get("people.read")).toBe("reports");
    for (const nothing of [g("king", "tenant"), g("__proto__", "tenant"), g("hr", "subtree"), g("hr", "tenant", "2027-03-02"), g("hr", "tenant", "2027-01-01", "2027-03-01")]) expect(permissionsOf([nothing], "2027-03-01").size).toBe(0);
    expect(permissionsOf([g("hr", "tenant", "2027-01-01", "2027-03-02")], "2027-03-01").size).toBeGreaterThan(0);
  });
  it("know who is above whom", () => {
    const of = (role: string): ReturnType<typeof permissionsOf> => permissionsOf([{ role, scope: "tenant", validFrom: "2000-01-01", validTo: null }], "2027-01-01");
    for (const role of roleCodes) expect(isAbove(of(role), of("administrator"))).toBe(false);
    expect(isAbove(of("administrator"), of("hr"))).toBe(true);
    expect(isAbove(of("manager"), of("hr"))).toBe(false);
    expect(nameDelayS(4)).toBe(0);
    expect([5, 6, 10, 99].map(nameDelayS)).toEqual([1, 2, 32, 900]);
  });
  it("are shown with their holders", async () => {
    const seen = await administrator.get("/api/access/roles");
    expect(seen.status).toBe(200);
    const rows = seen.body["rows"] as { role: string; permissions: string[]; holders: number }[];
    expect(rows.map((r) => r.role)).toEqual([...roleCodes]);
    expect(rows[0]).toMatchObject({ holders: 1, permissions: [...roles.administrator.permissions] });
  });
});

describe("a grant", () => {
  it("acts at the next request, and so does its end", async () => {
    const b = await d.as("gina");
    const id = String(((await b.get("/api/access/session")).body["session"] as { person: { id: string } }).person.id);
    expect((await b.get("/api/access/roles")).status).toBe(403);
    const made = await administrator.post("/api/access/grants", { personId: id, role: "auditor", reason: "audit 2027" });
    expect(made.status).toBe(200);
    expect((await b.get("/api/access/roles")).status).toBe(200);
    expect((await administrator.post("/api/access/grants", { personId: id, role: "auditor", reason: "again" })).body["code"]).toBe("access.role_held");
    expect((await administrator.post(`/api/access/grants/${String(made.body["id"])}/end`, { reason: "done" })).status).toBe(200);
    expect((await b.get("/api/access/roles")).status).toBe(403);
    expect((await administrator.post(`/api/access/grants/${String(made.body["id"])}/end`, { reason: "done" })).body["code"]).toBe("access.grant_ended");
    expect(d.kernel.entries.filter((e) => e.target.kind === "grant" && e.target.id === made.body["id"]).map((e) => [e.action, e.reason])).toEqual([["access.role_granted", "audit 2027"], ["access.grant_ended", "done"]]);
    expect((await administrator.post("/api/access/grants", { personId: id, role: "auditor", reason: "2028" })).status).toBe(200);
  });

  it("is given by administrators only, never for a person who is not there or a role that is none", async () => {
    const { personId } = await d.person("gil");
    for (const role of ["hr", "author", "manager", "auditor", "learner"]) {
      const b = await d.as(`by-${role}`, role);
      const before = d.kernel.entries.length;
      expect((await b.post("/api/access/grants", { personId, role: "learner", reason: "x" })).status).toBe(403);
      expect(d.kernel.entries.length).toBe(before);
    }
    expect((await d.browser().post("/api/access/grants", { personId, role: "hr", reason: "x" })).status).toBe(401);
    expect((await administrator.post("/api/access/grants", { personId: "nobody", role: "hr", reason: "x" })).status).toBe(404);
    for (const bad of [{ role: "king" }, { role: ["hr"] }, { role: "hr", scope: "tenant" }, { role: "hr", reason: "" }, { role: "hr", reason: "x", granted_by: "me" }, { personId: ["a"], role: "hr" }]) {
      expect((await administrator.post("/api/access/grants", { personId, reason: "x", ...bad })).status).toBe(400);
    }
  });

  it("of the last administrator stays, also when two take it from each other at once", async () => {
    const own = (await grantsOf(root.personId)).find((g) => g.role === "administrator")?.id ?? "";
    expect((await administrator.post(`/api/access/grants/${own}/end`, { reason: "x" })).body["code"]).toBe("access.last_administrator");
    expect((await administrator.post(`/api/access/accounts/${root.accountId}/end`, { reason: "x" })).body["code"]).toBe("access.last_administrator");
    const second = await d.person("second", "administrator");
    const other = d.browser();
    await other.signIn(second.signInName, password);
    const theirs = (await grantsOf(second.personId)).find((g) => g.role === "administrator")?.id ?? "";
    const seen = await Promise.all([administrator.post(`/api/access/grants/${theirs}/end`, { reason: "x" }), other.post(`/api/access/grants/${own}/end`, { reason: "x" })]);
    expect(seen.map((s) => s.status).sort()).not.toEqual([200, 200]);
    expect(seen.some((s) => s.status === 200)).toBe(true);
    const left = await d.unit(async (ctx) => ctx.db.rows("SELECT 1 AS one FROM grants WHERE role = 'administrator' AND ended_at IS NULL"));
    expect(left).toHaveLength(1);
    const winner = seen[0]?.status === 200 ? administrator : other;
    await winner.post("/api/access/grants", { personId: winner === administrator ? second.personId : root.personId, role: "administrator", reason: "back" });
    if (winner === other) { administrator = d.browser(); await administrator.signIn(root.signInName, password); }
  });
});

describe("an account", () => {
  it("ends at once with everything it could do, and resumes with its password", async () => {
    const p = await d.person("ted");
    const b = d.browser();
    await b.signIn(p.signInName, password);
    expect((await administrator.post(`/api/access/accounts/${p.accountId}/end`, { reason: "left us" })).body).toMatchObject({ state: "ended" });
    expect((await b.get("/api/access/session/logins")).status).toBe(401);
    expect((await d.browser().signIn(p.signInName, password)).status).toBe(401);
    expect((await administrator.post(`/api/access/accounts/${p.accountId}/resume`, { reason: "back" })).body).toMatchObject({ state: "active" });
    expect((await b.get("/api/access/session/logins")).status).toBe(401);
    expect((await d.browser().signIn(p.signInName, password)).status).toBe(200);
  });

  it("follows employment: ended with the last, resumed with a new one, but not when a person had ended it", async () => {
    const p = await d.person("emp");
    const b = d.browser();
    await b.signIn(p.signInName, password);
    const employment = async (state: string): Promise<void> => d.unit(async (ctx) => { await ctx.db.run("UPDATE employments SET state = ? WHERE person_id = ?", [state, p.personId]); });
    const changed = (ended: boolean) => deliver("people.changed", { personIds: [p.personId], endedPersonIds: ended ? [p.personId] : [], source: "t", sourceId: null });
    await changed(true);
    expect((await b.get("/api/access/session/logins")).status).toBe(200);
    await employment("ended");
    await changed(true);
    await changed(true);
    expect((await b.get("/api/access/session/logins")).status).toBe(401);
    await changed(false);
    expect((await d.browser().signIn(p.signInName, password)).status).toBe(401);
    await employment("active");
    await changed(false);
    expect((await d.browser().signIn(p.signInName, password)).status).toBe(200);
    await administrator.post(`/api/access/accounts/${p.accountId}/end`, { reason: "trouble" });
    await changed(false);
    expect((await d.browser().signIn(p.signInName, password)).status).toBe(401);
  });

  it("of somebody who may do more is out of reach for HR", async () => {
    const hr = await d.as("hana", "hr");
    for (const path of ["start-link", "end", "sign-out"]) {
      expect((await hr.post(`/api/access/accounts/${root.accountId}/${path}`, path === "start-link" ? {} : { reason: "x" })).status).not.toBe(200);
    }
    expect((await hr.post(`/api/access/accounts/${root.accountId}/start-link`)).body["code"]).toBe("access.above_you");
    expect((await hr.put(`/api/access/accounts/${root.accountId}/sign-in-name`, { signInName: "taken-over" })).body["code"]).toBe("access.above_you");
    const p = await d.person("ola", "manager");
    expect((await hr.post(`/api/access/accounts/${p.accountId}/start-link`)).status).toBe(200);
    expect((await hr.post(`/api/access/accounts/${p.accountId}/sign-out`, { reason: "lost phone" })).body).toEqual({ ended: 0 });
    const auditor = await d.as("aud", "auditor");
    expect((await auditor.get("/api/access/accounts")).status).toBe(200);
    expect((await auditor.post(`/api/access/accounts/${p.accountId}/start-link`)).status).toBe(403);
    const learner = await d.as("lou", "learner");
    expect((await learner.get("/api/access/accounts")).status).toBe(403);
    expect((await learner.get(`/api/access/people/${p.personId}/account`)).status).toBe(403);
  });

  it("has one name in all its spellings", async () => {
    const p = await d.person("nam");
    const q = await d.person("other-nam");
    for (const twin of ["NAM@nordwerk.example", " nam@NORDWERK.example", "ｎam@nordwerk.example"]) {
      expect((await administrator.put(`/api/access/accounts/${q.accountId}/sign-in-name`, { signInName: twin })).body["code"]).toBe("access.name_taken");
    }
    for (const bad of ["", "a\u202Eb", "a\u200Bb", "\u3000", "x".repeat(255), "a\nb"]) expect((await administrator.put(`/api/access/accounts/${q.accountId}/sign-in-name`, { signInName: bad })).status).toBe(400);
    for (const bad of [{}, [], true, null, ["a@b.example", "c@d.example"]]) expect((await administrator.put(`/api/access/accounts/${q.accountId}/sign-in-name`, { signInName: bad })).status).toBe(400);
    expect((await administrator.post(`/api/access/people/${p.personId}/account`, { signInName: "again" })).body["code"]).toBe("access.account_exists");
  });

  it("is listed by name, role, password; foreign columns do not sort", async () => {
    await d.person("zita", "author", false);
    const list = async (query: string): Promise<{ status: number; names: string[] }> => {
      const seen = await administrator.get(`/api/access/accounts?${query}`);
      return { status: seen.status, names: ((seen.body["rows"] ?? []) as { signInName: string }[]).map((r) => r.signInName) };
    };
    expect((await list("search=ZITA")).names).toEqual(["zita@nordwerk.example"]);
    expect((await list("role=author&password=without")).names).toEqual(["zita@nordwerk.example"]);
    expect((await list("search=%25")).names).toEqual([]);
    expect((await list("sort=-lastSignedIn&size=3")).names).toHaveLength(3);
    for (const bad of ["sort=secret_hash", "size=1000", "page=-1", "state=all&state=ended", "fields=token_hash", "password[$ne]=with"]) expect((await list(bad)).status).toBe(400);
  });

  it("and each grant in the ledger equals its row", async () => {
    for (const states of accessModule.states ?? []) {
      const rows = await d.unit((ctx) => states.page(ctx, "", 1_000));
      expect(rows.length).toBeGreaterThan(5);
      for (const row of rows) {
        const newest = d.kernel.entries.filter((e) => e.target.kind === states.kind && e.target.id === row.id).sort((a, b) => (a.target.version ?? 0) - (b.target.version ?? 0)).at(-1);
        expect(newest?.after).toEqual(row.state);
      }
    }
  });
});

describe("one's own", () => {
  it("language is chosen and follows at once", async () => {
    const b = await d.as("lang");
    expect((await b.put("/api/access/session/language", { language: "ar" })).body).toEqual({ language: "ar" });
    expect((await b.get("/api/access/session")).body["session"]).toMatchObject({ language: "ar" });
    expect((await b.put("/api/access/session/language", { language: null })).body).toEqual({ language: "en" });
    expect((await b.put("/api/access/session/language", { language: "xx" })).status).toBe(400);
    expect((await d.browser().put("/api/access/session/language", { language: "de" })).status).toBe(401);
  });
  it("line is what a manager sees", async () => {
    const boss = await d.person("boss", "manager");
    const direct = await d.person("direct");
    const indirect = await d.person("indirect");
    const stranger = await d.person("stranger");
    for (const [below, above] of [[direct, boss], [indirect, direct]] as const) {
      const seen = await administrator.get(`/api/people/${below.personId}`);
      const employmentId = (seen.body["employments"] as { id: string }[])[0]?.id ?? "";
      expect((await administrator.put(`/api/people/${below.personId}/employments/${employmentId}/superior`, { superiorId: above.personId })).status).toBe(200);
    }
    const b = d.browser();
    await b.signIn(boss.signInName, password);
    expect((await b.get(`/api/people/${direct.personId}`)).status).toBe(200);
    expect((await b.get(`/api/people/${indirect.personId}`)).status).toBe(200);
    expect((await b.get(`/api/people/${stranger.personId}`)).status).toBe(404);
    expect(await d.unit(async (ctx) => visiblePeople({ ...ctx, actor: { ...ctx.actor, permissions: new Map() } }, "people.read"))).toEqual({ sql: "1 = 0", values: [] });
    await d.unit(async (ctx) => { await expect(grantRole({ ...ctx, actor: { ...ctx.actor, permissions: new Map() } }, { personId: boss.personId, role: "hr", reason: "x" })).rejects.toThrow("may do more"); });
  });
});
