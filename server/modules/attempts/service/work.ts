import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { course as findCourse, liveVersion, version as courseVersion } from "../../courses/index.ts";
import { receiptCode } from "../codes.ts";
import type { AttemptView, attempts as contract, UnitDone } from "../contract.ts";
import { fail } from "../failures.ts";
import { asked, mayOpen, sittingsLeft } from "../rules.ts";
import * as store from "../store/attempts.ts";
import { completeIfDone } from "./complete.ts";
import { me, mustBeOpen, ownAttempt, partOf } from "./own.ts";
import { attemptState, unitId as unitTarget, unitState } from "./states.ts";
import { attemptView, doneOf, noProgress, progressOf, unitIds, unitStates, type Progress } from "./views.ts";
import type { ParsedVersion } from "../../courses/index.ts";

type C = typeof contract;
/** Another window may write once the first has been silent this long. */
const writerMs = 60_000;

export async function coursePage(ctx: Ctx, input: Input<C["coursePage"]>): Promise<Output<C["coursePage"]>> {
  const course = await findCourse(ctx, input.courseId);
  const attempt = course && await store.newestOf(ctx, me(ctx), course.id);
  if (!course || (course.state !== "live" && !attempt)) throw fail.not_found();
  const versionId = attempt?.state === "open" ? attempt.versionId : course.liveVersionId ?? attempt?.versionId;
  if (versionId === undefined) throw fail.not_found();
  const version = await courseVersion(ctx, versionId);
  const progress = attempt?.state === "open" ? await progressOf(ctx, attempt.id) : noProgress;
  return {
    course: { id: course.id, code: course.code, title: version.title, summary: version.summary, language: version.language, minutes: version.minutes, mayStart: course.state === "live" && attempt?.state !== "open" },
    version: { id: version.id, number: version.number, contentSha256: version.contentSha256 }, units: unitStates(version, progress),
    attempt: attempt ? { id: attempt.id, number: attempt.number, state: attempt.state, startedAt: attempt.startedAt, completedAt: attempt.completedAt, place: attempt.place } : null,
  };
}

/** An attempt is pinned to the version that is live at this moment and never leaves it. */
export async function start(ctx: Ctx, input: Input<C["start"]>): Promise<AttemptView> {
  const personId = me(ctx);
  const newest = await store.newestOf(ctx, personId, input.courseId);
  if (newest?.state === "open") return attemptView(ctx, newest, await courseVersion(ctx, newest.versionId), await progressOf(ctx, newest.id));
  const version = await liveVersion(ctx, input.courseId);
  const attempt: store.Attempt = {
    id: ctx.newId(), tenantId: ctx.tenantId, personId, courseId: input.courseId, versionId: version.id, number: (newest?.number ?? 0) + 1, state: "open", startedAt: ctx.now, activeAt: ctx.now,
    completedAt: null, place: null, scorePercent: null, rowVersion: 1,
  };
  if (!await store.insert(ctx, attempt)) {
    const other = await store.newestOf(ctx, personId, input.courseId);
    if (!other) throw fail.not_found();
    return attemptView(ctx, other, await courseVersion(ctx, other.versionId), await progressOf(ctx, other.id));
  }
  ctx.audit("attempts.started", { kind: "attempt", id: attempt.id, version: 1 }, { after: attemptState(attempt), subject: personId });
  ctx.emit("attempts.started", { attemptId: attempt.id, personId, courseId: attempt.courseId, versionId: version.id });
  return attemptView(ctx, attempt, version, noProgress);
}

export async function get(ctx: Ctx, input: Input<C["get"]>): Promise<AttemptView> {
  const { attempt, version } = await ownAttempt(ctx, input.attemptId);
  return attemptView(ctx, attempt, version, await progressOf(ctx, attempt.id));
}

function mustBeReached(version: ParsedVersion, progress: Progress, unitId: string): void {
  if (!mayOpen(unitIds(version), version.isInOrder, doneOf(progress), unitId)) throw fail.too_early();
}

export async function unit(ctx: Ctx, input: Input<C["unit"]>): Promise<Output<C["unit"]>> {
  const { attempt, version } = await ownAttempt(ctx, input.attemptId);
  const shown = version.shownUnit(input.unitId);
  if (!shown) throw fail.no_unit();
  const progress = await progressOf(ctx, attempt.id);
  mustBeReached(version, progress, input.unitId);
  const state = unitStates(version, progress).find((u) => u.unitId === input.unitId);
  if (!state) throw fail.no_unit();
  const quiz = version.quizzes.get(input.unitId)?.quiz;
  const sittings = progress.sittings.filter((s) => s.unitId === input.unitId);
  return {
    unit: shown, state, attestSha256: version.attestable.get(input.unitId) ?? null,
    attestedAt: version.attestable.has(input.unitId) ? state.doneAt : null,
    quiz: quiz ? { passPercent: quiz.passPercent, maxSittings: quiz.maxSittings, sittingsLeft: sittingsLeft(quiz.maxSittings, sittings.length), limitMinutes: quiz.limitMinutes, questionCount: asked(quiz), feedback: quiz.feedback } : null,
    sittings: sittings.map(({ id, number, state: of, startedAt, dueAt, submittedAt, percent, isPassed }) => ({ id, number, state: of, startedAt, dueAt, submittedAt, percent: quiz?.feedback === "verdict" ? null : percent, isPassed })),
  };
}

export async function place(ctx: Ctx, input: Input<C["place"]>): Promise<Output<C["place"]>> {
  const { attempt, version } = await ownAttempt(ctx, input.attemptId, true);
  if (!version.unit.has(input.unitId)) throw fail.no_unit();
  const held = attempt.place;
  if (held && held.writer !== input.writer && input.isTakingOver !== true && Date.parse(ctx.now) - Date.parse(held.at) < writerMs) throw fail.open_elsewhere({ values: { since: held.at } });
  await store.savePlace(ctx, attempt.id, { unitId: input.unitId, position: input.position, writer: input.writer, at: ctx.now });
  return { savedAt: ctx.now };
}

export async function time(ctx: Ctx, input: Input<C["time"]>): Promise<Output<C["time"]>> {
  const { attempt, version } = await ownAttempt(ctx, input.attemptId, true);
  mustBeOpen(attempt);
  if (!version.unit.has(input.unitId)) throw fail.no_unit();
  mustBeReached(version, await progressOf(ctx, attempt.id), input.unitId);
  const seconds = Math.min(input.seconds, Math.max(0, Math.floor((Date.parse(ctx.now) - Date.parse(attempt.startedAt)) / 1_000)));
  await store.saveSeconds(ctx, attempt.id, input.unitId, seconds);
  return { seconds };
}

async function finishUnit(ctx: Ctx, attemptId: string, unitId: string, kind: "lesson" | "document", shownSha256: string | null): Promise<UnitDone> {
  const { attempt, version } = await ownAttempt(ctx, attemptId, true);
  partOf(version, unitId, kind);
  const progress = await progressOf(ctx, attempt.id);
  mustBeReached(version, progress, unitId);
  const attested = kind === "document" ? version.attestable.get(unitId) ?? null : null;
  if (shownSha256 !== attested) throw fail.other_text();
  const isRepeat = doneOf(progress).has(unitId);
  if (!isRepeat) mustBeOpen(attempt);
  let completion = null;
  let receipt: UnitDone["receipt"] = null;
  if (isRepeat) {
    completion = await store.completionOf(ctx, attempt.id);
    const given = kind === "document" ? await store.attestReceipt(ctx, attempt.id, unitId) : undefined;
    if (given) receipt = { code: given.code, kind: "attested", at: given.givenAt };
  } else {
    await store.markDone(ctx, attempt.id, unitId, attested);
    const row: store.UnitRow = { attemptId: attempt.id, unitId, doneAt: ctx.now, seconds: 0, attestedSha256: attested };
    ctx.audit(kind === "document" ? "attempts.attested" : "attempts.unit_done", { kind: "attempt_unit", id: unitTarget(row), version: 1 }, { after: unitState(row), subject: attempt.personId });
    if (attested !== null) {
      receipt = { code: receiptCode(), kind: "attested", at: ctx.now };
      await store.insertReceipt(ctx, attempt.id, { code: receipt.code, kind: "attested", givenAt: ctx.now, facts: { unitId } });
    }
    completion = await completeIfDone(ctx, attempt, version, { unitId, points: 0, maxPoints: 0 }, ctx.now);
    if (!completion) await store.touch(ctx, attempt.id);
  }
  const state = unitStates(version, await progressOf(ctx, attempt.id)).find((u) => u.unitId === unitId);
  if (!state) throw fail.no_unit();
  return { state, receipt, completion };
}

export const done = (ctx: Ctx, input: Input<C["done"]>): Promise<UnitDone> => finishUnit(ctx, input.attemptId, input.unitId, "lesson", null);
export const attest = (ctx: Ctx, input: Input<C["attest"]>): Promise<UnitDone> => finishUnit(ctx, input.attemptId, input.unitId, "document", input.sha256);
