import type { Ctx } from "../../../kernel/ctx.ts";
import type { ParsedVersion } from "../../courses/index.ts";
import { credit } from "../../obligations/index.ts";
import { receiptCode } from "../codes.ts";
import type { Completion } from "../contract.ts";
import { percentOf } from "../rules.ts";
import { doneParts, end, insertReceipt, type Attempt, type DonePart } from "../store/attempts.ts";
import { attemptState } from "./states.ts";

/** Completes the attempt if every part is done: proof, settled cycles, certificates, receipt and entries in this very transaction. */
export async function completeIfDone(ctx: Ctx, attempt: Attempt, version: ParsedVersion, last: DonePart, achievedAt: string): Promise<Completion | null> {
  const parts = version.units.length === 1 ? [last] : [...(await doneParts(ctx, attempt.id)).filter((p) => p.unitId !== last.unitId), last];
  const done = new Set(parts.map((p) => p.unitId));
  if (!version.units.every((u) => done.has(u.id))) return null;
  const quizzes = parts.filter((p) => version.quizzes.has(p.unitId));
  const sum = (of: (p: DonePart) => number): number => quizzes.reduce((n, p) => n + of(p), 0);
  const scorePercent = quizzes.length === 0 ? null : percentOf(sum((p) => p.points), sum((p) => p.maxPoints));
  const after: Attempt = { ...attempt, state: "completed", completedAt: achievedAt, scorePercent, activeAt: ctx.now, rowVersion: attempt.rowVersion + 1 };
  if (!await end(ctx, after)) throw new Error("an attempt ended while it was locked");
  const { personId, courseId, versionId } = attempt;
  const credited = await credit(ctx, { personId, courseId, versionId, attemptId: attempt.id, achievedAt, scorePercent, basis: "attempt", assurance: "A" });
  const completion: Completion = {
    receipt: { code: receiptCode(), kind: "completed", at: ctx.now }, completedAt: achievedAt, scorePercent, proofId: credited.proofId, contentSha256: version.contentSha256,
    certificates: credited.certificates.map(({ certificateId, number, code }) => ({ certificateId, number, code })),
  };
  await insertReceipt(ctx, attempt.id, { code: completion.receipt.code, kind: "completed", givenAt: ctx.now, facts: { completion } });
  ctx.audit("attempts.completed", { kind: "attempt", id: attempt.id, version: after.rowVersion }, { before: attemptState(attempt), after: attemptState(after), subject: personId });
  ctx.emit("attempts.completed", { attemptId: attempt.id, personId, courseId, versionId, proofId: credited.proofId, scorePercent, completedAt: achievedAt });
  return completion;
}
