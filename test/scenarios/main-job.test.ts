import { afterEach, beforeEach, expect, test } from "vitest";
import { ledgerStates } from "../../server/app.ts";
import { systemActor } from "../../server/kernel/ctx.ts";
import { readCtx } from "../../server/kernel/unit.ts";
import { verifyLedger } from "../../server/modules/ledger/index.ts";
import { fireCourse } from "../harness/fire-course.ts";
import { world, type World } from "../harness/world.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

test("a course is published, required of everyone, learned, completed, certified and proven", async () => {
  const author = w.as("author"), hr = w.as("hr"), learner = w.as("learner");
  const course = await author.courses.create({ title: "Fire safety", code: "FIRE", language: "en" });
  const saved = await author.courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: fireCourse() });
  const version = await author.courses.publish({ courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "First edition", effectiveOn: "2027-03-01", policy: { inProgress: "finish", withinDays: null } });
  expect(version).toMatchObject({ number: 1, isLive: true });

  const requirement = await hr.requirements.create({
    courseId: course.id, title: "Fire safety, yearly", reason: "The law says so.", audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 30, from: "assigned" },
    validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
  });
  const rollout = await hr.rollouts.create({ requirementId: requirement.id });
  const seen = await hr.rollouts.preview({ rolloutId: rollout.id });
  expect(seen.preview?.gainCount).toBe(6);
  await hr.rollouts.start({ rolloutId: rollout.id, peopleCount: 6 });
  await w.settle();
  expect(await hr.rollouts.get({ rolloutId: rollout.id })).toMatchObject({ state: "done", doneCount: 6 });

  const mine = await learner.obligations.mine({});
  expect(mine.next).toMatchObject({ requirementTitle: "Fire safety, yearly", status: "open", due: { on: "2027-03-31", zone: "Europe/Berlin", at: "2027-03-31T22:00:00.000Z" } });

  const attempt = await learner.attempts.start({ courseId: course.id });
  await learner.attempts.done({ attemptId: attempt.id, unitId: "lesson01" });
  const policy = await learner.attempts.unit({ attemptId: attempt.id, unitId: "policy01" });
  await learner.attempts.attest({ attemptId: attempt.id, unitId: "policy01", sha256: policy.attestSha256 ?? "", isConfirmed: true });
  const sitting = await learner.attempts.sit({ attemptId: attempt.id, unitId: "quiz0001" });
  expect(sitting.questions).toHaveLength(20);
  expect(JSON.stringify(sitting)).not.toMatch(/isCorrect|explanation/);
  const answers = sitting.questions.map((q) => ({ questionId: q.id, seq: 1, answer: { choice: "right" } }));
  await learner.attempts.answer({ sittingId: sitting.id, ...answers[0]! });
  const result = await learner.attempts.submit({ sittingId: sitting.id, answers });
  expect(result).toMatchObject({ isPassed: true, percent: 100 });
  expect(result.completion?.certificates).toHaveLength(1);
  const again = await learner.attempts.submit({ sittingId: sitting.id, answers });
  expect(again.completion?.certificates).toEqual(result.completion?.certificates);

  const { certificateId, code } = result.completion!.certificates[0]!;
  await expect(learner.certificates.minePdf({ certificateId })).rejects.toMatchObject({ status: 202 });
  await w.settle();
  const pdf = Buffer.from(await (await learner.certificates.minePdf({ certificateId })).arrayBuffer());
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const verdict = await w.anonymous.certificates.verify({ code });
  expect(verdict).toMatchObject({ state: "valid", record: { holder: "Learner Muster", course: "Fire safety", courseVersion: 1, validThroughOn: "2028-03-01" } });
  const page = await w.request("GET", `/verify/${code}`);
  expect(page.status).toBe(200);
  expect(page.text).toContain("Learner Muster");

  const transcript = await learner.reports.transcriptMine({});
  expect(transcript.certificates).toHaveLength(1);
  expect((await learner.obligations.mine({})).next).toBeNull();
  expect((await hr.obligations.counts({ requirementId: requirement.id }))).toMatchObject({ owed: 6, compliant: 1, open: 5 });
  // The ledger vouches for every row of it.
  await w.muster.sealer.sealNow();
  const checked = await verifyLedger(readCtx(w.muster.kernel, { actor: systemActor("verify"), requestId: "verify" }), w.muster.keys, ledgerStates());
  expect(checked).toMatchObject({ ok: true, findings: [] });
  expect(checked.entries).toBeGreaterThan(20);
  // Another learner finds none of it.
  const other = w.as(await w.person({ givenName: "Other", familyName: "Person" }));
  await expect(other.certificates.mineOne({ certificateId })).rejects.toMatchObject({ status: 404 });
  await expect(other.attempts.get({ attemptId: attempt.id })).rejects.toMatchObject({ status: 404 });
});
