import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { prepared } from "../../../kernel/module.ts";
import { documentBytes, filesIn } from "../canonical.ts";
import type { courses as contract, Finding } from "../contract.ts";
import { fail } from "../failures.ts";
import { findingsOf, minutesOf } from "../findings.ts";
import { picturesOf, render as renderMarkdown, type PictureUrl } from "../markdown.ts";
import { showQuestion, showUnit } from "../parsed.ts";
import * as store from "../store.ts";

type C = typeof contract;
type Reading = Pick<Ctx, "db" | "tenantId">;

const fileUrl = (courseId: string) => (sha256: string): string => `/api/courses/${courseId}/files/${sha256}`;
const picturesFor = async (ctx: Reading, courseId: string): Promise<PictureUrl> => picturesOf(await store.filesOf(ctx, courseId), fileUrl(courseId));

export async function draft(ctx: Ctx, input: Input<C["draft"]>): Promise<Output<C["draft"]>> {
  const course = await store.findDraft(ctx, input.courseId);
  if (!course) throw fail.not_found();
  return { content: course.draft, changedAt: course.draftChangedAt, rowVersion: course.rowVersion };
}

export async function saveDraft(ctx: Ctx, input: Input<C["saveDraft"]>): Promise<Output<C["saveDraft"]>> {
  if (await store.updateCourse(ctx, input.courseId, input.rowVersion, { draft: input.content, draftChangedAt: ctx.now })) return { changedAt: ctx.now, rowVersion: input.rowVersion + 1 };
  const newer = await store.findCourse(ctx, input.courseId);
  if (!newer) throw fail.not_found();
  throw fail.draft_newer({ values: { changedAt: newer.draftChangedAt, rowVersion: newer.rowVersion } });
}

export interface Checked { readonly course: store.CourseHead; readonly findings: readonly Finding[]; readonly minutes: number; readonly unitCount: number; readonly bytes: Buffer; readonly sha256: string }

/** Judges the draft and makes the bytes it would be published as. */
export async function check(ctx: Reading, courseId: string): Promise<Checked> {
  const course = await store.findDraft(ctx, courseId);
  if (!course) throw fail.not_found();
  const files = await store.filesOf(ctx, courseId);
  const used = new Set<string>();
  const picture = picturesOf(files, (sha256) => { used.add(sha256); return fileUrl(courseId)(sha256); });
  const findings = findingsOf(course.draft, files.map(store.shownFile), picture);
  const { draft: content, ...head } = course;
  const document = documentBytes({ format: 1, title: course.title, summary: course.summary, language: course.language, content, files: filesIn(content, files, used) });
  return { course: head, findings, minutes: minutesOf(content), unitCount: content.units.length, ...document };
}

async function isUnchanged(ctx: Reading, checked: Checked): Promise<boolean> {
  const [newest] = await store.versionsOf(ctx, checked.course.id);
  return newest?.version.contentSha256 === checked.sha256;
}

// The rendering that finds missing pictures is work for outside the unit.
export const findings = prepared<Input<C["findings"]>, Output<C["findings"]>, Output<C["findings"]>>(async (ctx, input) => {
  const checked = await check(ctx, input.courseId);
  return {
    findings: [...checked.findings], minutes: checked.minutes, isPublishable: !checked.findings.some((f) => f.severity === "error"),
    isChanged: !await isUnchanged(ctx, checked), rowVersion: checked.course.rowVersion,
  };
}, (_ctx, _input, ready) => Promise.resolve(ready));

export async function preview(ctx: Ctx, input: Input<C["preview"]>): Promise<Output<C["preview"]>> {
  const course = await store.findDraft(ctx, input.courseId);
  if (!course) throw fail.not_found();
  const picture = await picturesFor(ctx, course.id);
  return { units: course.draft.units.map((u) => ({
    ...showUnit(u, picture, fileUrl(course.id)), questions: u.kind === "quiz" ? u.pools.flatMap((p) => p.questions.map((q) => showQuestion(q, picture))) : [],
  })) };
}

export const render = prepared<Input<C["render"]>, Output<C["render"]>, Output<C["render"]>>(async (ctx, input) => {
  const { html, missing } = renderMarkdown(input.markdown, await picturesFor(ctx, input.courseId));
  return { html, missing: [...missing] };
}, (_ctx, _input, ready) => Promise.resolve(ready));
export { isUnchanged };
