import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";
import type { Content } from "../courses/content.ts";
import type { SittingView } from "./contract.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

const lesson = { id: "less", kind: "lesson" as const, title: "Lesson", minutes: 5, markdown: "# Hello" };
const paper = { id: "docu", kind: "document" as const, title: "Policy", minutes: 5, file: null, markdown: "Be kind.", statement: "I have read it" };
const question = (n: number) => ({ id: `ques${n}`, kind: "true_false" as const, text: `Is ${n} even?`, points: 1, explanation: "SECRET-WHY", isTrue: n % 2 === 0 });
const quiz = {
  id: "quiz", kind: "quiz" as const, title: "Quiz", minutes: 5, intro: "Go", passPercent: 75, maxSittings: 2 as number | null, limitMinutes: 10 as number | null, shuffle: true, feedback: "score" as const,
  pools: [{ id: "pool", title: "", draw: 4, questions: Array.from({ length: 8 }, (_, i) => question(i)) }],
};
const right = (id: string) => ({ isTrue: Number(id.slice(4)) % 2 === 0 });
const wrong = (id: string) => ({ isTrue: Number(id.slice(4)) % 2 !== 0 });
const given = (s: SittingView, answer: (id: string) => { isTrue: boolean }, seq = 1) => s.questions.map((q) => ({ questionId: q.id, seq, answer: answer(q.id) }));

async function publish(content: Content, courseId?: string): Promise<string> {
  const { courses } = w.as("author");
  const course = courseId === undefined ? await courses.create({ code: "fire", title: "Fire safety", language: "en" }) : await courses.get({ courseId });
  const { rowVersion } = await courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content });
  await courses.publish({ courseId: course.id, rowVersion, change: "material", reason: "r", effectiveOn: w.clock.now().slice(0, 10), policy: { inProgress: "finish", withinDays: null } });
  return course.id;
}
const me = () => w.as("learner").attempts;
async function sitting(over: Partial<typeof quiz> = {}): Promise<{ courseId: string; attemptId: string; s: SittingView }> {
  const courseId = await publish({ units: [{ ...quiz, ...over }] });
  const { id: attemptId } = await me().start({ courseId });
  return { courseId, attemptId, s: await me().sit({ attemptId, unitId: "quiz" }) };
}

async function allRefused(calls: readonly Promise<unknown>[], why: object): Promise<void> {
  for (const seen of await Promise.allSettled(calls)) expect(seen).toMatchObject({ status: "rejected", reason: why });
}

describe("a course from start to receipt", () => {
  it("lesson, document, quiz in order; completion with proof and certificate; review afterwards; a new attempt", async () => {
    const courseId = await publish({ units: [lesson, paper, quiz] });
    expect(await me().coursePage({ courseId })).toMatchObject({ course: { mayStart: true }, attempt: null, units: [{ mayOpen: true }, { mayOpen: false }, { mayOpen: false }] });
    const attempt = await me().start({ courseId });
    expect((await me().start({ courseId })).id).toBe(attempt.id);
    const at = { attemptId: attempt.id };
    await expect(me().unit({ ...at, unitId: "docu" })).rejects.toMatchObject({ status: 403, code: "attempts.too_early" });
    await expect(me().sit({ ...at, unitId: "quiz" })).rejects.toMatchObject({ status: 403, code: "attempts.too_early" });
    expect((await me().unit({ ...at, unitId: "less" })).unit.html).toContain("Hello");
    await me().place({ ...at, unitId: "less", position: 500, writer: "window-one" });
    w.clock.advance(30_000);
    expect((await me().time({ ...at, unitId: "less", seconds: 9_999 })).seconds).toBe(30);
    expect((await me().time({ ...at, unitId: "less", seconds: 10 })).seconds).toBe(10);
    expect(await me().done({ ...at, unitId: "less" })).toMatchObject({ state: { isDone: true, seconds: 30 }, completion: null });
    await expect(me().done({ ...at, unitId: "docu" })).rejects.toMatchObject({ code: "attempts.wrong_unit" });
    const page = await me().unit({ ...at, unitId: "docu" });
    await expect(me().attest({ ...at, unitId: "docu", sha256: "0".repeat(64), isConfirmed: true })).rejects.toMatchObject({ status: 409, code: "attempts.other_text" });
    const attested = await me().attest({ ...at, unitId: "docu", sha256: page.attestSha256 ?? "", isConfirmed: true });
    expect(attested.receipt).toMatchObject({ kind: "attested", code: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) as string });
    expect((await me().attest({ ...at, unitId: "docu", sha256: page.attestSha256 ?? "", isConfirmed: true })).receipt).toEqual(attested.receipt);
    const s = await me().sit({ ...at, unitId: "quiz" });
    const result = await me().submit({ sittingId: s.id, answers: given(s, right) });
    expect(result).toMatchObject({ isPassed: true, percent: 100, questions: null, completion: { scorePercent: 100, certificates: [{ number: expect.any(String) as string }] } });
    const view = await me().get(at);
    expect(view).toMatchObject({ state: "completed", scorePercent: 100, completion: result.completion });
    expect((await me().unit({ ...at, unitId: "less" })).unit.html).toContain("Hello");
    await expect(me().sit({ ...at, unitId: "quiz" })).rejects.toMatchObject({ code: "attempts.not_open" });
    await expect(me().time({ ...at, unitId: "less", seconds: 40 })).rejects.toMatchObject({ code: "attempts.not_open" });
    expect(await me().done({ ...at, unitId: "less" })).toMatchObject({ completion: result.completion });
    expect(await me().start({ courseId })).toMatchObject({ number: 2, state: "open" });
    const hr = await w.as("hr").attempts.ofPerson({ personId: w.people.learner.personId });
    expect(hr.attempts.map((a) => [a.number, a.state])).toEqual([[2, "open"], [1, "completed"]]);
  });

  it("one window writes; the other is told at once, may take over, and after a minute of silence simply goes on", async () => {
    const courseId = await publish({ units: [lesson] });
    const { id: attemptId } = await me().start({ courseId });
    const put = (writer: string, isTakingOver = false) => me().place({ attemptId, unitId: "less", position: 1, writer, isTakingOver });
    await put("window-one");
    await expect(put("window-two")).rejects.toMatchObject({ status: 409, code: "attempts.open_elsewhere" });
    await put("window-two", true);
    await expect(put("window-one")).rejects.toMatchObject({ code: "attempts.open_elsewhere" });
    w.clock.advance(61_000);
    await put("window-one");
    expect((await me().get({ attemptId })).place).toMatchObject({ writer: "window-one", position: 1 });
  });

  it("an attempt finishes on the version it began with, byte for byte, while another goes live", async () => {
    const courseId = await publish({ units: [lesson, { ...paper, id: "docu" }] });
    const attempt = await me().start({ courseId });
    const before = await me().unit({ attemptId: attempt.id, unitId: "less" });
    await publish({ units: [{ ...lesson, markdown: "# Changed" }, paper] }, courseId);
    expect(await me().unit({ attemptId: attempt.id, unitId: "less" })).toEqual(before);
    expect((await me().start({ courseId })).version).toEqual(attempt.version);
    await me().done({ attemptId: attempt.id, unitId: "less" });
    const { attestSha256 } = await me().unit({ attemptId: attempt.id, unitId: "docu" });
    const { completion } = await me().attest({ attemptId: attempt.id, unitId: "docu", sha256: attestSha256 ?? "", isConfirmed: true });
    expect(completion).toMatchObject({ contentSha256: attempt.version.contentSha256, scorePercent: null });
    expect((await me().start({ courseId })).version.number).toBe(2);
  });
});

describe("nothing is told before its time", () => {
  it("no answer key in anything a learner can read before handing in", async () => {
    const { courseId, attemptId, s } = await sitting({ feedback: "answers" as never });
    const seen = JSON.stringify([s, await me().sitting({ sittingId: s.id }), await me().coursePage({ courseId }), await me().get({ attemptId }), await me().unit({ attemptId, unitId: "quiz" })]);
    expect(seen).not.toMatch(/isCorrect|"isTrue"|SECRET-WHY|tolerance|explanation/);
    await expect(me().result({ sittingId: s.id })).rejects.toMatchObject({ status: 409 });
    const result = await me().submit({ sittingId: s.id, answers: given(s, wrong) });
    expect(result.questions).toHaveLength(4);
    expect(JSON.stringify(result)).toContain("SECRET-WHY");
    expect((await me().sitting({ sittingId: s.id })).questions).toEqual([]);
  });

  it.each([["verdict", [null, null]], ["score", [0, null]], ["marks", [0, 4]], ["answers_when_passed", [0, 4]]] as const)("policy %s", async (feedback, [percent, questions]) => {
    const { s } = await sitting({ feedback: feedback as never });
    const result = await me().submit({ sittingId: s.id, answers: given(s, wrong) });
    expect([result.percent, result.questions?.length ?? null]).toEqual([percent, questions]);
    expect(JSON.stringify(result)).not.toContain("SECRET-WHY");
    expect(await me().result({ sittingId: s.id })).toEqual(result);
  });

  it("files of a version are shown to those who have an attempt on it", async () => {
    const { courses } = w.as("author");
    const course = await courses.create({ code: "pic", title: "Pictures", language: "en" });
    const file = await courses.addFile({ courseId: course.id, name: "a.png" }, { file: new File([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])], "a.png") });
    const { rowVersion } = await courses.saveDraft({ courseId: course.id, rowVersion: course.rowVersion, content: { units: [{ ...lesson, markdown: "![A](a.png)" }] } });
    const version = await courses.publish({ courseId: course.id, rowVersion, change: "minor", reason: "r", effectiveOn: w.clock.now().slice(0, 10), policy: { inProgress: "finish", withinDays: null } });
    await expect(me().file({ versionId: version.id, sha256: file.sha256 })).rejects.toMatchObject({ status: 404 });
    const { id: attemptId } = await me().start({ courseId: course.id });
    expect((await me().unit({ attemptId, unitId: "less" })).unit.html).toContain(`/api/attempts/versions/${version.id}/files/${file.sha256}`);
    expect((await me().file({ versionId: version.id, sha256: file.sha256 })).type).toBe("image/png");
    await expect(me().file({ versionId: version.id, sha256: "0".repeat(64) })).rejects.toMatchObject({ status: 404 });
  });
});

describe("answers and hand-in", () => {
  it("an older change never overwrites a newer one; a repeat gets the same receipt", async () => {
    const { s } = await sitting();
    const id = s.questions[0]?.id ?? "";
    const put = (seq: number, answer: { isTrue: boolean } | null) => me().answer({ sittingId: s.id, questionId: id, seq, answer });
    const second = await put(2, { isTrue: true });
    expect(second).toMatchObject({ seq: 2, isNewest: true });
    w.clock.advance(1_000);
    expect(await put(1, { isTrue: false })).toEqual({ ...second, isNewest: false });
    expect(await put(2, { isTrue: true })).toEqual(second);
    expect((await me().sitting({ sittingId: s.id })).answers).toMatchObject([{ questionId: id, seq: 2, answer: { isTrue: true } }]);
    expect((await put(3, null)).code).not.toBe(second.code);
    const many = await me().answers({ sittingId: s.id, answers: [...given(s, right, 4), { questionId: id, seq: 5, answer: wrong(id) }] });
    expect(many.receipts).toHaveLength(4);
    expect((await me().sitting({ sittingId: s.id })).answers.find((a) => a.questionId === id)).toMatchObject({ seq: 5, answer: wrong(id) });
  });

  it("handed in twice, at once or later, with a key or without: one result", async () => {
    const { courseId, s } = await sitting();
    const answers = given(s, right);
    const [a, b] = await Promise.all([me().submit({ sittingId: s.id, answers }), me().submit({ sittingId: s.id, answers: given(s, wrong, 9) })]);
    expect(a).toEqual(b);
    const key = { idempotencyKey: "hand-in-key-1" };
    expect(await me().submit({ sittingId: s.id, answers }, key)).toEqual(a);
    expect(await me().submit({ sittingId: s.id, answers }, key)).toEqual(a);
    await expect(me().submit({ sittingId: s.id }, key)).rejects.toMatchObject({ code: "request.key_reused" });
    await expect(me().answer({ sittingId: s.id, questionId: s.questions[0]?.id ?? "", seq: 99, answer: { isTrue: true } })).rejects.toMatchObject({ status: 409, code: "attempts.sitting_over" });
    expect((await me().coursePage({ courseId })).attempt?.number).toBe(1);
  });

  it("a key on the first hand-in gives its very answer again", async () => {
    const { s } = await sitting();
    const key = { idempotencyKey: "first-hand-in" };
    const input = { sittingId: s.id, answers: given(s, right) };
    const first = await me().submit(input, key);
    expect(first.completion?.certificates).toHaveLength(1);
    expect(await me().submit(input, key)).toEqual(first);
  });

  it("the time is the server's: saved answers count, later ones do not", async () => {
    const { attemptId, s } = await sitting();
    await me().answers({ sittingId: s.id, answers: given(s, right).slice(0, 3) });
    w.clock.advance(10 * 60_000 + 5_000);
    await me().answer({ sittingId: s.id, questionId: s.questions[3]?.id ?? "", seq: 1, answer: wrong(s.questions[3]?.id ?? "") });
    w.clock.advance(1);
    await expect(me().answer({ sittingId: s.id, questionId: s.questions[3]?.id ?? "", seq: 2, answer: right(s.questions[3]?.id ?? "") })).rejects.toMatchObject({ code: "attempts.sitting_over" });
    const result = await me().submit({ sittingId: s.id, answers: given(s, right, 50) });
    expect(result).toMatchObject({ state: "expired", percent: 75, isPassed: true, submittedAt: s.dueAt });
    expect((await me().get({ attemptId })).completedAt).toBe(s.dueAt);
  });

  it("a sitting nobody hands in is closed by the clock", async () => {
    const { attemptId, s } = await sitting();
    await me().answers({ sittingId: s.id, answers: given(s, right) });
    await w.muster.scheduler.runDue();
    w.clock.advance(11 * 60_000);
    await w.muster.scheduler.runDue();
    await w.settle();
    expect(await me().get({ attemptId })).toMatchObject({ state: "completed", completedAt: s.dueAt });
  });

  it("sittings are bounded: by the author's number, else by the day; each draws anew; an open one is given back", async () => {
    const { attemptId, s } = await sitting();
    expect((await me().sit({ attemptId, unitId: "quiz" })).questions).toEqual(s.questions);
    expect((await me().submit({ sittingId: s.id })).sittingsLeft).toBe(1);
    const second = await me().sit({ attemptId, unitId: "quiz" });
    w.clock.advance(60 * 60_000);
    await expect(me().sit({ attemptId, unitId: "quiz" })).rejects.toMatchObject({ status: 409, code: "attempts.no_sittings_left" });
    expect((await me().submit({ sittingId: second.id })).state).toBe("expired");
    await expect(me().sit({ attemptId, unitId: "quiz" })).rejects.toMatchObject({ code: "attempts.no_sittings_left" });
    await w.as("hr").attempts.stop({ attemptId, reason: "asked for another try" });
    await expect(w.as("hr").attempts.stop({ attemptId, reason: "again" })).rejects.toMatchObject({ code: "attempts.not_open" });
  });

  it("without the author's limit a day has twenty", async () => {
    const { attemptId, s } = await sitting({ maxSittings: null });
    let open = s;
    for (let i = 0; i < 19; i++) { await me().submit({ sittingId: open.id }); open = await me().sit({ attemptId, unitId: "quiz" }); }
    await me().submit({ sittingId: open.id });
    await expect(me().sit({ attemptId, unitId: "quiz" })).rejects.toMatchObject({ status: 429, code: "attempts.too_many_sittings" });
  });

  it.each<[string, (s: SittingView) => object, number]>([
    ["a score of one's own", () => ({ percent: 100 }), 400], ["points in an answer", (s) => ({ answers: given(s, right).map((a) => ({ ...a, points: 5 })) }), 400],
    ["a question that was not drawn", (s) => ({ answers: [{ questionId: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `ques${n}`).find((id) => !s.questions.some((q) => q.id === id)), seq: 1, answer: { isTrue: true } }] }), 400],
    ["a foreign question", () => ({ answers: [{ questionId: "foreign", seq: 1, answer: { isTrue: true } }] }), 400], ["prototype as question", () => ({ answers: [{ questionId: "__proto__", seq: 1, answer: { isTrue: true } }] }), 400],
    ["an answer of another kind", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: 1, answer: { choice: "aaaa" } }] }), 400], ["two kinds in one", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: 1, answer: { isTrue: true, choice: "aaaa" } }] }), 400],
    ["a negative seq", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: -1, answer: { isTrue: true } }] }), 400], ["a fractional seq", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: 1.5, answer: { isTrue: true } }] }), 400],
    ["a huge seq", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: 1e300, answer: { isTrue: true } }] }), 400], ["text for truth", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: 1, answer: { isTrue: "true" } }] }), 400],
    ["NaN", (s) => ({ answers: [{ questionId: s.questions[0]?.id, seq: 1, answer: { number: "NaN" } }] }), 400],
  ])("refuses %s and changes nothing", async (_, body, status) => {
    const { s } = await sitting();
    await expect(me().submit({ sittingId: s.id, ...body(s) } as never)).rejects.toMatchObject({ status });
    expect(await me().sitting({ sittingId: s.id })).toMatchObject({ state: "open", answers: [] });
  });
});

describe("somebody else's", () => {
  it("attempt is not there, for anything", async () => {
    const { attemptId, s } = await sitting();
    const other = w.as("manager").attempts;
    const id = s.questions[0]?.id ?? "";
    await allRefused([other.get({ attemptId }), other.unit({ attemptId, unitId: "quiz" }), other.place({ attemptId, unitId: "quiz", position: 1, writer: "window-two" }), other.time({ attemptId, unitId: "quiz", seconds: 1 }), other.done({ attemptId, unitId: "quiz" }),
      other.attest({ attemptId, unitId: "quiz", sha256: "0".repeat(64), isConfirmed: true }), other.sit({ attemptId, unitId: "quiz" }), other.sitting({ sittingId: s.id }), other.answer({ sittingId: s.id, questionId: id, seq: 1, answer: null }),
      other.answers({ sittingId: s.id, answers: given(s, right) }), other.submit({ sittingId: s.id }), other.result({ sittingId: s.id }), other.get({ attemptId: "nowhere" })], { status: 404, code: "attempts.not_found" });
    expect(await me().sitting({ sittingId: s.id })).toMatchObject({ state: "open", answers: [] });
    await allRefused([me().record({ attemptId }), me().stop({ attemptId, reason: "x" }), me().ofPerson({ personId: w.people.learner.personId })], { status: 403 });
    const nobody = w.anonymous.attempts;
    await allRefused([nobody.coursePage({ courseId: "x" }), nobody.start({ courseId: "x" }), nobody.sitting({ sittingId: s.id }), nobody.file({ versionId: "x", sha256: "0".repeat(64) })], { status: 401 });
  });

  it("record explains each mark to the auditor, and reading it is logged", async () => {
    const { attemptId, s } = await sitting();
    await me().submit({ sittingId: s.id, answers: given(s, right).slice(0, 2) });
    const record = await w.as("auditor").attempts.record({ attemptId });
    expect(record.sittings).toMatchObject([{ points: 2, maxPoints: 4, isPassed: false }]);
    expect(record.sittings[0]?.questions.filter((q) => q.isRight)).toHaveLength(2);
    expect(record.sittings[0]?.questions[0]).toMatchObject({ rightText: expect.stringMatching(/true|false/) as string });
  });

  it("course: one that was never live, or is unknown, is not there", async () => {
    const course = await w.as("author").courses.create({ code: "draft", title: "Draft", language: "en" });
    await expect(me().coursePage({ courseId: course.id })).rejects.toMatchObject({ status: 404 });
    await expect(me().start({ courseId: course.id })).rejects.toMatchObject({ status: 409, code: "courses.not_live" });
    await expect(me().start({ courseId: "nowhere" })).rejects.toMatchObject({ status: 404 });
  });
});
