import type { FileReply, Input, Output } from "../../../kernel/contract.ts";
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import { prepared } from "../../../kernel/module.ts";
import type { courses as contract } from "../contract.ts";
import { fail } from "../failures.ts";
import { sniff } from "../sniff.ts";
import * as store from "../store.ts";
import type { FileType } from "../sniff.ts";

type C = typeof contract;

export const files = async (ctx: Ctx, input: Input<C["files"]>): Promise<Output<C["files"]>> => ({ files: (await store.filesOf(ctx, input.courseId)).map(store.shownFile) });

async function headOf(ctx: PrepareCtx, sha256: string): Promise<Uint8Array> {
  const opened = await ctx.files.open(sha256, { start: 0, end: 15 });
  if (!opened) throw fail.file_missing();
  const chunks: Buffer[] = [];
  for await (const chunk of opened.stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Same bytes again: the file that is there, under its first name. */
export const addFile = prepared<Input<C["addFile"]>, FileType, Output<C["addFile"]>>(async (ctx) => {
  if (!ctx.upload || ctx.upload.size === 0) throw fail.file_type();
  const type = sniff(await headOf(ctx, ctx.upload.sha256));
  if (!type) throw fail.file_type();
  return type;
}, async (ctx, input, type) => {
  if (!ctx.upload) throw fail.file_type();
  const course = await store.findCourse(ctx, input.courseId, true);
  if (!course) throw fail.not_found();
  const known = await store.findFile(ctx, course.id, ctx.upload.sha256);
  const file = known ?? { id: ctx.newId(), tenantId: ctx.tenantId, courseId: course.id, sha256: ctx.upload.sha256, name: input.name, type, size: ctx.upload.size, createdAt: ctx.now };
  if (!known) await store.insertFiles(ctx, [file]);
  ctx.audit("courses.file_added", { kind: "course_file", id: file.id }, { after: { courseId: course.id, sha256: file.sha256, name: file.name, type: file.type, size: file.size } });
  return store.shownFile(file);
});

/** Opens a stored file for showing; the type is ours, never the sender's. */
export async function openFile(ctx: PrepareCtx, file: { readonly sha256: string; readonly name: string; readonly type: string }): Promise<FileReply> {
  const opened = await ctx.files.open(file.sha256);
  if (!opened) throw fail.file_missing();
  return { type: file.type, name: file.name, body: opened.stream, inline: true, etag: file.sha256, cache: "private-forever" };
}

export const file = prepared<Input<C["file"]>, FileReply, FileReply>(async (ctx, input) => {
  const known = await store.findFile(ctx, input.courseId, input.sha256);
  if (!known) throw fail.file_missing();
  return openFile(ctx, known);
}, (_ctx, _input, ready) => Promise.resolve(ready));
