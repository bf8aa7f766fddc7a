/** Canonical states for the ledger. Where somebody reads and how long is not part of them. */
import { createHash } from "node:crypto";
import { jcs } from "../../../kernel/jcs.ts";
import type { LedgerState } from "../../../kernel/module.ts";
import { attemptsAfter, doneUnitsAfter, type Attempt, type UnitRow } from "../store/attempts.ts";
import { sittingsAfter, type Sitting } from "../store/sittings.ts";

const hashOf = (value: unknown): string => createHash("sha256").update(jcs(value)).digest("hex");

export const attemptState = ({ personId, courseId, versionId, number, state, startedAt, completedAt, scorePercent }: Attempt) =>
  ({ personId, courseId, versionId, number, state, startedAt, completedAt, scorePercent });

/** Questions and answers stand in the entry by their hash: the entry pins them without repeating them. */
export const sittingState = ({ attemptId, unitId, number, questions, startedAt, dueAt, state, submittedAt, points, maxPoints, percent, isPassed, outcome }: Sitting) => ({
  attemptId, unitId, number, questionsSha256: hashOf(questions), startedAt, dueAt, state, submittedAt, points, maxPoints, percent, isPassed,
  outcomeSha256: outcome === null ? null : hashOf(outcome),
});

export const unitId = (row: Pick<UnitRow, "attemptId" | "unitId">): string => `${row.attemptId}.${row.unitId}`;
export const unitState = ({ attemptId, unitId: part, doneAt, attestedSha256 }: UnitRow) => ({ attemptId, unitId: part, doneAt, attestedSha256 });

export const states: readonly LedgerState[] = [
  { kind: "attempt", page: async (ctx, afterId, size) => (await attemptsAfter(ctx, afterId, size)).map((a) => ({ id: a.id, state: attemptState(a) })) },
  { kind: "sitting", page: async (ctx, afterId, size) => (await sittingsAfter(ctx, afterId, size)).map((s) => ({ id: s.id, state: sittingState(s) })) },
  {
    kind: "attempt_unit", page: async (ctx, afterId, size) => {
      const [attempt = "", part = ""] = afterId.split(".");
      return (await doneUnitsAfter(ctx, attempt, part, size)).map((u) => ({ id: unitId(u), state: unitState(u) }));
    },
  },
];
