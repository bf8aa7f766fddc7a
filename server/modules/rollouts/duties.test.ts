/** Rollouts on both dialects: preview, start, resumable run. */
import { describe, expect, it } from "vitest";
import { at, everyone, inUnits, duties } from "../../../test/harness/duties.ts";
import { why } from "../obligations/service/read.ts";
import { list as listRequirements } from "../requirements/service.ts";
import { jobs } from "./jobs.ts";
import { create, preview, start } from "./service.ts";

const { kernel, unit, insert, people, run, draft, plan, roll, rows, tell, picture } = duties();

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
    expect(kernel().entries.filter((e) => e.action === "obligations.started")).toMatchObject([{ rows: { count: 2 }, after: { startedCount: 2, reasonCount: 2, openedCount: 2 } }]);
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
    expect(kernel().entries.filter((e) => e.action === "obligations.started").map((e) => e.rows?.count)).toEqual(expect.arrayContaining([2_000, 2_000, 500]));
    expect(await rows("SELECT state, done_count, people_count FROM rollouts")).toEqual([{ state: "done", done_count: 4_500, people_count: 4_500 }]);
  }, 30_000);

  it("rows 16 and 17: a missing hire day is unresolved, a passed one gets the floor; both are told before and explained after", async () => {
    kernel().clock.set("2027-05-01T08:00:00.000Z");
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

  it("the floor is a setting", async () => {
    await insert("settings", { name: "obligations.floor_days", value: "3", updated_at: at, row_version: 1 });
    await people({ id: "ana", site: "berlin" });
    await roll((await draft(everyone, { due: { kind: "fixed", on: "2027-02-01" } })).id);
    expect(await rows("SELECT due_on FROM cycles")).toEqual([{ due_on: "2027-03-04" }]);
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

