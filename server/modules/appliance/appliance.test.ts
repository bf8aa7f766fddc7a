import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";
import type { JobHandler } from "../../kernel/jobs/types.ts";
import { asSystem, runUnit } from "../../kernel/unit.ts";
import { systemActor } from "../../kernel/ctx.ts";
import { newSetUpToken, setUpFromConfig } from "./index.ts";

let w: World;
beforeAll(async () => { w = await world(); });
afterAll(async () => { await w.close(); });

const ended: string[] = [];
/** A handler for tests; the runner of the world knows it as any module's. */
function addJob(kind: string, handler: Partial<JobHandler>): void {
  const known = w.muster.runner.handlerOf.bind(w.muster.runner);
  const added: JobHandler = { actor: "tests", run: async () => undefined, ...handler };
  Object.defineProperty(w.muster.runner, "handlerOf", { value: (k: string) => (k === kind ? added : known(k)), configurable: true });
}
const queue = (kind: string, key: string, by = "tests", more: object = {}): Promise<string> =>
  runUnit(w.muster.kernel, { actor: { ...systemActor("tests"), id: by }, requestId: "t" }, (ctx) => ctx.enqueue({ kind, key, payload: { secretName: "Lea" }, ...more }));
const setState = (id: string, state: string): Promise<number> => w.muster.kernel.database.unit((db) => db.run("UPDATE jobs SET state = ?, finished_at = ?, error = 'broke', attempts = 5 WHERE id = ?", [state, w.clock.now(), id]));
const entries = (action: string): Promise<{ target_id: string; actor_id: string }[]> => w.muster.kernel.database.read.rows("SELECT target_id, actor_id FROM ledger_intakes WHERE type = ? ORDER BY id", [action]);

describe("jobs", () => {
  test("are listed by state, kind and words, in pages, without what they carry", async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await queue("tests.listed", `listed:${i}%_\\`));
    await setState(ids[0] ?? "", "dead");
    const admin = w.as("administrator");
    const page = await admin.appliance.jobs({ kind: "tests.listed", size: "2", page: "2" } as never);
    expect(page).toMatchObject({ total: 5, page: 2, size: 2, counts: { dead: expect.any(Number), queued: expect.any(Number) } });
    expect(page.rows).toHaveLength(2);
    expect(page.kinds).toContain("tests.listed");
    expect((await admin.appliance.jobs({ state: ["dead"] })).rows.map((r) => r.id)).toEqual([ids[0]]);
    expect((await admin.appliance.jobs({ search: "LISTED:3%_\\" })).rows.map((r) => r.id)).toEqual([ids[3]]);
    expect((await admin.appliance.jobs({ search: "listed_3" })).total).toBe(0);
    const detail = await admin.appliance.job({ jobId: ids[0] ?? "" });
    expect(detail).toMatchObject({ state: "dead", error: "broke", payloadBytes: 20 });
    expect(JSON.stringify(detail)).not.toContain("Lea");
  });

  test("one parked is tried again once, with all its attempts and a ledger entry", async () => {
    const id = await queue("tests.retried", "retried");
    const admin = w.as("administrator");
    await expect(admin.appliance.retryJob({ jobId: id })).rejects.toMatchObject({ status: 409, code: "appliance.job_not_parked" });
    await setState(id, "dead");
    const both = await Promise.allSettled([admin.appliance.retryJob({ jobId: id, reason: "mail is back" }), admin.appliance.retryJob({ jobId: id })]);
    expect(both.map((b) => b.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await admin.appliance.job({ jobId: id })).toMatchObject({ state: "queued", attempts: 0, finishedAt: null });
    expect(await entries("appliance.job_retried")).toEqual([{ target_id: id, actor_id: w.people.administrator.personId }]);
  });

  test("only what may be cancelled is, by whoever may, and its module is told", async () => {
    addJob("tests.stoppable", { cancellable: true, ended: async (ctx, _payload, state) => { ended.push(state); await ctx.db.rows("SELECT 1 AS one"); } });
    const admin = w.as("administrator");
    const fixed = await queue("tests.fixed", "fixed");
    await expect(admin.appliance.cancelJob({ jobId: fixed })).rejects.toMatchObject({ status: 409, code: "appliance.job_not_cancellable" });
    const id = await queue("tests.stoppable", "stoppable:1");
    expect((await admin.appliance.job({ jobId: id })).isCancellable).toBe(true);
    expect(await admin.appliance.cancelJob({ jobId: id, reason: "wrong file" })).toEqual({ id, state: "cancelled" });
    expect(ended).toEqual(["cancelled"]);
    await expect(admin.appliance.cancelJob({ jobId: id })).rejects.toMatchObject({ status: 409, code: "appliance.job_over" });
    expect((await admin.appliance.job({ jobId: id })).isCancellable).toBe(false);
  });

  test("the tray shows one's own and nobody else's, also to cancel", async () => {
    addJob("tests.own", { cancellable: true });
    const { hr, learner } = w.people;
    const mine = await queue("tests.own", "own:hr", hr.personId, { total: 10 });
    const old = await queue("tests.own", "own:old", hr.personId);
    await setState(old, "done");
    await w.muster.kernel.database.unit((db) => db.run("UPDATE jobs SET finished_at = '2027-03-01T06:59:59.000Z' WHERE id = ?", [old]));
    expect((await w.as("hr").appliance.ownJobs({})).rows).toMatchObject([{ id: mine, kind: "tests.own", totalCount: 10, isCancellable: true }]);
    expect((await w.as("learner").appliance.ownJobs({})).rows).toEqual([]);
    await expect(w.as(learner).appliance.cancelOwnJob({ jobId: mine })).rejects.toMatchObject({ status: 404 });
    await expect(w.as("auditor").appliance.cancelOwnJob({ jobId: mine })).rejects.toMatchObject({ status: 404 });
    expect(await w.as("hr").appliance.cancelOwnJob({ jobId: mine })).toEqual({ id: mine, state: "cancelled" });
  });

  test("are refused without the right, to strangers, and with wrong words", async () => {
    const id = await queue("tests.refused", "refused");
    for (const who of ["hr", "author", "manager", "learner"] as const) {
      await expect(w.as(who).appliance.jobs({})).rejects.toMatchObject({ status: 403 });
      await expect(w.as(who).appliance.job({ jobId: id })).rejects.toMatchObject({ status: 403 });
    }
    await expect(w.as("auditor").appliance.jobs({})).resolves.toBeTruthy();
    await expect(w.as("auditor").appliance.cancelJob({ jobId: id })).rejects.toMatchObject({ status: 403 });
    await expect(w.as("auditor").appliance.retryJob({ jobId: id })).rejects.toMatchObject({ status: 403 });
    await expect(w.anonymous.appliance.jobs({})).rejects.toMatchObject({ status: 401 });
    await expect(w.anonymous.appliance.ownJobs({})).rejects.toMatchObject({ status: 401 });
    await expect(w.as("administrator").appliance.job({ jobId: "0".repeat(36) })).rejects.toMatchObject({ status: 404 });
    for (const query of ["state=lost", "size=0", "size=201", "page=0", "tenantId=other", "sort=key", "state=dead&state=dead&state=dead&state=dead&state=dead&state=dead"]) {
      expect((await w.request("GET", `/api/appliance/jobs?${query}`, { who: "administrator" })).status).toBe(400);
    }
  });
});

describe("plugins", () => {
  test("are shown with what they provide, and switched for the next start", async () => {
    const admin = w.as("administrator");
    const { rows } = await admin.appliance.plugins({});
    expect(rows.find((p) => p.id === "disk")).toMatchObject({ origin: "bundled", isEnabled: true, isRunning: true, points: ["files"], failureCount: 0, leftOut: null });
    await expect(admin.appliance.disablePlugin({ pluginId: "disk" })).rejects.toMatchObject({ status: 409, code: "appliance.plugin_needed" });
    expect(await admin.appliance.disablePlugin({ pluginId: "pdf-certificate", reason: "trial" })).toEqual({ id: "pdf-certificate", isEnabled: false, isRunning: true });
    expect((await admin.appliance.plugins({})).rows.find((p) => p.id === "pdf-certificate")).toMatchObject({ isEnabled: false, isRunning: true });
    expect(await admin.appliance.enablePlugin({ pluginId: "pdf-certificate" })).toMatchObject({ isEnabled: true });
    expect((await entries("appliance.plugin_disabled")).map((e) => e.target_id)).toEqual(["pdf-certificate"]);
  });

  test("are nobody's to switch without the right", async () => {
    await expect(w.as("auditor").appliance.disablePlugin({ pluginId: "pdf-certificate" })).rejects.toMatchObject({ status: 403 });
    await expect(w.as("auditor").appliance.enablePlugin({ pluginId: "pdf-certificate" })).rejects.toMatchObject({ status: 403 });
    await expect(w.as("hr").appliance.plugins({})).rejects.toMatchObject({ status: 403 });
    await expect(w.as("administrator").appliance.disablePlugin({ pluginId: "nothing" })).rejects.toMatchObject({ status: 404 });
  });
});

describe("health", () => {
  test("says how each part is, in codes and sentences", async () => {
    const health = await w.as("auditor").appliance.health({});
    expect(health.checks.map((c) => c.code)).toEqual(expect.arrayContaining(["health.database.ok", "health.disk.ok", "health.events.ok"]));
    expect(health.versions).toMatchObject({ muster: expect.stringMatching(/^\d/), node: process.versions.node, database: expect.stringMatching(/^(SQLite|PostgreSQL) \d/) });
    await expect(w.as("hr").appliance.health({})).rejects.toMatchObject({ status: 403 });
    await expect(w.anonymous.appliance.health({})).rejects.toMatchObject({ status: 401 });
  });

  test("metrics name operations and states, never people", async () => {
    w.muster.metrics.http("people.list", 200, 0.01);
    const text = await w.muster.metrics.text();
    for (const name of ["muster_http_seconds", "muster_unit_seconds_count{outcome=\"committed\"}", "muster_jobs{state=\"queued\"}", "muster_outbox_lag_seconds", "muster_ledger_lag_seconds", "muster_loop_delay_p99_seconds", "muster_resident_bytes"]) expect(text).toContain(name);
    expect(text).not.toContain("muster_scrape_failures_total{");
  });
});

describe("first set-up", () => {
  const wanted = {
    companyName: "Nordwerk", zone: "Europe/Berlin", language: "de" as const, publicUrl: "https://muster.nordwerk.example", contentUrl: "https://content.nordwerk.example/",
    givenName: "Ada", familyName: "Adler", email: "ada@nordwerk.example", password: "vier blaue Wolken tanzen",
  };
  const fresh = async (): Promise<{ f: World; token: string }> => {
    const f = await world();
    await asSystem(f.muster.kernel, "tests", (ctx) => ctx.db.run("UPDATE tenants SET state = 'new', name = '' WHERE id = ?", [ctx.tenantId]));
    const token = await newSetUpToken(f.muster.kernel.database, "main");
    return { f, token: token ?? "" };
  };

  test("once done it is done: no token, no second set-up", async () => {
    expect(await w.anonymous.appliance.setUpState({})).toEqual({ state: "done" });
    expect(await newSetUpToken(w.muster.kernel.database, "main")).toBeUndefined();
    await expect(w.anonymous.appliance.setUp({ ...wanted, token: "x" })).rejects.toMatchObject({ status: 404, code: "appliance.set_up_already" });
    expect(await setUpFromConfig(w.muster.kernel, { email: "new@nordwerk.example", password: { reveal: () => "another long pass phrase" } })).toBe(false);
  });

  test("needs the token of the last start, good addresses and a good password, and changes nothing otherwise", async () => {
    const { f, token } = await fresh();
    const later = await newSetUpToken(f.muster.kernel.database, "main") ?? "";
    const refused = (change: object): Promise<unknown> => f.anonymous.appliance.setUp({ ...wanted, token: later, ...change }).then(() => null, (e: unknown) => e);
    for (const wrong of ["", "x", token]) expect(await refused({ token: wrong })).toMatchObject({ status: wrong === "" ? 400 : 403 });
    expect(await refused({ password: "short" })).toMatchObject({ status: 400, code: "access.password_short" });
    expect(await refused({ password: "ada adler nordwerk" })).toMatchObject({ status: 400, code: "access.password_guessable" });
    expect(await refused({ contentUrl: wanted.publicUrl })).toMatchObject({ status: 400, code: "appliance.same_address" });
    for (const change of [{ publicUrl: "http://muster.example" }, { publicUrl: "https://user:pw@muster.example" }, { contentUrl: "https://x.example/path" }, { contentUrl: "javascript:alert(1)" }, { zone: "Mars/Olympus" }, { language: "fr" },
      { email: "nobody" }, { companyName: " " }, { givenName: "A\nB" }, { role: "administrator" }]) expect(await refused(change)).toMatchObject({ status: 400, code: "request.invalid" });
    expect(await f.anonymous.appliance.setUpState({})).toEqual({ state: "needed" });
    expect(await f.muster.kernel.database.read.rows("SELECT id FROM people WHERE email = ?", [wanted.email])).toEqual([]);
    await f.close();
  });

  test("raced by several, one wins, and that administrator can sign in", async () => {
    const { f, token } = await fresh();
    const racers = Array.from({ length: 4 }, (_, i) => f.anonymous.appliance.setUp({ ...wanted, token, email: `admin${i}@nordwerk.example` }));
    const ends = await Promise.allSettled(racers);
    const won = ends.filter((e) => e.status === "fulfilled").map((e) => e.value);
    expect(won).toHaveLength(1);
    for (const e of ends) if (e.status === "rejected") expect(e.reason).toMatchObject({ status: 404, code: "appliance.set_up_already" });
    const { kernel } = f.muster;
    expect(await kernel.database.read.rows("SELECT name, zone, language, state FROM tenants WHERE id = 'main'")).toEqual([{ name: "Nordwerk", zone: "Europe/Berlin", language: "de", state: "open" }]);
    expect(await kernel.database.read.rows("SELECT email FROM people WHERE email LIKE 'admin%@%' AND email <> ?", [f.people.administrator.personId])).toHaveLength(2);
    expect(await kernel.database.read.rows("SELECT name FROM instance_facts WHERE name = 'set_up_token_sha256'")).toEqual([]);
    expect(await kernel.database.read.rows("SELECT value FROM instance_facts WHERE name IN ('chosen_public_url', 'chosen_content_url') ORDER BY name")).toEqual([{ value: "https://content.nordwerk.example" }, { value: "https://muster.nordwerk.example" }]);
    const session = await f.anonymous.access.signIn({ name: won[0]?.signInName ?? "", password: wanted.password });
    expect(session.roles).toContain("administrator");
    expect(session.zone).toBe("Europe/Berlin");
    await f.close();
  });

  test("without a browser it does the same, once, and refuses a weak password by the name of its setting", async () => {
    const { f } = await fresh();
    const { kernel } = f.muster;
    await expect(setUpFromConfig(kernel, { email: "it@nordwerk.example", password: { reveal: () => "aaaaaaaaaaaaaaaaaaaa" } })).rejects.toThrow(/^MUSTER_ADMIN_PASSWORD: /);
    const admin = { email: "it@nordwerk.example", password: { reveal: () => "vier blaue Wolken tanzen" } };
    expect((await Promise.all([setUpFromConfig(kernel, admin), setUpFromConfig(kernel, admin)])).sort()).toEqual([false, true]);
    expect((await f.anonymous.access.signIn({ name: admin.email, password: admin.password.reveal() })).roles).toContain("administrator");
    await f.close();
  });
});
