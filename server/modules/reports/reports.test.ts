import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";
import { credit } from "../obligations/index.ts";
import { byWeek, csvLine, monthPoints } from "./rules.ts";

describe("rules", () => {
  it("twelve month ends, today last", () => {
    const points = monthPoints("2027-03-15T10:00:00.000Z", "Europe/Berlin");
    expect(points.map((p) => p.on)).toEqual(["2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-15"]);
    expect(points[10]).toEqual({ on: "2027-02-28", at: "2027-02-28T23:00:00.000Z" });
  });
  it("weeks begin on Monday", () => {
    expect(byWeek("2027-03-03", [{ on: "2027-03-07", count: 2 }, { on: "2027-03-08", count: 3 }, { on: "2027-09-01", count: 9 }], 2)).toEqual([{ from: "2027-03-01", dueCount: 2 }, { from: "2027-03-08", dueCount: 3 }]);
  });
  it.each([
    ["=1+1", "\"'=1+1\""], ["+49 30", "\"'+49 30\""], ["-2", "\"'-2\""], ["@SUM(A1)", "\"'@SUM(A1)\""], ["\t=1", "\"'\t=1\""], [" =1", "\"' =1\""], ["\uff1d1", "\"'\uff1d1\""], ["O'Hara", "\"O'Hara\""], ["a,b", "\"a,b\""], ["say \"hi\"", "\"say \"\"hi\"\"\""], ["two\nlines", "\"two\nlines\""], ["Łukasz", "Łukasz"],
  ])("a cell %j cannot run in a spreadsheet", (cell, written) => { expect(csvLine([cell])).toBe(`${written}\r\n`); });
  it("numbers stay numbers, nothing stays empty", () => { expect(csvLine([-5, null, "x"])).toBe("-5,,x\r\n"); });
});

describe("over HTTP", () => {
  let w: World;
  let courseId: string;
  let versionId: string;
  let requirementId: string;
  beforeEach(async () => {
    w = await world();
    const author = w.as("author");
    const course = await author.courses.create({ title: "Fire safety", code: "FIRE", language: "en" });
    courseId = course.id;
    const saved = await author.courses.saveDraft({ courseId, rowVersion: course.rowVersion, content: { units: [{ id: "unit1", kind: "lesson", title: "Doors", minutes: 5, markdown: "Close them." }] } });
    versionId = (await author.courses.publish({ courseId, rowVersion: saved.rowVersion, change: "material", reason: "First", effectiveOn: "2027-03-01", policy: { inProgress: "finish", withinDays: null } })).id;
    const hr = w.as("hr");
    const q = await hr.requirements.create({ courseId, title: "Fire safety", reason: "", audience: { any: [{ kind: "everyone" }] }, due: { kind: "fixed", on: "2027-03-20" }, validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30 });
    requirementId = q.id;
    const r = await hr.rollouts.create({ requirementId });
    await hr.rollouts.start({ rolloutId: r.id, peopleCount: (await hr.rollouts.preview({ rolloutId: r.id })).peopleCount });
    await w.settle();
  });
  afterEach(async () => { await w.close(); });
  const complete = (personId: string) => w.unit((ctx) => credit(ctx, { personId, courseId, versionId, attemptId: null, achievedAt: ctx.now, scorePercent: 95, basis: "attempt", assurance: "A" }));
  const underManager = async () => {
    const person = await w.as("hr").people.detail({ personId: w.people.learner.personId });
    await w.as("hr").people.setSuperior({ personId: person.id, employmentId: person.employments[0]?.id ?? "", superiorId: w.people.manager.personId });
  };

  it("the overview reconciles and a manager sees only the people below", async () => {
    await complete(w.people.learner.personId);
    await underManager();
    const all = await w.as("hr").reports.overview({});
    expect(all).toMatchObject({ peopleCount: 6, owed: 6, compliant: 1, exempt: 0, paused: 0, open: 5, overdue: 0 });
    expect(all.compliant + all.exempt + all.paused + all.open).toBe(all.owed);
    expect(all.months.at(-1)).toEqual({ on: "2027-03-01", owed: 6, compliant: 1 });
    expect(all.months.at(-2)).toMatchObject({ owed: 0, compliant: 0 });
    expect(all.weeks).toHaveLength(8);
    expect(all.weeks[2]).toEqual({ from: "2027-03-15", dueCount: 5 });
    expect(all.days).toHaveLength(30);
    expect(all.days.at(-1)).toEqual({ on: "2027-03-01", completedCount: 1 });
    expect(all.heat.requirements).toEqual([{ id: requirementId, title: "Fire safety" }]);
    expect(all.recent.map((r) => r.kind).toSorted()).toEqual(["completed", "rollout"]);
    expect(await w.as("manager").reports.overview({})).toMatchObject({ peopleCount: 1, owed: 1, compliant: 1, open: 0, recent: [{ kind: "completed", personName: "Learner Muster" }] });
    await expect(w.as("learner").reports.overview({})).rejects.toMatchObject({ status: 403 });
  });

  it("heat by org unit", async () => {
    const unit = await w.as("hr").people.createOrgUnit({ name: "IT" });
    const joined = await w.as("hr").people.record({ givenName: "Ida", familyName: "Itzig", startedOn: "2027-01-01", orgUnitId: unit.id });
    await w.settle();
    await complete(joined.id);
    expect((await w.as("hr").reports.overview({})).heat.rows).toEqual([{ orgUnitId: unit.id, name: "IT", cells: [{ requirementId, owed: 1, compliant: 1, overdue: 0 }] }]);
  });

  it("a transcript shows the same to its owner and to the auditor", async () => {
    await complete(w.people.learner.personId);
    const mine = await w.as("learner").reports.transcriptMine({});
    expect(mine).toMatchObject({ duties: [{ title: "Fire safety", status: "compliant", cycles: [{ number: 1, closeCode: "done", isRevoked: false, validThroughOn: "2028-03-01" }] }], proofs: [{ course: { title: "Fire safety" } }], certificates: [{ state: "valid", title: "Fire safety" }] });
    expect(await w.as("auditor").reports.transcript({ personId: w.people.learner.personId })).toEqual(mine);
    await expect(w.as("manager").reports.transcript({ personId: w.people.learner.personId })).rejects.toMatchObject({ status: 404 });
    await underManager();
    expect(await w.as("manager").reports.transcript({ personId: w.people.learner.personId })).toEqual(mine);
  });

  async function exported(who: "hr" | "manager", input: Parameters<ReturnType<World["as"]>["reports"]["start"]>[0]): Promise<string[]> {
    const run = await w.as(who).reports.start(input);
    await w.settle();
    expect(await w.as(who).reports.run({ runId: run.id })).toMatchObject({ state: "done", isMine: true });
    const file = await w.request("GET", `/api/reports/runs/${run.id}/file`, { who });
    expect(file.status).toBe(200);
    expect(file.headers.get("content-disposition")).toContain("attachment");
    return file.text.split("\r\n").slice(1, -1);
  }

  it("exports run in the background, within the scope of who asked, and belong to them alone", async () => {
    await w.as("hr").people.record({ givenName: "=HYPERLINK", familyName: "Evil", startedOn: "2027-01-01" }).catch(() => undefined);
    await complete(w.people.learner.personId);
    await underManager();
    await w.settle();
    expect(await exported("hr", { kind: "completions" })).toHaveLength(1);
    expect((await exported("hr", { kind: "obligations" })).length).toBeGreaterThanOrEqual(6);
    expect((await exported("hr", { kind: "obligations", status: "compliant", requirementId })).every((l) => l.includes("Learner Muster") && l.includes("compliant"))).toBe(true);
    expect((await exported("hr", { kind: "people_status" })).find((l) => l.startsWith("Learner"))).toMatch(/1,1,0,0$/);
    expect(await exported("hr", { kind: "transcript", personId: w.people.learner.personId })).toHaveLength(1);
    expect(await exported("manager", { kind: "people_status" })).toEqual([expect.stringContaining("Learner Muster")]);
    expect(await exported("manager", { kind: "obligations" })).toHaveLength(1);
    const [run] = (await w.as("hr").reports.runs({})).rows;
    await expect(w.as("auditor").reports.run({ runId: run?.id ?? "" })).rejects.toMatchObject({ status: 404, code: "reports.unknown_run" });
    expect((await w.request("GET", `/api/reports/runs/${run?.id}/file`, { who: "administrator" })).status).toBe(404);
    expect((await w.as("auditor").reports.runs({})).total).toBe(0);
    await expect(w.as("hr").reports.start({ kind: "transcript" })).rejects.toMatchObject({ status: 400, code: "reports.person_needed" });
    await expect(w.as("manager").reports.start({ kind: "transcript", personId: w.people.hr.personId })).rejects.toMatchObject({ status: 404 });
  });

  it("rights that are gone when it runs give no file", async () => {
    const leaving = await w.person({ givenName: "Leaving", familyName: "Soon" }, "hr");
    const run = await w.as(leaving).reports.start({ kind: "people_status" });
    await w.as("administrator").access.endAccount({ accountId: leaving.accountId, reason: "left" } as never);
    await w.settle();
    expect((await w.unit((ctx) => ctx.db("report_runs").where({ id: run.id })))[0]).toMatchObject({ state: "failed", file_sha256: null });
  });
});
