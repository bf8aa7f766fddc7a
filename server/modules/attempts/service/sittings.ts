import { Temporal } from "temporal-polyfill";
import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { answerCode, systemRandom } from "../codes.ts";
import type { AnswerReceipt, attempts as contract, GivenAnswer, SittingView } from "../contract.ts";
import { fail } from "../failures.ts";
import { drawQuestions, isOver, mayOpen, sittingsLeft, sittingsPerDay } from "../rules.ts";
import { touch } from "../store/attempts.ts";
import * as store from "../store/sittings.ts";
import { checked } from "./checked.ts";
import { mustBeOpen, ownAttempt, ownSeat, partOf } from "./own.ts";
import { sittingState } from "./states.ts";
import { closeSitting } from "./submit.ts";
import { doneOf, progressOf, sittingView, unitIds } from "./views.ts";

type C = typeof contract;

const after = (instant: string, minutes: number): string => Temporal.Instant.from(instant).add({ minutes }).toString({ smallestUnit: "millisecond" });

export async function sit(ctx: Ctx, input: Input<C["sit"]>): Promise<SittingView> {
  const { attempt, version } = await ownAttempt(ctx, input.attemptId, true);
  mustBeOpen(attempt);
  const quiz = partOf(version, input.unitId, "quiz");
  const progress = await progressOf(ctx, attempt.id);
  const done = doneOf(progress);
  if (!mayOpen(unitIds(version), version.isInOrder, done, quiz.id)) throw fail.too_early();
  const used = progress.sittings.filter((s) => s.unitId === quiz.id);
  const open = used.find((s) => s.state === "open");
  if (open && !isOver(open.dueAt, ctx.now)) {
    const seat = await ownSeat(ctx, open.id);
    return sittingView(ctx, seat.sitting, version, await store.answersOf(ctx, open.id));
  }
  // Its time ended while nobody looked: it is closed with what was saved, and that may already be a pass.
  if (open) {
    const seat = await ownSeat(ctx, open.id, "close");
    const closed = await closeSitting(ctx, seat, version, []);
    if (closed.isPassed === true) return sittingView(ctx, closed, version, []);
  }
  if (done.has(quiz.id)) throw fail.already_passed();
  if (sittingsLeft(quiz.maxSittings, used.length) === 0) throw fail.no_sittings_left();
  const dayAgo = after(ctx.now, -24 * 60);
  if (used.filter((s) => s.startedAt > dayAgo).length >= sittingsPerDay) throw fail.too_many_sittings({ retryAfterS: 3_600 });
  const sitting: store.Sitting = {
    id: ctx.newId(), tenantId: ctx.tenantId, attemptId: attempt.id, unitId: quiz.id, number: used.length + 1, questions: drawQuestions(quiz, systemRandom), startedAt: ctx.now,
    dueAt: quiz.limitMinutes === null ? null : after(ctx.now, quiz.limitMinutes), state: "open", submittedAt: null, points: null, maxPoints: null, percent: null, isPassed: null, outcome: null,
  };
  if (!await store.insert(ctx, sitting)) throw new Error("a sitting began while its attempt was locked");
  await touch(ctx, attempt.id);
  ctx.audit("attempts.sitting_started", { kind: "sitting", id: sitting.id, version: 1 }, { after: sittingState(sitting), subject: attempt.personId });
  return sittingView(ctx, sitting, version, []);
}

export async function sitting(ctx: Ctx, input: Input<C["sitting"]>): Promise<SittingView> {
  const seat = await ownSeat(ctx, input.sittingId);
  return sittingView(ctx, seat.sitting, seat.version, seat.sitting.state === "open" ? await store.answersOf(ctx, seat.sitting.id) : []);
}

const receipt = (sittingId: string, a: store.StoredAnswer, isNewest: boolean): AnswerReceipt =>
  ({ questionId: a.questionId, seq: a.seq, isNewest, code: answerCode(sittingId, a.questionId, a.seq, JSON.stringify(a.answer), a.answeredAt), savedAt: a.answeredAt });

async function save(ctx: Ctx, sittingId: string, given: readonly GivenAnswer[]): Promise<AnswerReceipt[]> {
  const seat = await ownSeat(ctx, sittingId, "write");
  if (seat.attempt.state !== "open" || seat.sitting.state !== "open" || isOver(seat.sitting.dueAt, ctx.now)) throw fail.sitting_over();
  const wanted = checked(seat, seat.version, given).map((g) => ({ questionId: g.questionId, seq: g.seq, answer: g.answer, isFlagged: g.isFlagged ?? false }));
  if (await store.saveAnswers(ctx, sittingId, wanted) === wanted.length) return wanted.map((a) => receipt(sittingId, { ...a, answeredAt: ctx.now }, true));
  // Some were there already, as new or newer: the receipt is for what is stored.
  const stored = new Map((await store.answersOf(ctx, sittingId)).map((a) => [a.questionId, a]));
  return wanted.flatMap((a) => { const s = stored.get(a.questionId); return s ? [receipt(sittingId, s, s.seq === a.seq)] : []; });
}

export async function answer(ctx: Ctx, input: Input<C["answer"]>): Promise<AnswerReceipt> {
  const { sittingId, ...given } = input;
  const [saved] = await save(ctx, sittingId, [given]);
  if (!saved) throw fail.not_in_sitting();
  return saved;
}

export const answers = async (ctx: Ctx, input: Input<C["answers"]>): Promise<Output<C["answers"]>> => ({ receipts: await save(ctx, input.sittingId, input.answers) });
