/** The set-based core on both dialects: rollouts, changed people, credit, renewal, revocation. Below HTTP, on a bare kernel. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bareKernel, type BareKernel } from "../../../test/harness/kernel.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { JobHandler, JobRun } from "../../kernel/jobs/types.ts";
import { asSystem } from "../../kernel/unit.ts";
import type { Condition } from "../audiences/contract.ts";
import { credit, obligationsModule } from "../obligations/index.ts";
import { mine, why } from "../obligations/service/read.ts";
import { revokeProof } from "../obligations/service/credit.ts";
import { change, create as createRequirement, list as listRequirements, withdraw } from "../requirements/service.ts";
import { documentBytes } from "../courses/canonical.ts";
import type { DueRule, Validity } from "../requirements/contract.ts";
import { jobs } from "./jobs.ts";
import { create, preview, start } from "./service.ts";

let k: BareKernel;
const unit = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(k, "tests", work);
const content = documentBytes({ format: 1, title: "Fire safety", summary: "", language: "en", content: { units: [] }, files: [] });
const everyone: Condition = { any: [{ kind: "everyone" }] };
const inUnits = (...ids: string[]): Condition => ({ any: [{ kind: "org_units", ids, withBelow: true }] });

async function insert(table: string, ...rows: Record<string, unknown>[]): Promise<void> {
  await unit(async (ctx) => { for (let i = 0; i < rows.length; i += 50) await ctx.db(table).insert(rows.slice(i, i + 50).map((r) => ({ tenant_id: "main", ...r }))); });
}
const at = "2027-01-01T00:00:00.000Z";
async function people(...list: { id: string; unit?: string; site?: string; hired?: string | null; position?: string }[]): Promise<void> {
  await insert("people", ...list.map((p) => ({ id: p.id, display_name: p.id, sort_name: p.id, search_text: p.id, state: "active", created_at: at })));
  await insert("employments", ...list.map((p) => ({ id: `e-${p.id}`, person_id: p.id, employer: "", started_on: p.hired === undefined ? "2026-01-01" : p.hired, org_unit_id: p.unit ?? null, site_id: p.site ?? null, position: p.position ?? null, state: "active", created_at: at })));
}

beforeEach(async () => {
  k = await bareKernel();
  await unit(async (ctx) => { await ctx.db("tenants").where({ id: "main" }).update({ zone: "Europe/Berlin" }); });
  await insert("sites", { id: "berlin", name: "Berlin", zone: "Europe/Berlin", created_at: at }, { id: "honolulu", name: "Honolulu", zone: "Pacific/Honolulu", created_at: at });
  await insert("org_units", { id: "it", code: "it", name: "IT", parent_id: null, path: "/it/", created_at: at });
  await insert("org_units", { id: "ops", code: "ops", name: "Operations", parent_id: "it", path: "/it/ops/", created_at: at }, { id: "lab", code: "lab", name: "Lab", parent_id: null, path: "/lab/", created_at: at });
  await insert("courses", { id: "fire", code: "fire", title: "Fire safety", language: "en", state: "live", draft: "{}", draft_changed_at: at, live_version_id: "fire-1", created_at: at, created_by: "x" });
  await insert("versions", { id: "fire-1", course_id: "fire", number: 1, title: "Fire safety", content: content.bytes, content_sha256: content.sha256, minutes: 20, unit_count: 3, created_at: at, created_by: "x" });
});
afterEach(async () => { await k.close(); });

/** Runs a job as the queue would, or lets it die after `units`; the cursor is kept as the queue keeps it. */
async function run(handler: JobHandler | undefined, payload: unknown, options: { units?: number; cursor?: { value: unknown } } = {}): Promise<void> {
  const cursor = options.cursor ?? { value: null };
  let left = options.units ?? Infinity;
  const job = {
    id: "job", key: "job", tenantId: "main", payload, cursor: cursor.value, attempt: 1, files: k.files, workers: k.workers, log: k.log, now: () => k.clock.now(), stopping: () => false,
    unit: async <T>(work: (ctx: Ctx) => Promise<{ value: T; cursor?: unknown }>): Promise<T> => {
      const made = await unit(async (ctx) => {
        const result = await work(ctx);
        if (left-- <= 0) throw new Error("killed");
        return result;
      });
      if (made.cursor !== undefined) cursor.value = JSON.parse(JSON.stringify(made.cursor));
      return made.value;
    },
  } as unknown as JobRun;
  await handler?.run(job);
}

const draft = (audience: Condition, more: { due?: DueRule; validity?: Validity; graceDays?: number } = {}) => unit((ctx) => createRequirement(ctx, {
  courseId: "fire", title: "Fire safety", reason: "Law", audience, due: more.due ?? { kind: "fixed", on: "2027-06-30" }, validity: more.validity ?? { months: 12, anchor: "completion" }, graceDays: more.graceDays ?? 3, windowDays: 30,
}));
async function plan(requirementId: string) {
  const r = await unit((ctx) => create(ctx, { requirementId }));
  const made = await unit((ctx) => preview.prepare(ctx as never, { rolloutId: r.id }));
  return unit((ctx) => preview.run(ctx, { rolloutId: r.id }, made as never));
}
async function roll(requirementId: string, options?: Parameters<typeof run>[2]) {
  const r = await plan(requirementId);
  await unit((ctx) => start(ctx, { rolloutId: r.id, peopleCount: r.peopleCount }));
  await run(jobs["rollouts.run"], { rolloutId: r.id }, options);
  return r;
}
const follow = (...personIds: string[]) => run(obligationsModule.jobs?.["obligations.follow"], { personIds });
const clock = () => run(obligationsModule.jobs?.["obligations.clock"], {});
const rows = <R = Record<string, unknown>>(sql: string, values: string[] = []): Promise<R[]> => k.database.read.rows<R>(sql, values);
const tell = (personId: string) => asSystem(k, "tests", (ctx) => mine({ ...ctx, actor: { ...ctx.actor, personId } }));
const done = (personId: string, achievedAt = k.clock.now()) => unit((ctx) => credit(ctx, { personId, courseId: "fire", versionId: "fire-1", attemptId: null, achievedAt, scorePercent: 90, basis: "attempt", assurance: "A" }));
/** What is owed, without ids and instants of making. */
const picture = async () => rows(`SELECT o.person_id, o.requirement_id, CASE WHEN o.ended_at IS NULL THEN 1 ELSE 0 END AS lives, c.number, c.due_on, c.due_zone, c.due_at, c.close_code,
  (SELECT count(*) FROM reasons r WHERE r.obligation_id = o.id AND r.ended_at IS NULL) AS reasons FROM obligations o LEFT JOIN cycles c ON c.obligation_id = o.id ORDER BY o.person_id, o.requirement_id, c.number`);

describe("a rollout", () => {
  it("previews what it then does, in the zone of each site, with one entry and one event", async () => {
    await people({ id: "ana", unit: "it", site: "berlin" }, { id: "bo", unit: "ops", site: "honolulu" }, { id: "cy", unit: "lab" });
    const q = await draft(inUnits("it"));
    const r = await roll(q.id);
    expect(r.preview).toMatchObject({ peopleCount: 2, gainCount: 2, keepCount: 0, loseCount: 0, alreadyProvenCount: 0, dueDays: [{ on: "2027-06-30", peopleCount: 2 }], conflicts: [], longestValidThroughOn: "2028-03-01" });
    expect(r.preview?.byOrgUnit).toEqual([{ orgUnitId: "it", name: "IT", peopleCount: 1 }, { orgUnitId: "ops", name: "Operations", peopleCount: 1 }]);
    expect(await picture()).toMatchObject([
      { person_id: "ana", number: 1, due_on: "2027-06-30", due_zone: "Europe/Berlin", due_at: "2027-06-30T22:00:00.000Z", reasons: 1 },
      { person_id: "bo", due_zone: "Pacific/Honolulu", due_at: "2027-07-01T10:00:00.000Z" },
    ]);
    expect(k.entries.filter((e) => e.action === "obligations.started")).toMatchObject([{ rows: { count: 2 }, after: { startedCount: 2, reasonCount: 2, openedCount: 2 } }]);
    expect(await rows("SELECT name FROM outbox_events WHERE name = 'obligations.started'")).toHaveLength(1);
    expect(await rows("SELECT state, done_count FROM rollouts")).toEqual([{ state: "done", done_count: 2 }]);
    expect((await unit((ctx) => listRequirements(ctx, {}))).rows).toMatchObject([{ state: "live", figures: { owed: 2, compliant: 0, open: 2, overdue: 0 }, hasDraft: false }]);
  });

  it("started twice is one run; a start with another number, an old preview or none is refused", async () => {
    await people({ id: "ana" });
    const q = await draft(everyone);
    const unseen = await unit((ctx) => create(ctx, { requirementId: q.id }));
    await expect(unit((ctx) => start(ctx, { rolloutId: unseen.id, peopleCount: 1 }))).rejects.toMatchObject({ code: "rollouts.not_previewed" });
    await expect(unit((ctx) => create(ctx, { requirementId: q.id }))).rejects.toMatchObject({ code: "rollouts.draft_exists" });
    const made = await unit((ctx) => preview.prepare(ctx as never, { rolloutId: unseen.id }));
    await unit((ctx) => preview.run(ctx, { rolloutId: unseen.id }, made as never));
    await expect(unit((ctx) => start(ctx, { rolloutId: unseen.id, peopleCount: 2 }))).rejects.toMatchObject({ code: "rollouts.count_differs" });
    const both = await Promise.all([unit((ctx) => start(ctx, { rolloutId: unseen.id, peopleCount: 1 })), unit((ctx) => start(ctx, { rolloutId: unseen.id, peopleCount: 1 }))]);
    expect(both.map((b) => b.state)).toEqual(["running", "running"]);
    expect(await rows("SELECT id FROM jobs WHERE kind = 'rollouts.run'")).toHaveLength(1);
    await run(jobs["rollouts.run"], { rolloutId: unseen.id });
    const before = await picture();
    await run(jobs["rollouts.run"], { rolloutId: unseen.id });
    expect(await picture()).toEqual(before);
  });

  it("killed between any two units, it goes on from its place and meets nobody twice", async () => {
    await people(...Array.from({ length: 4_500 }, (_, i) => ({ id: `p${String(i).padStart(5, "0")}` })));
    const q = await draft(everyone);
    const r = await plan(q.id);
    await unit((ctx) => start(ctx, { rolloutId: r.id, peopleCount: r.peopleCount }));
    const cursor = { value: null as unknown };
    let kills = 0;
    for (;;) {
      try { await run(jobs["rollouts.run"], { rolloutId: r.id }, { units: 1, cursor }); break; } catch (error) { expect((error as Error).message).toBe("killed"); kills++; }
    }
    expect(kills).toBeGreaterThan(3);
    expect(await rows("SELECT count(*) AS n, count(DISTINCT person_id) AS people FROM obligations")).toEqual([{ n: 4_500, people: 4_500 }]);
    expect(await rows("SELECT count(*) AS n FROM reasons")).toEqual([{ n: 4_500 }]);
    expect(await rows("SELECT count(*) AS n FROM cycles")).toEqual([{ n: 4_500 }]);
    expect(k.entries.filter((e) => e.action === "obligations.started").map((e) => e.rows?.count)).toEqual(expect.arrayContaining([2_000, 2_000, 500]));
    expect(await rows("SELECT state, done_count, people_count FROM rollouts")).toEqual([{ state: "done", done_count: 4_500, people_count: 4_500 }]);
  }, 30_000);

  it("rows 16 and 17: a missing hire day is unresolved, a passed one gets the floor; both are told before and explained after", async () => {
    k.clock.set("2027-05-01T08:00:00.000Z");
    await people({ id: "old", site: "berlin", hired: "2024-03-01" }, { id: "none", site: "berlin", hired: null }, { id: "new", site: "berlin", hired: "2027-05-20" });
    const q = await draft(everyone, { due: { kind: "relative", days: 30, from: "hired" } });
    const r = await roll(q.id);
    expect(r.preview?.dueDays).toEqual([{ on: "2027-05-15", peopleCount: 1 }, { on: "2027-06-19", peopleCount: 1 }]);
    expect(r.preview?.conflicts).toEqual([{ code: "floor", peopleCount: 1, on: "2027-05-15", stops: false }, { code: "unresolved", peopleCount: 1, on: null, stops: false }]);
    expect(await rows("SELECT person_id, due_on FROM cycles ORDER BY person_id")).toEqual([{ person_id: "new", due_on: "2027-06-19" }, { person_id: "none", due_on: null }, { person_id: "old", due_on: "2027-05-15" }]);
    const [o] = await rows<{ id: string }>("SELECT id FROM obligations WHERE person_id = 'old'");
    expect(await unit((ctx) => why(ctx, { obligationId: o?.id ?? "" }))).toMatchObject({
      status: "open", flags: ["not_due"], due: { on: "2027-05-15" }, rule: { edition: 1, due: { kind: "relative" } },
      reasons: [{ due: { on: "2024-03-31", zone: "Europe/Berlin" }, note: "floor", explanation: { kind: "everyone" }, employment: { id: "e-old" } }], cycles: [{ number: 1, closedAt: null }],
    });
    expect((await tell("none")).next).toMatchObject({ flags: ["unresolved"], due: { on: null } });
  });

  it("refuses to start without a published version", async () => {
    await people({ id: "ana" });
    await unit(async (ctx) => { await ctx.db("courses").update({ live_version_id: null, state: "draft" }); });
    const r = await plan((await draft(everyone)).id);
    expect(r.preview?.conflicts).toMatchObject([{ code: "course_not_live", stops: true }]);
    await expect(unit((ctx) => start(ctx, { rolloutId: r.id, peopleCount: 1 }))).rejects.toMatchObject({ code: "rollouts.course_not_live" });
    expect(await rows("SELECT state FROM requirements")).toEqual([{ state: "draft" }]);
  });
});

describe("reasons", () => {
  it("row 29: two employments, one obligation, two reasons, the earlier instant", async () => {
    await people({ id: "eva", site: "berlin" });
    await insert("employments", { id: "e-eva-2", person_id: "eva", employer: "b", started_on: "2026-01-01", site_id: "honolulu", state: "active", created_at: at });
    await roll((await draft(everyone)).id);
    expect(await picture()).toMatchObject([{ person_id: "eva", reasons: 2, due_at: "2027-06-30T22:00:00.000Z" }]);
    expect((await tell("eva")).next?.why).toHaveLength(2);
    await unit(async (ctx) => { await ctx.db("employments").where({ id: "e-eva" }).update({ state: "ended" }); });
    await follow("eva");
    expect(await picture()).toMatchObject([{ lives: 1, reasons: 1, due_zone: "Pacific/Honolulu", due_at: "2027-07-01T10:00:00.000Z" }]);
  });

  it("a further reason with an earlier instant moves the open cycle nearer, and says so", async () => {
    await people({ id: "eva", site: "honolulu" });
    await roll((await draft(everyone)).id);
    await insert("employments", { id: "e-eva-2", person_id: "eva", employer: "b", started_on: "2026-01-01", site_id: "berlin", state: "active", created_at: at });
    await follow("eva");
    expect(await picture()).toMatchObject([{ reasons: 2, number: 1, due_zone: "Europe/Berlin", due_at: "2027-06-30T22:00:00.000Z" }]);
    expect(k.entries.filter((e) => e.action === "obligations.due_changed")).toMatchObject([{ rows: { count: 1 } }]);
    await follow("eva");
    expect(k.entries.filter((e) => e.action === "obligations.due_changed")).toHaveLength(1);
  });

  it("follow people: join, leave, sleep a day, wake up before, withdraw after", async () => {
    await people({ id: "ana", unit: "it" });
    await roll((await draft(inUnits("it"))).id);
    await people({ id: "new", unit: "ops" }, { id: "far", unit: "lab" });
    await follow("new", "far");
    expect(await picture()).toMatchObject([{ person_id: "ana" }, { person_id: "new", due_on: "2027-06-30", lives: 1 }]);
    const move = (unitId: string) => unit(async (ctx) => { await ctx.db("employments").where({ person_id: "new" }).update({ org_unit_id: unitId }); });
    await move("lab");
    await follow("new");
    await follow("new");
    expect(await picture()).toMatchObject([{ person_id: "ana" }, { person_id: "new", lives: 0, reasons: 0, close_code: null }]);
    k.clock.advance(23 * 3_600_000);
    await clock();
    await move("it");
    await follow("new");
    expect(await picture()).toMatchObject([{}, { person_id: "new", lives: 1, reasons: 1, number: 1, close_code: null }]);
    await move("lab");
    await follow("new");
    k.clock.advance(24 * 3_600_000);
    await clock();
    expect(await picture()).toMatchObject([{}, { person_id: "new", lives: 0, close_code: "withdrawn" }]);
    await move("it");
    await follow("new");
    const after = await picture();
    expect(after).toHaveLength(3);
    expect(after).toMatchObject([{}, { number: 1, close_code: "withdrawn" }, { number: 2, close_code: null, lives: 1 }]);
    expect(await rows("SELECT count(*) AS n FROM obligations WHERE person_id = 'new'")).toEqual([{ n: 1 }]);
  });

  it("two editions over overlapping audiences: one obligation, reasons of the one in force, credit kept", async () => {
    await people({ id: "ana", unit: "it" }, { id: "bo", unit: "lab" }, { id: "cy", unit: "ops" });
    const q = await draft(inUnits("it"));
    await roll(q.id);
    await done("cy");
    const current = (await unit((ctx) => listRequirements(ctx, {}))).rows[0];
    await unit(async (ctx) => {
      const [r] = await ctx.db("requirements");
      await change(ctx, { requirementId: q.id, rowVersion: Number(r?.["row_version"]), title: "Fire safety", reason: "Law", audience: inUnits("ops", "lab"), due: { kind: "fixed", on: "2027-06-30" }, validity: { months: 12, anchor: "completion" }, graceDays: 3, windowDays: 30 });
    });
    const r = await roll(q.id);
    expect(r.preview).toMatchObject({ peopleCount: 2, gainCount: 1, keepCount: 1, loseCount: 1 });
    expect(current?.id).toBe(q.id);
    expect(await picture()).toMatchObject([{ person_id: "ana", lives: 0, reasons: 0 }, { person_id: "bo", lives: 1, reasons: 1, number: 1 }, { person_id: "cy", lives: 1, reasons: 1, number: 1, close_code: "done" }]);
  });

  it("the order in which people are looked at changes nothing", async () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    await people(...ids.map((id, i) => ({ id, unit: ["it", "ops", "lab"][i % 3] ?? "it", site: i % 2 === 0 ? "berlin" : "honolulu", hired: i === 3 ? null : `2027-0${1 + (i % 3)}-1${i}` })));
    const q = await draft(inUnits("it"), { due: { kind: "relative", days: 60, from: "hired" } });
    const other = await draft({ any: [{ kind: "people", ids: ["c", "a"] }, { kind: "org_units", ids: ["lab"], withBelow: false }] });
    await roll(q.id);
    await roll(other.id);
    await follow(...ids);
    const first = await picture();
    expect(first.length).toBeGreaterThan(5);
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray(ids, { minLength: ids.length }), fc.integer({ min: 1, max: 3 }), async (order, size) => {
      await unit(async (ctx) => { for (const t of ["reasons", "cycles", "obligations"]) await ctx.db(t).delete(); });
      for (let i = 0; i < order.length; i += size) await follow(...order.slice(i, i + size));
      await follow(...order);
      expect(await picture()).toEqual(first);
    }), { numRuns: 6 });
  }, 30_000);

  it("a withdrawn requirement ends its reasons; nothing is removed", async () => {
    await people({ id: "ana" }, { id: "bo" });
    const q = await draft(everyone);
    await roll(q.id);
    await done("ana");
    await unit((ctx) => withdraw(ctx, { requirementId: q.id, reason: "Law changed" }));
    await run(obligationsModule.jobs?.["obligations.end_requirement"], { requirementId: q.id });
    expect(await picture()).toMatchObject([{ person_id: "ana", lives: 0, close_code: "done" }, { person_id: "bo", lives: 0, close_code: null }]);
    await follow("ana", "bo");
    expect(await picture()).toMatchObject([{ lives: 0 }, { lives: 0 }]);
    expect((await tell("ana")).done).toEqual([]);
  });
});

describe("a completion", () => {
  it("settles, certifies, is renewed in its window and lapses when it is late", async () => {
    await people({ id: "ana", site: "berlin" });
    await roll((await draft(everyone)).id);
    const made = await done("ana");
    expect(made).toMatchObject({ settled: [{ validThroughOn: "2028-03-01", zone: "Europe/Berlin", renewsAt: "2028-01-30T23:00:00.000Z" }], certificates: [{ requirementId: made.settled[0]?.requirementId }] });
    expect(k.entries.map((e) => e.action)).toEqual(expect.arrayContaining(["proofs.recorded", "obligations.cycle_closed", "certificates.issued"]));
    let my = await tell("ana");
    expect(my).toMatchObject({ next: null, done: [{ status: "compliant", flags: [], validThroughOn: "2028-03-01", certificate: { state: "valid" } }], nextDate: { on: "2028-01-31", zone: "Europe/Berlin" } });
    k.clock.set("2028-01-30T22:59:00.000Z");
    await clock();
    expect((await tell("ana")).next).toBeNull();
    k.clock.set("2028-01-30T23:00:00.000Z");
    await clock();
    await clock();
    my = await tell("ana");
    expect(my.next).toMatchObject({ status: "compliant", flags: ["renewal", "not_due"], cycleNumber: 2, due: { on: "2028-03-01", at: "2028-03-01T23:00:00.000Z" } });
    k.clock.set("2028-03-06T12:00:00.000Z");
    expect((await tell("ana")).next).toMatchObject({ status: "open", flags: ["renewal", "overdue", "lapsed"] });
    await done("ana");
    expect(await rows("SELECT number, valid_through_on, close_code FROM cycles ORDER BY number")).toEqual([{ number: 1, valid_through_on: "2028-03-01", close_code: "done" }, { number: 2, valid_through_on: "2029-03-06", close_code: "done" }]);
  });

  it("without a duty is a proof with a certificate of its own; another person's is not settled", async () => {
    await people({ id: "ana", unit: "lab" }, { id: "bo", unit: "it" });
    await roll((await draft(inUnits("it"))).id);
    expect(await done("ana")).toMatchObject({ settled: [], certificates: [{ requirementId: null }] });
    expect((await tell("bo")).next).toMatchObject({ status: "open" });
    await expect(done("nobody")).rejects.toMatchObject({ code: "obligations.person_missing" });
  });

  it("one completion settles every requirement of its course, each by its own rule", async () => {
    await people({ id: "ana" });
    await roll((await draft(everyone)).id);
    await roll((await draft(everyone, { validity: { months: null, anchor: "completion" } })).id);
    const made = await done("ana");
    expect(made.settled.map((s) => s.validThroughOn).sort()).toEqual(["2028-03-01", null]);
    expect(made.certificates).toHaveLength(2);
  });

  it("revoked: certificate void, owed again with a fair date, the closed cycle stays closed", async () => {
    await people({ id: "ana" });
    await roll((await draft(everyone)).id);
    const { proofId } = await done("ana");
    k.clock.set("2027-08-01T10:00:00.000Z");
    await unit((ctx) => revokeProof(ctx, { proofId, reason: "Forged" }));
    await expect(unit((ctx) => revokeProof(ctx, { proofId, reason: "Forged" }))).rejects.toMatchObject({ code: "proofs.already_revoked" });
    expect(await rows("SELECT number, close_code, due_on FROM cycles ORDER BY number")).toEqual([{ number: 1, close_code: "done", due_on: "2027-06-30" }, { number: 2, close_code: null, due_on: "2027-08-15" }]);
    expect(await rows("SELECT state FROM certificates")).toEqual([{ state: "revoked" }]);
    expect((await tell("ana")).next).toMatchObject({ status: "open" });
    await done("ana");
    expect((await tell("ana")).done).toMatchObject([{ status: "compliant", validThroughOn: "2028-08-01" }]);
  });
});
