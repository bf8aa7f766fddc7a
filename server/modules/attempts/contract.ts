/** Attempts: one person's work in one version of a course. Everything but the two HR reads is about oneself. */
import { z } from "zod";
import { FileOutput, Id, Instant, Sha256, Text, endpoint } from "../../kernel/contract.ts";
import { PartId } from "../courses/content.ts";
import { ShownQuestion, ShownUnit } from "../courses/contract.ts";

/** A given answer by kind of question; null takes it back. Numbers are decimal text, compared exactly. */
export const Answer = z.union([
  z.strictObject({ choice: PartId }), z.strictObject({ choices: z.array(PartId).max(20) }), z.strictObject({ isTrue: z.boolean() }),
  z.strictObject({ number: z.string().regex(/^-?\d{1,15}(\.\d{1,9})?$/) }),
]).nullable();
export type Answer = z.output<typeof Answer>;
const Seq = z.int().min(1).max(2_000_000_000);
/** `seq` grows with each change of the answer; an older one never overwrites a newer one. */
export const GivenAnswer = z.strictObject({ questionId: PartId, seq: Seq, answer: Answer, isFlagged: z.boolean().optional() });
export type GivenAnswer = z.output<typeof GivenAnswer>;
/** `isNewest` false: a newer answer was there already; the receipt is for that one. */
export const AnswerReceipt = z.strictObject({ questionId: z.string(), seq: z.int(), isNewest: z.boolean(), code: z.string(), savedAt: Instant });
export type AnswerReceipt = z.output<typeof AnswerReceipt>;

export const Receipt = z.strictObject({ code: z.string(), kind: z.enum(["attested", "submitted", "completed"]), at: Instant });
/** Given once, in the transaction that completed the attempt. */
export const Completion = z.strictObject({
  receipt: Receipt, completedAt: Instant, scorePercent: z.int().nullable(), proofId: Id, contentSha256: Sha256,
  certificates: z.array(z.strictObject({ certificateId: Id, number: z.string(), code: z.string() })),
});
export type Completion = z.output<typeof Completion>;

export const UnitState = z.strictObject({
  unitId: z.string(), kind: z.enum(["lesson", "document", "quiz"]), title: z.string(), minutes: z.int(), isDone: z.boolean(), mayOpen: z.boolean(), doneAt: Instant.nullable(), seconds: z.int(),
  quiz: z.strictObject({ sittingsUsed: z.int(), sittingsLeft: z.int().nullable(), openSittingId: Id.nullable(), bestPercent: z.int().nullable(), isPassed: z.boolean() }).nullable(),
});
export type UnitState = z.output<typeof UnitState>;
export const Place = z.strictObject({ unitId: z.string(), position: z.int(), writer: z.string(), at: Instant });
export type Place = z.output<typeof Place>;

export const AttemptView = z.strictObject({
  id: Id, courseId: Id, number: z.int(), state: z.enum(["open", "completed", "stopped"]), startedAt: Instant, activeAt: Instant, completedAt: Instant.nullable(), scorePercent: z.int().nullable(),
  version: z.strictObject({ id: Id, number: z.int(), title: z.string(), contentSha256: Sha256 }), place: Place.nullable(), units: z.array(UnitState), completion: Completion.nullable(),
});
export type AttemptView = z.output<typeof AttemptView>;

export const CoursePage = z.strictObject({
  course: z.strictObject({ id: Id, code: z.string(), title: z.string(), summary: z.string(), language: z.string(), minutes: z.int(), mayStart: z.boolean() }),
  /** Of the version an attempt would be, or is, on. */
  version: z.strictObject({ id: Id, number: z.int(), contentSha256: Sha256 }), units: z.array(UnitState),
  /** The open attempt, else the newest one. */
  attempt: z.strictObject({ id: Id, number: z.int(), state: z.enum(["open", "completed", "stopped"]), startedAt: Instant, completedAt: Instant.nullable(), place: Place.nullable() }).nullable(),
});

export const QuizRules = z.strictObject({
  passPercent: z.int(), maxSittings: z.int().nullable(), sittingsLeft: z.int().nullable(), limitMinutes: z.int().nullable(), questionCount: z.int(),
  feedback: z.enum(["verdict", "score", "marks", "answers", "answers_when_passed"]),
});
export const SittingRow = z.strictObject({
  id: Id, number: z.int(), state: z.enum(["open", "submitted", "expired"]), startedAt: Instant, dueAt: Instant.nullable(), submittedAt: Instant.nullable(), percent: z.int().nullable(), isPassed: z.boolean().nullable(),
});
export const UnitPage = z.strictObject({
  unit: ShownUnit, state: UnitState, attestSha256: Sha256.nullable(), attestedAt: Instant.nullable(), quiz: QuizRules.nullable(), sittings: z.array(SittingRow),
});

/** Without right answers. Questions and answers only while it is open. `now` is the server's time: count down from it. */
export const SittingView = z.strictObject({
  id: Id, attemptId: Id, unitId: z.string(), number: z.int(), state: z.enum(["open", "submitted", "expired"]), startedAt: Instant, dueAt: Instant.nullable(), now: Instant,
  questions: z.array(ShownQuestion),
  answers: z.array(z.strictObject({ questionId: z.string(), seq: z.int(), answer: Answer, isFlagged: z.boolean(), savedAt: Instant })),
});
export type SittingView = z.output<typeof SittingView>;

/** Multiple choice counts all or nothing: every right choice and no wrong one, else 0 points. */
export const QuestionResult = z.strictObject({
  questionId: z.string(), html: z.string(), points: z.int(), maxPoints: z.int(), isRight: z.boolean(), given: Answer, givenText: z.string(), rightText: z.string().nullable(), explanationHtml: z.string().nullable(),
});
/** What the feedback policy of the quiz allows; the rest is null. */
export const SittingResult = z.strictObject({
  sittingId: Id, attemptId: Id, unitId: z.string(), number: z.int(), state: z.enum(["submitted", "expired"]), submittedAt: Instant, isPassed: z.boolean(), passPercent: z.int(),
  percent: z.int().nullable(), points: z.int().nullable(), maxPoints: z.int().nullable(), questions: z.array(QuestionResult).nullable(), sittingsLeft: z.int().nullable(),
  receipt: Receipt, completion: Completion.nullable(),
});
export type SittingResult = z.output<typeof SittingResult>;

export const UnitDone = z.strictObject({ state: UnitState, receipt: Receipt.nullable(), completion: Completion.nullable() });
export type UnitDone = z.output<typeof UnitDone>;
export const AttemptRow = z.strictObject({
  id: Id, courseId: Id, versionId: Id, versionNumber: z.int(), title: z.string(), number: z.int(), state: z.enum(["open", "completed", "stopped"]), startedAt: Instant, activeAt: Instant,
  completedAt: Instant.nullable(), scorePercent: z.int().nullable(),
});
export const RecordedSitting = z.strictObject({ ...SittingRow.shape, unitId: z.string(), points: z.int().nullable(), maxPoints: z.int().nullable(), questions: z.array(QuestionResult) });

const own = "only the signed-in person's own attempt is ever found";
// `part`: checked by the handler in the very statement that reads the row for the signed-in person; saves a query on the hot path.
const attemptIds = { attemptId: "part", unitId: "part" } as const;
const attempt = { attemptId: Id };
const unit = { attemptId: Id, unitId: PartId };
const none = (why: string) => ({ audit: { none: why } }) as const;
const firstOnly = none("the first time writes its own entry; a repeat changes nothing");

export const attempts = {
  coursePage: endpoint({ method: "GET", path: "/api/attempts/courses/:courseId", permission: "self", ids: { courseId: "part" }, summary: `Course page with my state; ${own}`, input: z.strictObject({ courseId: Id }), output: CoursePage }),
  start: endpoint({ method: "POST", path: "/api/attempts/courses/:courseId/start", permission: "self", ids: { courseId: "part" }, ...firstOnly, summary: "Begins an attempt on the live version, or gives the open one", input: z.strictObject({ courseId: Id }), output: AttemptView }),
  get: endpoint({ method: "GET", path: "/api/attempts/:attemptId", permission: "self", ids: { attemptId: "part" }, summary: `One attempt; ${own}`, input: z.strictObject(attempt), output: AttemptView }),
  unit: endpoint({ method: "GET", path: "/api/attempts/:attemptId/units/:unitId", permission: "self", ids: attemptIds, summary: "A lesson, a document or the rules of a quiz, from the attempt's own version", input: z.strictObject(unit), output: UnitPage }),
  place: endpoint({
    method: "PUT", path: "/api/attempts/:attemptId/place", permission: "self", ids: attemptIds, ...none("where somebody reads is no record"), summary: "Keeps the position. One window writes at a time; `isTakingOver` moves the right to write here",
    input: z.strictObject({ ...unit, position: z.int().min(0).max(1_000_000), writer: z.string().regex(/^[A-Za-z0-9_-]{8,40}$/), isTakingOver: z.boolean().optional() }), output: z.strictObject({ savedAt: Instant }),
  }),
  time: endpoint({
    method: "PUT", path: "/api/attempts/:attemptId/units/:unitId/time", permission: "self", ids: attemptIds, ...none("time spent is a measure, not a decision"), summary: "Time spent in a part so far, in seconds; never falls, never exceeds the time since the start",
    input: z.strictObject({ ...unit, seconds: z.int().min(0).max(10_000_000) }), output: z.strictObject({ seconds: z.int() }),
  }),
  done: endpoint({ method: "POST", path: "/api/attempts/:attemptId/units/:unitId/done", permission: "self", ids: attemptIds, ...firstOnly, summary: "A lesson was read to its end", input: z.strictObject(unit), output: UnitDone }),
  attest: endpoint({
    method: "POST", path: "/api/attempts/:attemptId/units/:unitId/attest", permission: "self", ids: attemptIds, ...firstOnly, summary: "Confirms the document; `sha256` is the hash of what was shown",
    input: z.strictObject({ ...unit, sha256: Sha256, isConfirmed: z.literal(true) }), output: UnitDone,
  }),
  sit: endpoint({ method: "POST", path: "/api/attempts/:attemptId/units/:unitId/sittings", permission: "self", ids: attemptIds, ...firstOnly, summary: "Begins a sitting of a quiz, or gives the open one", input: z.strictObject(unit), output: SittingView }),
  sitting: endpoint({ method: "GET", path: "/api/attempts/sittings/:sittingId", permission: "self", ids: { sittingId: "part" }, summary: `A sitting with its questions and my answers; ${own}`, input: z.strictObject({ sittingId: Id }), output: SittingView }),
  answer: endpoint({
    method: "PUT", path: "/api/attempts/sittings/:sittingId/answers/:questionId", permission: "self", ids: { sittingId: "part", questionId: "part" }, ...none("the sitting's submission records all answers"), summary: "Saves one answer",
    input: z.strictObject({ sittingId: Id, ...GivenAnswer.shape }), output: AnswerReceipt,
  }),
  answers: endpoint({
    method: "PUT", path: "/api/attempts/sittings/:sittingId/answers", permission: "self", ids: { sittingId: "part" }, ...none("the sitting's submission records all answers"), summary: "Saves several answers",
    input: z.strictObject({ sittingId: Id, answers: z.array(GivenAnswer).min(1).max(200) }), output: z.strictObject({ receipts: z.array(AnswerReceipt) }),
  }),
  submit: endpoint({
    method: "POST", path: "/api/attempts/sittings/:sittingId/submit", permission: "self", ids: { sittingId: "part" }, ...firstOnly, summary: "Hands the sitting in, with last answers if any. A repeat gives the same result. After the time only what was saved in time counts",
    input: z.strictObject({ sittingId: Id, answers: z.array(GivenAnswer).max(200).optional() }), output: SittingResult,
  }),
  result: endpoint({ method: "GET", path: "/api/attempts/sittings/:sittingId/result", permission: "self", ids: { sittingId: "part" }, summary: "Result of a sitting, as far as the quiz shows it", input: z.strictObject({ sittingId: Id }), output: SittingResult }),
  file: endpoint({
    method: "GET", path: "/api/attempts/versions/:versionId/files/:sha256", permission: "self", ids: { versionId: "part" }, download: true, summary: "A picture or document of a version I have an attempt on",
    input: z.strictObject({ versionId: Id, sha256: Sha256 }), output: FileOutput,
  }),
  ofPerson: endpoint({ method: "GET", path: "/api/attempts/people/:personId", permission: "attempts.read", ids: { personId: "person" }, summary: "All attempts of a person", input: z.strictObject({ personId: Id }), output: z.strictObject({ attempts: z.array(AttemptRow) }) }),
  record: endpoint({
    method: "GET", path: "/api/attempts/:attemptId/record", permission: "attempts.read", ids: { attemptId: "attempt" }, audit: "attempts.record_read", summary: "Everything about one attempt, each answer with its mark and why; reading it is logged",
    input: z.strictObject(attempt), output: z.strictObject({ attempt: AttemptView, personId: Id, sittings: z.array(RecordedSitting) }),
  }),
  stop: endpoint({
    method: "POST", path: "/api/attempts/:attemptId/stop", permission: "obligations.write", ids: { attemptId: "attempt" }, audit: "attempts.stopped", summary: "Ends an open attempt (all sittings used up, wrong version), so that a new one can begin. Answers stay",
    input: z.strictObject({ ...attempt, reason: Text(2_000, 1) }), output: AttemptRow,
  }),
};
