/** How attempts are shown to their person. */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { ParsedVersion } from "../../courses/index.ts";
import type { AttemptView, SittingView, UnitState } from "../contract.ts";
import { mayOpen, sittingsLeft } from "../rules.ts";
import { completionOf, unitsOf, type Attempt, type UnitRow } from "../store/attempts.ts";
import { headsOf, type Sitting, type SittingHead, type StoredAnswer } from "../store/sittings.ts";

export interface Progress { readonly units: readonly UnitRow[]; readonly sittings: readonly SittingHead[] }
export const noProgress: Progress = { units: [], sittings: [] };
export const progressOf = async (ctx: Ctx, attemptId: string): Promise<Progress> => ({ units: await unitsOf(ctx, attemptId), sittings: await headsOf(ctx, attemptId) });

export const doneOf = (progress: Progress): ReadonlySet<string> =>
  new Set([...progress.units.filter((u) => u.doneAt !== null).map((u) => u.unitId), ...progress.sittings.filter((s) => s.isPassed === true).map((s) => s.unitId)]);

export const unitIds = (version: ParsedVersion): string[] => version.units.map((u) => u.id);

export function unitStates(version: ParsedVersion, progress: Progress): UnitState[] {
  const done = doneOf(progress);
  const ids = unitIds(version);
  return version.units.map((u): UnitState => {
    const row = progress.units.find((r) => r.unitId === u.id);
    const sittings = progress.sittings.filter((s) => s.unitId === u.id);
    const passed = sittings.find((s) => s.isPassed === true);
    const percents = sittings.flatMap((s) => (s.percent === null ? [] : [s.percent]));
    const showsScore = u.kind === "quiz" && u.feedback !== "verdict";
    return {
      unitId: u.id, kind: u.kind, title: u.title, minutes: u.minutes, isDone: done.has(u.id), mayOpen: mayOpen(ids, version.isInOrder, done, u.id),
      doneAt: row?.doneAt ?? passed?.submittedAt ?? null, seconds: row?.seconds ?? 0,
      quiz: u.kind !== "quiz" ? null : {
        sittingsUsed: sittings.length, sittingsLeft: sittingsLeft(u.maxSittings, sittings.length), openSittingId: sittings.find((s) => s.state === "open")?.id ?? null,
        bestPercent: showsScore && percents.length > 0 ? Math.max(...percents) : null, isPassed: passed !== undefined,
      },
    };
  });
}

export async function attemptView(ctx: Ctx, attempt: Attempt, version: ParsedVersion, progress: Progress): Promise<AttemptView> {
  const { id, courseId, number, state, startedAt, activeAt, completedAt, scorePercent, place } = attempt;
  return {
    id, courseId, number, state, startedAt, activeAt, completedAt, scorePercent, place, units: unitStates(version, progress),
    version: { id: version.id, number: version.number, title: version.title, contentSha256: version.contentSha256 },
    completion: state === "completed" ? await completionOf(ctx, id) : null,
  };
}

export function sittingView(ctx: Ctx, sitting: Sitting, version: ParsedVersion, answers: readonly StoredAnswer[]): SittingView {
  const { id, attemptId, unitId, number, state, startedAt, dueAt } = sitting;
  const quiz = version.quizzes.get(unitId);
  const isOpen = state === "open";
  return {
    id, attemptId, unitId, number, state, startedAt, dueAt, now: ctx.now,
    questions: !isOpen || !quiz ? [] : sitting.questions.map((drawn) => {
      const shown = quiz.shown(drawn.id);
      const order = drawn.choices;
      return { ...shown, choices: order === undefined ? [...shown.choices] : order.flatMap((c) => shown.choices.filter((choice) => choice.id === c)) };
    }),
    answers: !isOpen ? [] : answers.map((a) => ({ questionId: a.questionId, seq: a.seq, answer: a.answer, isFlagged: a.isFlagged, savedAt: a.answeredAt })),
  };
}
