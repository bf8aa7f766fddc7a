import type { ParsedVersion } from "../../courses/index.ts";
import type { GivenAnswer } from "../contract.ts";
import { fail } from "../failures.ts";
import { fits } from "../rules.ts";
import type { Seat } from "../store/sittings.ts";

/** Refuses answers to questions that were not drawn, or of another form; of two answers to one question the newer stays. */
export function checked(seat: Seat, version: ParsedVersion, given: readonly GivenAnswer[]): GivenAnswer[] {
  const questions = version.quizzes.get(seat.sitting.unitId)?.questions;
  const drawn = new Set(seat.sitting.questions.map((q) => q.id));
  const newest = new Map<string, GivenAnswer>();
  for (const g of given) {
    const question = drawn.has(g.questionId) ? questions?.get(g.questionId) : undefined;
    if (!question) throw fail.not_in_sitting({ values: { questionId: g.questionId } });
    if (!fits(question, g.answer)) throw fail.answer_mismatch({ values: { questionId: g.questionId } });
    const other = newest.get(g.questionId);
    if (!other || other.seq < g.seq) newest.set(g.questionId, g);
  }
  return [...newest.values()];
}
