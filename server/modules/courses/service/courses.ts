import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Content } from "../content.ts";
import type { CourseRow, courses as contract } from "../contract.ts";
import { fail } from "../failures.ts";
import * as store from "../store.ts";
import { courseState } from "./states.ts";

type C = typeof contract;
const empty: Content = { units: [] };

async function shown(ctx: Ctx, courseId: string): Promise<CourseRow> {
  const row = await store.findRow(ctx, courseId);
  if (!row) throw fail.not_found();
  return row;
}

export async function list(ctx: Ctx, input: Input<C["list"]>): Promise<Output<C["list"]>> {
  const page = input.page ?? 1, size = input.size ?? 50;
  return { ...await store.list(ctx, { search: input.search, state: input.state, sort: input.sort ?? "title", page, size }), page, size };
}

export const get = (ctx: Ctx, input: Input<C["get"]>): Promise<CourseRow> => shown(ctx, input.courseId);

async function insert(ctx: Ctx, facts: { code: string; title: string; summary: string; language: CourseRow["language"] }, draft: Content): Promise<string> {
  if (await store.isCodeTaken(ctx, facts.code, null)) throw fail.code_taken();
  const course: store.CourseHead = {
    id: ctx.newId(), tenantId: ctx.tenantId, ...facts, state: "draft", draftChangedAt: ctx.now, liveVersionId: null, createdAt: ctx.now, createdBy: ctx.actor.id, rowVersion: 1,
  };
  await store.insertCourse(ctx, course, draft);
  ctx.audit("courses.created", { kind: "course", id: course.id }, { after: courseState(course) });
  return course.id;
}

export async function create(ctx: Ctx, input: Input<C["create"]>): Promise<CourseRow> {
  return shown(ctx, await insert(ctx, { code: input.code, title: input.title, summary: input.summary ?? "", language: input.language }, empty));
}

/** Locks the course, applies `change`, writes the entry. Refuses what is not there or was changed since `rowVersion`. */
async function alter(ctx: Ctx, courseId: string, rowVersion: number | null, action: string, reason: string | undefined, change: (course: store.CourseHead) => Partial<store.CourseHead>): Promise<CourseRow> {
  const before = await store.findCourse(ctx, courseId, true);
  if (!before) throw fail.not_found();
  if (rowVersion !== null && before.rowVersion !== rowVersion) throw fail.draft_newer({ values: { changedAt: before.draftChangedAt, rowVersion: before.rowVersion } });
  const after = { ...before, ...change(before) };
  await store.updateCourse(ctx, courseId, before.rowVersion, after);
  ctx.audit(action, { kind: "course", id: courseId }, { before: courseState(before), after: courseState(after), ...(reason === undefined || reason === "" ? {} : { reason }) });
  return shown(ctx, courseId);
}

export async function change(ctx: Ctx, input: Input<C["change"]>): Promise<CourseRow> {
  if (input.code !== undefined && await store.isCodeTaken(ctx, input.code, input.courseId)) throw fail.code_taken();
  return alter(ctx, input.courseId, input.rowVersion, "courses.changed", undefined, (c) => ({
    // Title, summary and language are part of the next version, so the draft counts as changed.
    code: input.code ?? c.code, title: input.title ?? c.title, summary: input.summary ?? c.summary, language: input.language ?? c.language, draftChangedAt: ctx.now,
  }));
}

export const close = (ctx: Ctx, input: Input<C["close"]>): Promise<CourseRow> => alter(ctx, input.courseId, null, "courses.closed", input.reason, (c) => {
  if (c.state === "closed") throw fail.already_closed();
  return { state: "closed" };
});

export const reopen = (ctx: Ctx, input: Input<C["reopen"]>): Promise<CourseRow> => alter(ctx, input.courseId, null, "courses.reopened", input.reason, (c) => {
  if (c.state !== "closed") throw fail.not_closed();
  return { state: c.liveVersionId === null ? "draft" : "live" };
});

export async function duplicate(ctx: Ctx, input: Input<C["duplicate"]>): Promise<CourseRow> {
  const from = await store.findDraft(ctx, input.courseId);
  if (!from) throw fail.not_found();
  const courseId = await insert(ctx, { code: input.code, title: input.title, summary: from.summary, language: from.language }, from.draft);
  const files = await store.filesOf(ctx, from.id);
  // Oldest first keeps their order, which decides between two files of one name.
  await store.insertFiles(ctx, files.reverse().map((f) => ({ ...f, id: ctx.newId(), courseId })));
  return shown(ctx, courseId);
}
