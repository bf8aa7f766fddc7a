import type { Input } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import type { ParsedVersion } from "../../courses/index.ts";
import { receiptCode } from "../codes.ts";
import type { attempts as contract, Answer, Completion, GivenAnswer, SittingResult } from "../contract.ts";
import { fail } from "../failures.ts";
import { feedbackOf, grade, isOver, sittingsLeft } from "../rules.ts";
import { completionOf, insertReceipt, touch } from "../store/attempts.ts";
import * as store from "../store/sittings.ts";
import { checked } from "./checked.ts";
import { completeIfDone } from "./complete.ts";
import { ownSeat } from "./own.ts";
import { questionResults } from "./results.ts";
import { sittingState } from "./states.ts";

type C = typeof contract;

/** Closes a locked, open sitting: grades what is stored (and `given`, if in time), and completes the attempt if that was the last part. */
export async function closeSitting(ctx: Ctx, seat: store.Seat, version: ParsedVersion, given: readonly GivenAnswer[]): Promise<store.Sitting & { completion: Completion | null }> {
  const { sitting, attempt } = seat;
  const quiz = version.quizzes.get(sitting.unitId);
  if (!quiz) throw fail.wrong_unit();
  const isLate = isOver(sitting.dueAt, ctx.now);
  const stored = await store.answersOf(ctx, sitting.id);
  const seqs = new Map(stored.map((a) => [a.questionId, a.seq]));
  const answers = new Map<string, Answer>(stored.map((a) => [a.questionId, a.answer]));
  const newer = isLate ? [] : checked(seat, version, given).filter((g) => g.seq > (seqs.get(g.questionId) ?? 0));
  for (const g of newer) answers.set(g.questionId, g.answer);
  if (newer.length > 0) await store.saveAnswers(ctx, sitting.id, newer.map((g) => ({ questionId: g.questionId, seq: g.seq, answer: g.answer, isFlagged: g.isFlagged ?? false })));
  const questions = sitting.questions.flatMap((d) => { const q = quiz.questions.get(d.id); return q ? [q] : []; });
  const { marks, points, maxPoints, percent, isPassed } = grade(quiz.quiz.passPercent, questions, answers);
  // Work handed in after the time counts as of the moment the time ended.
  const submittedAt = isLate ? sitting.dueAt ?? ctx.now : ctx.now;
  const completion = isPassed ? await completeIfDone(ctx, attempt, version, { unitId: sitting.unitId, points, maxPoints }, submittedAt) : null;
  const code = completion?.receipt.code ?? receiptCode();
  const after: store.Sitting = { ...sitting, state: isLate ? "expired" : "submitted", submittedAt, points, maxPoints, percent, isPassed, outcome: { marks, receiptCode: code } };
  if (!await store.close(ctx, after)) throw new Error("a sitting closed while it was locked");
  if (!completion) {
    await insertReceipt(ctx, attempt.id, { code, kind: "submitted", givenAt: ctx.now, facts: {} });
    await touch(ctx, attempt.id);
  }
  ctx.audit(isLate ? "attempts.sitting_expired" : "attempts.sitting_submitted", { kind: "sitting", id: sitting.id, version: 2 }, { before: sittingState(sitting), after: sittingState(after), subject: attempt.personId });
  return { ...after, completion };
}

/** `last` is the attempt's completion, which this sitting may have brought about or not. */
function shown(sitting: store.Sitting, version: ParsedVersion, last: Completion | null): SittingResult {
  const completion = last?.receipt.code === sitting.outcome?.receiptCode ? last : null;
  const quiz = version.quizzes.get(sitting.unitId);
  const { outcome, submittedAt, state } = sitting;
  if (!quiz || outcome === null || submittedAt === null || state === "open") throw fail.not_open();
  const isPassed = sitting.isPassed === true;
  const may = feedbackOf(quiz.quiz.feedback, isPassed);
  return {
    sittingId: sitting.id, attemptId: sitting.attemptId, unitId: sitting.unitId, number: sitting.number, state, submittedAt, isPassed, passPercent: quiz.quiz.passPercent,
    percent: may.score ? sitting.percent : null, points: may.score ? sitting.points : null, maxPoints: may.score ? sitting.maxPoints : null,
    questions: may.marks ? questionResults(quiz, outcome.marks, may.answers) : null, sittingsLeft: sittingsLeft(quiz.quiz.maxSittings, sitting.number),
    receipt: completion?.receipt ?? { code: outcome.receiptCode, kind: "submitted", at: submittedAt }, completion,
  };
}

/** A repeat, by key or by chance, gives the result that stands. The score in it is the server's alone. */
export async function submit(ctx: Ctx, input: Input<C["submit"]>): Promise<SittingResult> {
  const seat = await ownSeat(ctx, input.sittingId, "close");
  if (seat.sitting.state !== "open") return shown(seat.sitting, seat.version, await completionOf(ctx, seat.attempt.id));
  if (seat.attempt.state !== "open") throw fail.not_open();
  const closed = await closeSitting(ctx, seat, seat.version, input.answers ?? []);
  return shown(closed, seat.version, closed.completion);
}

export async function result(ctx: Ctx, input: Input<C["result"]>): Promise<SittingResult> {
  const seat = await ownSeat(ctx, input.sittingId);
  return shown(seat.sitting, seat.version, await completionOf(ctx, seat.attempt.id));
}
