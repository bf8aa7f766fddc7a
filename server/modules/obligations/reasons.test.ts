/** Reasons on both dialects: people join, move and leave; rules change; the order changes nothing. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, everyone, inUnits, duties } from "../../../test/harness/duties.ts";
import { obligationsModule } from "./index.ts";
import { change, list as listRequirements, withdraw } from "../requirements/service.ts";

const { kernel, unit, insert, people, run, draft, roll, follow, clock, rows, tell, done, picture } = duties();

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
    expect(kernel().entries.filter((e) => e.action === "obligations.due_changed")).toMatchObject([{ rows: { count: 1 } }]);
    await follow("eva");
    expect(kernel().entries.filter((e) => e.action === "obligations.due_changed")).toHaveLength(1);
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
    kernel().clock.advance(23 * 3_600_000);
    await clock();
    await move("it");
    await follow("new");
    expect(await picture()).toMatchObject([{}, { person_id: "new", lives: 1, reasons: 1, number: 1, close_code: null }]);
    await move("lab");
    await follow("new");
    kernel().clock.advance(24 * 3_600_000);
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

