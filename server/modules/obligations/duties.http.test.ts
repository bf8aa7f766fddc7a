/** Requirement to proof over real HTTP as real actors; each endpoint with somebody allowed and somebody refused. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";
import { credit } from "./index.ts";

let w: World;
let courseId: string;
let versionId: string;
beforeEach(async () => {
  w = await world();
  const author = w.as("author");
  const course = await author.courses.create({ title: "Fire safety", code: "FIRE", language: "en" });
  courseId = course.id;
  const saved = await author.courses.saveDraft({ courseId, rowVersion: course.rowVersion, content: { units: [{ id: "unit1", kind: "lesson", title: "Doors", minutes: 5, markdown: "Close them." }] } });
  const version = await author.courses.publish({ courseId, rowVersion: saved.rowVersion, change: "material", reason: "First", effectiveOn: "2027-03-01", policy: { inProgress: "finish", withinDays: null } });
  versionId = version.id;
});
afterEach(async () => { await w.close(); });

const terms = { due: { kind: "relative" as const, days: 30, from: "assigned" as const }, validity: { months: 12, anchor: "completion" as const }, graceDays: 3, windowDays: 30 };
const everyone = { any: [{ kind: "everyone" as const }] };

async function live(audience: Parameters<ReturnType<World["as"]>["requirements"]["create"]>[0]["audience"] = everyone): Promise<{ requirementId: string; rolloutId: string }> {
  const hr = w.as("hr");
  const q = await hr.requirements.create({ courseId, title: "Fire safety every year", reason: "The law asks for it.", audience, ...terms });
  const r = await hr.rollouts.create({ requirementId: q.id });
  const { peopleCount } = await hr.rollouts.preview({ rolloutId: r.id });
  await hr.rollouts.start({ rolloutId: r.id, peopleCount });
  await w.settle();
  return { requirementId: q.id, rolloutId: r.id };
}
const complete = (personId: string) => w.unit((ctx) => credit(ctx, { personId, courseId, versionId, attemptId: null, achievedAt: ctx.now, scorePercent: 95, basis: "attempt", assurance: "A" }));
const refused = { forbidden: { status: 403 }, hidden: { status: 404 } };

it("HR requires, everybody owes, the learner sees what, when and why", async () => {
  const { requirementId, rolloutId } = await live();
  const hr = w.as("hr");
  expect(await hr.rollouts.get({ rolloutId })).toMatchObject({ state: "done", peopleCount: 6, doneCount: 6 });
  expect(await hr.requirements.get({ requirementId })).toMatchObject({ state: "live", figures: { owed: 6, compliant: 0, open: 6, overdue: 0 }, live: { edition: 1, sentence: [{ kind: "everyone" }] }, draft: null });
  const mine = await w.as("learner").obligations.mine({});
  expect(mine.next).toMatchObject({ requirementTitle: "Fire safety every year", due: { on: "2027-03-31", zone: "Europe/Berlin", at: "2027-03-31T22:00:00.000Z" }, flags: ["not_due"], why: [{ kind: "everyone" }], course: { id: courseId, minutes: 5 }, attempt: null });
  expect(await w.as("learner").obligations.mineWhy({ requirementId })).toMatchObject({ rule: { edition: 1 }, reasons: [{ kind: "membership", note: null }], cycles: [{ number: 1 }] });
  await complete(w.people.learner.personId);
  const after = await w.as("learner").obligations.mine({});
  expect(after).toMatchObject({ next: null, done: [{ status: "compliant", validThroughOn: "2028-03-01", certificate: { state: "valid" } }], nextDate: { on: "2028-01-31" } });
  expect(await hr.obligations.counts({ requirementId })).toEqual({ owed: 6, compliant: 1, open: 5, overdue: 0 });
  expect(await hr.obligations.list({ status: "compliant" })).toMatchObject({ total: 1, rows: [{ person: { displayName: "Learner Muster" } }] });
  expect(await hr.proofs.list({ search: "LEARNER" })).toMatchObject({ total: 1, rows: [{ course: { title: "Fire safety" }, basis: "attempt", certificate: { state: "valid" } }] });
  w.clock.set("2027-04-10T08:00:00.000Z");
  const later = w.as(await w.person({ givenName: "Later", familyName: "Hr" }, "hr"));
  expect(await later.obligations.list({ status: "overdue", sort: "name", size: "2", page: "2" } as never)).toMatchObject({ total: 5, page: 2, size: 2 });
  for (const status of ["open", "grace", "due_soon", "lapsed", "unresolved", "not_owed"] as const) expect((await later.obligations.list({ status })).total).toBe(status === "open" ? 5 : 0);
});

it("every filter and order of the lists", async () => {
  const hr = w.as("hr");
  const unit = await hr.people.createOrgUnit({ name: "IT" });
  const below = await hr.people.createOrgUnit({ name: "Operations", parentId: unit.id });
  const ida = await hr.people.record({ givenName: "Ida", familyName: "100%_!", startedOn: "2027-01-01", orgUnitId: below.id });
  const { requirementId } = await live();
  await complete(ida.id);
  expect((await hr.requirements.list({ search: "SAFETY every", state: "live", courseId, sort: "title" })).total).toBe(1);
  expect((await hr.requirements.list({ search: "%" })).total).toBe(0);
  expect((await hr.rollouts.list({ search: "fire", requirementId, state: "done" })).total).toBe(1);
  expect((await hr.rollouts.list({ state: "draft" })).total).toBe(0);
  for (const sort of ["due", "name", "-started"] as const) expect(await hr.obligations.list({ orgUnitId: unit.id, requirementId, sort })).toMatchObject({ total: 1, rows: [{ person: { id: ida.id, orgUnit: "Operations" }, status: "compliant" }] });
  expect((await hr.obligations.list({ search: "100%_!" })).total).toBe(1);
  expect((await hr.obligations.list({ search: "1%0" })).total).toBe(0);
  expect(await hr.obligations.counts({ orgUnitId: unit.id })).toEqual({ owed: 1, compliant: 1, open: 0, overdue: 0 });
  for (const sort of ["-achieved", "achieved", "name"] as const) {
    expect((await hr.proofs.list({ sort, courseId, personId: ida.id, orgUnitId: unit.id, from: "2027-03-01", to: "2027-03-01", state: "counting", search: "fire" })).total).toBe(1);
  }
  expect((await hr.proofs.list({ from: "2027-03-02" })).total).toBe(0);
  expect((await hr.proofs.list({ state: "revoked" })).total).toBe(0);
});

it("started twice is one run, and the second asking leaves an entry", async () => {
  const { rolloutId } = await live();
  expect(await w.as("hr").rollouts.start({ rolloutId, peopleCount: 6 })).toMatchObject({ state: "done" });
  await w.settle();
  expect((await w.as("hr").obligations.list({})).total).toBe(6);
});

it("somebody hired later owes it within seconds; somebody who leaves does not", async () => {
  await live();
  const joined = await w.as("hr").people.record({ givenName: "Nia", familyName: "Neu", startedOn: "2026-12-01" });
  await w.settle();
  const [row] = (await w.as("hr").obligations.list({ personId: joined.id })).rows;
  expect(row).toMatchObject({ status: "open", due: { on: "2027-03-31" } });
  const person = await w.as("hr").people.detail({ personId: joined.id });
  await w.as("hr").people.endEmployment({ personId: joined.id, employmentId: person.employments[0]?.id ?? "", endedOn: "2027-02-28" });
  await w.settle();
  expect((await w.as("hr").obligations.list({ personId: joined.id })).total).toBe(0);
  expect(await w.as("hr").obligations.why({ obligationId: row?.id ?? "" })).toMatchObject({ status: "not_owed", reasons: [{ endedAt: "2027-03-01T08:00:00.000Z" }] });
});

it("rights: every endpoint refuses who lacks them, and other people's ids do not exist", async () => {
  const { requirementId, rolloutId } = await live();
  const { proofId } = await complete(w.people.learner.personId);
  const [mine] = (await w.as("hr").obligations.list({ personId: w.people.hr.personId })).rows;
  const obligationId = mine?.id ?? "";
  const learner = w.as("learner");
  const author = w.as("author");
  for (const asked of [
    () => learner.audiences.preview({ condition: everyone }), () => learner.audiences.values({}), () => author.audiences.preview({ condition: everyone }),
    () => learner.requirements.list({}), () => learner.requirements.get({ requirementId }), () => learner.requirements.editions({ requirementId }), () => author.requirements.create({ courseId, title: "x", reason: "", audience: everyone, ...terms }),
    () => w.as("auditor").requirements.change({ requirementId, rowVersion: 1, title: "x", reason: "", audience: everyone, ...terms }), () => w.as("auditor").requirements.withdraw({ requirementId, reason: "because" }),
    () => learner.rollouts.list({}), () => learner.rollouts.get({ rolloutId }), () => w.as("auditor").rollouts.create({ requirementId }), () => w.as("auditor").rollouts.preview({ rolloutId }), () => w.as("manager").rollouts.start({ rolloutId, peopleCount: 6 }),
    () => learner.obligations.list({}), () => learner.obligations.counts({}), () => learner.obligations.why({ obligationId }), () => w.as("manager").obligations.revokeProof({ proofId, reason: "because" }),
    () => learner.proofs.list({}), () => learner.proofs.get({ proofId }), () => learner.reports.overview({}), () => learner.reports.transcript({ personId: w.people.learner.personId }), () => learner.reports.runs({}), () => author.reports.start({ kind: "completions" }),
  ]) await expect(asked()).rejects.toMatchObject(refused.forbidden);
  // The manager has nobody below: lists are empty and single ids are hidden.
  const manager = w.as("manager");
  expect(await manager.obligations.list({})).toMatchObject({ total: 0 });
  expect(await manager.obligations.counts({})).toEqual({ owed: 0, compliant: 0, open: 0, overdue: 0 });
  expect(await manager.proofs.list({})).toMatchObject({ total: 0 });
  for (const asked of [() => manager.obligations.why({ obligationId }), () => manager.proofs.get({ proofId }), () => manager.reports.transcript({ personId: w.people.learner.personId }), () => manager.obligations.list({ personId: w.people.learner.personId })]) {
    await expect(asked()).rejects.toMatchObject(refused.hidden);
  }
  for (const asked of [() => w.anonymous.obligations.mine({}), () => w.anonymous.reports.transcriptMine({}), () => w.anonymous.obligations.mineWhy({ requirementId })]) await expect(asked()).rejects.toMatchObject({ status: 401 });
  const hr = w.as("hr");
  for (const asked of [() => hr.requirements.get({ requirementId: "nothing" }), () => hr.rollouts.get({ rolloutId: "nothing" }), () => hr.obligations.why({ obligationId: "nothing" }), () => hr.proofs.get({ proofId: "nothing" }), () => hr.rollouts.create({ requirementId: "nothing" }), () => learner.obligations.mineWhy({ requirementId: "nothing" })]) {
    await expect(asked()).rejects.toMatchObject(refused.hidden);
  }
});

it("bad input is named at its field and changes nothing", async () => {
  const hr = w.as("hr");
  const create = (change: object) => hr.requirements.create({ courseId, title: "x", reason: "", audience: everyone, ...terms, ...change } as never);
  for (const [change, path] of [
    [{ audience: { any: [] } }, "audience.any"], [{ audience: { any: [{ kind: "org_units", ids: ["nope"], withBelow: true }] } }, "audience.any.0.ids"], [{ audience: { any: [{ kind: "people", ids: ["nope"] }] } }, "audience.any.0.ids"],
    [{ audience: { any: [{ kind: "everyone", also: 1 }] } }, "audience.any.0.also"], [{ due: { kind: "fixed", on: "2027-02-30" } }, "due.on"], [{ due: { kind: "relative", days: -1, from: "hired" } }, "due.days"],
    [{ validity: { months: 0, anchor: "completion" } }, "validity.months"], [{ validity: { months: null, anchor: "previous_expiry" } }, "validity.anchor"], [{ graceDays: 1.5 }, "graceDays"], [{ title: "  " }, "title"], [{ extra: true }, "extra"],
  ] as const) {
    const fault = await create(change).catch((e: unknown) => e) as { status: number; fields?: { path: string }[]; problem?: { fields?: { path: string }[] } };
    expect(fault.status).toBe(400);
    expect(JSON.stringify(fault)).toContain(path);
  }
  await expect(create({ courseId: "nope" })).rejects.toMatchObject({ status: 404 });
  expect((await hr.requirements.list({})).total).toBe(0);
  const q = await create({ code: "fire" });
  await expect(create({ code: "fire" })).rejects.toMatchObject({ status: 409, code: "requirements.code_taken" });
  await expect(hr.requirements.change({ requirementId: q.id, rowVersion: 7, title: "x", reason: "", audience: everyone, ...terms })).rejects.toMatchObject({ code: "requirements.changed_meanwhile" });
  await expect(hr.obligations.list({ size: "201" } as never)).rejects.toMatchObject({ status: 400 });
});

it("an edited draft needs a new preview; an edited live rule becomes a new edition; words alone do not", async () => {
  const hr = w.as("hr");
  const q = await hr.requirements.create({ courseId, title: "Fire", reason: "", audience: everyone, ...terms });
  const r = await hr.rollouts.create({ requirementId: q.id });
  const { peopleCount } = await hr.rollouts.preview({ rolloutId: r.id });
  const edited = await hr.requirements.change({ requirementId: q.id, rowVersion: q.rowVersion, title: "Fire", reason: "", audience: { any: [{ kind: "roles", codes: ["manager"] }] }, ...terms });
  await expect(hr.rollouts.start({ rolloutId: r.id, peopleCount })).rejects.toMatchObject({ code: "rollouts.preview_outdated" });
  expect(await hr.rollouts.preview({ rolloutId: r.id })).toMatchObject({ peopleCount: 1, preview: { gainCount: 1 } });
  await hr.rollouts.start({ rolloutId: r.id, peopleCount: 1 });
  await w.settle();
  expect((await hr.obligations.list({})).rows.map((o) => o.person.displayName)).toEqual(["Manager Muster"]);
  const now = await hr.requirements.get({ requirementId: q.id });
  const worded = await hr.requirements.change({ requirementId: q.id, rowVersion: now.rowVersion, title: "Fire drill", reason: "Safer", audience: { any: [{ kind: "roles", codes: ["manager"] }] }, ...terms });
  expect(worded).toMatchObject({ title: "Fire drill", draft: null });
  const next = await hr.requirements.change({ requirementId: q.id, rowVersion: worded.rowVersion, title: "Fire drill", reason: "Safer", audience: { any: [{ kind: "roles", codes: ["manager", "auditor"] }] }, ...terms });
  expect(next).toMatchObject({ live: { edition: 1 }, draft: { edition: 2 } });
  expect((await hr.requirements.editions({ requirementId: q.id })).rows.map((e) => e.state)).toEqual(["draft", "live"]);
  expect(edited.draft?.edition).toBe(1);
});

it("revoking a completion: certificate void, owed again", async () => {
  await live();
  const { proofId } = await complete(w.people.learner.personId);
  await w.as("hr").obligations.revokeProof({ proofId, reason: "Somebody else did it" });
  await expect(w.as("hr").obligations.revokeProof({ proofId, reason: "Somebody else did it" })).rejects.toMatchObject({ status: 409, code: "proofs.already_revoked" });
  expect((await w.as("learner").obligations.mine({})).next).toMatchObject({ status: "open", cycleNumber: 2 });
  expect(await w.as("hr").proofs.get({ proofId })).toMatchObject({ revokedReason: "Somebody else did it", certificate: { state: "revoked" } });
});

it("the audience builder counts and samples live, and names what it can choose from", async () => {
  const hr = w.as("hr");
  const unit = await hr.people.createOrgUnit({ name: "IT" });
  const person = await hr.people.record({ givenName: "Ida", familyName: "Itzig", startedOn: "2027-01-01", orgUnitId: unit.id, position: "Nurse \"A\"" });
  const shown = await hr.audiences.preview({ condition: { any: [{ kind: "positions", values: ["Nurse \"A\""] }, { kind: "org_units", ids: [unit.id], withBelow: true }, { kind: "people", ids: [w.people.learner.personId] }] } });
  expect(shown).toMatchObject({ peopleCount: 2, sentence: [{ kind: "positions", names: ["Nurse \"A\""] }, { kind: "org_units", names: ["IT"], withBelow: true }, { kind: "people", names: ["Learner Muster"] }] });
  expect(shown.sample.find((s) => s.personId === person.id)).toMatchObject({ orgUnit: "IT", why: { kind: "position", name: "Nurse \"A\"" } });
  expect(await hr.audiences.values({})).toMatchObject({ orgUnits: [{ name: "IT", peopleCount: 1 }], positions: [{ value: "Nurse \"A\"", peopleCount: 1 }] });
});
