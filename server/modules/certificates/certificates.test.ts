import { afterEach, beforeEach, expect, test } from "vitest";
import { fireCourse } from "../../../test/harness/fire-course.ts";
import { world, type World } from "../../../test/harness/world.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

/** The learner completes a course of one quiz; optionally it is required with a validity. */
async function certified(months: number | null = null): Promise<{ certificateId: string; code: string; number: string }> {
  const author = w.as("author"), learner = w.as("learner"), hr = w.as("hr");
  const course = await author.courses.create({ title: "Fire & <b>safety</b>", code: "FIRE", language: "en" });
  const saved = await author.courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: fireCourse(2, "quiz") });
  await author.courses.publish({ courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "first", effectiveOn: "2027-03-01", policy: { inProgress: "finish", withinDays: null } });
  if (months !== null) {
    const r = await hr.requirements.create({
      courseId: course.id, title: "Fire", reason: "Law", audience: { any: [{ kind: "people", ids: [w.people.learner.personId] }] }, due: { kind: "relative", days: 30, from: "assigned" },
      validity: { months, anchor: "completion" }, graceDays: 0, windowDays: 30,
    });
    const rollout = await hr.rollouts.create({ requirementId: r.id });
    await hr.rollouts.preview({ rolloutId: rollout.id });
    await hr.rollouts.start({ rolloutId: rollout.id, peopleCount: 1 });
    await w.settle();
  }
  const attempt = await learner.attempts.start({ courseId: course.id });
  const sitting = await learner.attempts.sit({ attemptId: attempt.id, unitId: "quiz0001" });
  const result = await learner.attempts.submit({ sittingId: sitting.id, answers: sitting.questions.map((q) => ({ questionId: q.id, seq: 1, answer: { choice: "right" } })) });
  const found = result.completion?.certificates[0];
  if (!found) throw new Error("no certificate");
  return found;
}

test("the document is made once; its bytes are checked before they are shown", async () => {
  const { certificateId } = await certified();
  const learner = w.as("learner");
  await expect(learner.certificates.minePdf({ certificateId })).rejects.toMatchObject({ status: 202 });
  await w.settle();
  const first = await learner.certificates.mineOne({ certificateId });
  expect(first.pdfState).toBe("ready");
  await w.unit((ctx) => ctx.enqueue({ kind: "certificates.render", key: "again", payload: { certificateId } }));
  await w.settle();
  expect((await learner.certificates.mineOne({ certificateId })).pdfSha256).toBe(first.pdfSha256);
  await w.muster.kernel.files.remove(first.pdfSha256 ?? "");
  await expect(learner.certificates.minePdf({ certificateId })).rejects.toMatchObject({ status: 503, code: "certificates.missing_bytes" });
});

test("revoked, restored, expired: the public page says so, with dates and without reasons", async () => {
  const { certificateId, code } = await certified(12);
  const hr = w.as("hr");
  await hr.certificates.revoke({ certificateId, reason: "Somebody else sat the quiz" });
  await expect(hr.certificates.revoke({ certificateId, reason: "again" })).rejects.toMatchObject({ status: 409, code: "certificates.already_revoked" });
  const revoked = await w.anonymous.certificates.verify({ code });
  expect(revoked.state).toBe("revoked");
  expect(JSON.stringify(revoked)).not.toContain("Somebody else");
  expect((await w.request("GET", `/verify/${code}`)).text).toContain("was revoked");
  await hr.certificates.restore({ certificateId, reason: "It was her after all" });
  expect(await w.anonymous.certificates.verify({ code })).toMatchObject({ state: "valid", changes: [{ state: "revoked" }, { state: "restored" }] });
  w.clock.set("2028-03-01T22:59:59.000Z");
  expect((await w.anonymous.certificates.verify({ code })).state).toBe("valid");
  w.clock.set("2028-03-01T23:00:00.000Z");
  expect((await w.anonymous.certificates.verify({ code })).state).toBe("expired");
});

test("a certificate of a revoked completion is void and cannot be restored", async () => {
  const { certificateId } = await certified();
  const hr = w.as("hr");
  const { proofId } = await hr.certificates.get({ certificateId });
  await hr.obligations.revokeProof({ proofId, reason: "Found to be wrong" });
  expect((await hr.certificates.get({ certificateId })).state).toBe("revoked");
  await expect(hr.certificates.restore({ certificateId, reason: "please" })).rejects.toMatchObject({ status: 409, code: "certificates.proof_revoked" });
});

test("what was issued keeps its words when names change, and nobody guesses another's", async () => {
  const { certificateId, code, number } = await certified();
  await w.unit(async (ctx) => { await ctx.db.run("UPDATE people SET display_name = 'New Name' WHERE id = ?", [w.people.learner.personId]); });
  expect((await w.anonymous.certificates.verify({ code })).record.holder).toBe("Learner Muster");
  expect((await w.request("GET", `/verify/${code}`)).text).not.toContain("<b>safety");
  expect((await w.request("GET", `/verify/${number}`)).status).toBe(404);
  await expect(w.anonymous.certificates.verify({ code: `${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}` })).rejects.toMatchObject({ status: 404 });
  await expect(w.as("author").certificates.mineOne({ certificateId })).rejects.toMatchObject({ status: 404 });
  await expect(w.as("manager").certificates.get({ certificateId })).rejects.toMatchObject({ status: 404 });
  await expect(w.as("auditor").certificates.revoke({ certificateId, reason: "no" })).rejects.toMatchObject({ status: 403 });
  expect((await w.as("auditor").certificates.list({ search: number })).total).toBe(1);
  expect((await w.as("auditor").certificates.list({ search: "%" })).total).toBe(0);
  expect((await w.as("manager").certificates.list({})).total).toBe(0);
});

test("the page speaks the reader's language and runs nothing", async () => {
  const { code } = await certified();
  const german = await w.request("GET", `/verify/${code}`, { headers: { "accept-language": "de-DE,de;q=0.9" } });
  expect(german.text).toContain("Dieses Zertifikat ist gültig");
  const arabic = await w.request("GET", `/verify/${code}`, { headers: { "accept-language": "ar" } });
  expect(arabic.text).toContain('dir="rtl"');
  expect(german.headers.get("content-security-policy")).not.toContain("script-src");
  const unknown = await w.request("GET", "/verify/AAAAAAAAAAAAAAAAAAAAAA");
  expect(unknown.status).toBe(404);
  expect(unknown.text).toContain("no certificate");
});
