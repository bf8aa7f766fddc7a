/** What HR, superiors and auditors see and decide, and what other modules ask. */
import type { z } from "zod";
import type { FileReply, Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { prepared } from "../../../kernel/module.ts";
import { openFile, version as courseVersion, type ParsedVersion } from "../../courses/index.ts";
import type { AttemptRow, attempts as contract } from "../contract.ts";
import { fail } from "../failures.ts";
import * as store from "../store/attempts.ts";
import { allOf } from "../store/sittings.ts";
import { me } from "./own.ts";
import { questionResults } from "./results.ts";
import { attemptState } from "./states.ts";
import { attemptView, progressOf } from "./views.ts";

type C = typeof contract;

const row = ({ id, courseId, versionId, number, state, startedAt, activeAt, completedAt, scorePercent }: store.Attempt, v: ParsedVersion): z.output<typeof AttemptRow> =>
  ({ id, courseId, versionId, versionNumber: v.number, title: v.title, number, state, startedAt, activeAt, completedAt, scorePercent });

export async function ofPerson(ctx: Ctx, input: Input<C["ofPerson"]>): Promise<Output<C["ofPerson"]>> {
  const rows: z.output<typeof AttemptRow>[] = [];
  for (const a of await store.ofPerson(ctx, input.personId)) rows.push(row(a, await courseVersion(ctx, a.versionId)));
  return { attempts: rows };
}

export async function record(ctx: Ctx, input: Input<C["record"]>): Promise<Output<C["record"]>> {
  const attempt = await store.find(ctx, input.attemptId);
  if (!attempt) throw fail.not_found();
  const version = await courseVersion(ctx, attempt.versionId);
  const sittings = await allOf(ctx, attempt.id);
  ctx.audit("attempts.record_read", { kind: "attempt_record", id: attempt.id }, { subject: attempt.personId });
  return {
    attempt: await attemptView(ctx, attempt, version, await progressOf(ctx, attempt.id)), personId: attempt.personId,
    sittings: sittings.map((s) => {
      const { id, unitId, number, state, startedAt, dueAt, submittedAt, points, maxPoints, percent, isPassed, outcome } = s;
      const quiz = version.quizzes.get(unitId);
      return { id, unitId, number, state, startedAt, dueAt, submittedAt, points, maxPoints, percent, isPassed, questions: quiz && outcome ? questionResults(quiz, outcome.marks, true) : [] };
    }),
  };
}

export async function stop(ctx: Ctx, input: Input<C["stop"]>): Promise<Output<C["stop"]>> {
  const before = await store.find(ctx, input.attemptId, true);
  if (!before) throw fail.not_found();
  if (before.state !== "open") throw fail.not_open();
  const after: store.Attempt = { ...before, state: "stopped", activeAt: ctx.now, rowVersion: before.rowVersion + 1 };
  if (!await store.end(ctx, after)) throw fail.not_open();
  ctx.audit("attempts.stopped", { kind: "attempt", id: before.id, version: after.rowVersion }, { before: attemptState(before), after: attemptState(after), reason: input.reason, subject: before.personId });
  ctx.emit("attempts.stopped", { attemptId: before.id, personId: before.personId, courseId: before.courseId, versionId: before.versionId });
  return row(after, await courseVersion(ctx, after.versionId));
}

/** Files of a version are shown to whoever has an attempt on it. */
export const file = prepared<Input<C["file"]>, FileReply, FileReply>(async (ctx, input) => {
  const version = await courseVersion(ctx, input.versionId);
  const known = version.files.get(input.sha256);
  if (!known || !await store.hasVersion(ctx, me(ctx), version.id, version.courseId)) throw fail.not_found();
  return openFile(ctx, known);
}, (_ctx, _input, ready) => Promise.resolve(ready));

export interface OpenAttempt { readonly attemptId: string; readonly courseId: string; readonly versionId: string; readonly number: number; readonly startedAt: string; readonly activeAt: string; readonly doneCount: number; readonly unitCount: number }

/** A person's open attempts with how far they are, for lists; one statement. */
export async function openFor(ctx: Pick<Ctx, "db" | "tenantId">, personId: string): Promise<OpenAttempt[]> {
  const out: OpenAttempt[] = [];
  for (const { attempt: a, doneCount } of await store.openOf(ctx, personId)) {
    const { unitCount } = await courseVersion(ctx, a.versionId);
    out.push({ attemptId: a.id, courseId: a.courseId, versionId: a.versionId, number: a.number, startedAt: a.startedAt, activeAt: a.activeAt, doneCount, unitCount });
  }
  return out;
}
