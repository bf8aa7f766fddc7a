/** Finding the signed-in person's own work. Somebody else's is not found, whether it exists or not. */
import type { Ctx } from "../../../kernel/ctx.ts";
import { kernelFailures } from "../../../kernel/errors.ts";
import { version as courseVersion, type ParsedVersion, type Unit } from "../../courses/index.ts";
import { fail } from "../failures.ts";
import { findOwn as findAttempt, type Attempt } from "../store/attempts.ts";
import { find as findSitting, findToClose, type Seat } from "../store/sittings.ts";

export function me(ctx: Pick<Ctx, "actor">): string {
  if (ctx.actor.personId === null) throw kernelFailures.forbidden();
  return ctx.actor.personId;
}

export async function ownAttempt(ctx: Ctx, attemptId: string, lock = false): Promise<{ attempt: Attempt; version: ParsedVersion }> {
  const attempt = await findAttempt(ctx, me(ctx), attemptId, lock);
  if (!attempt) throw fail.not_found();
  return { attempt, version: await courseVersion(ctx, attempt.versionId) };
}

/** `read`: as it is; `write`: the sitting is held, for answers; `close`: attempt and sitting are held. */
export async function ownSeat(ctx: Ctx, sittingId: string, why: "read" | "write" | "close" = "read"): Promise<Seat & { version: ParsedVersion }> {
  const personId = me(ctx);
  const seat = why === "close" ? await findToClose(ctx, sittingId) : await findSitting(ctx, sittingId, why === "write");
  if (seat?.attempt.personId !== personId) throw fail.not_found();
  return { ...seat, version: await courseVersion(ctx, seat.attempt.versionId) };
}

export function partOf<K extends Unit["kind"]>(version: ParsedVersion, unitId: string, kind: K): Extract<Unit, { kind: K }> {
  const unit = version.unit.get(unitId);
  if (!unit) throw fail.no_unit();
  if (unit.kind !== kind) throw fail.wrong_unit();
  return unit as Extract<Unit, { kind: K }>;
}

export function mustBeOpen(attempt: Attempt): void {
  if (attempt.state !== "open") throw fail.not_open();
}
