import type { FileReply, Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { prepared } from "../../../kernel/module.ts";
import type { VersionDocument } from "../canonical.ts";
import type { courses as contract, Version } from "../contract.ts";
import { fail } from "../failures.ts";
import { parseVersion, recall, remember, type ParsedVersion } from "../parsed.ts";
import * as store from "../store.ts";
import { check, isUnchanged, type Checked } from "./draft.ts";
import { courseState, publicationState, versionState } from "./states.ts";
import { previousDay, today } from "./today.ts";

type C = typeof contract;

function shown({ version: v, publication: p }: store.Published, liveVersionId: string | null): Version {
  return {
    id: v.id, courseId: v.courseId, number: v.number, title: v.title, contentSha256: v.contentSha256, minutes: v.minutes, unitCount: v.unitCount, createdAt: v.createdAt, createdBy: v.createdBy,
    isLive: v.id === liveVersionId, publication: { change: p.changeClass, reason: p.reason, effectiveOn: p.effectiveOn, policy: { inProgress: p.policy.inProgress, withinDays: p.policy.withinDays } },
  };
}

/** Makes a version the one that new attempts begin on. */
async function goLive(ctx: Ctx, course: store.CourseHead, { version, publication }: store.Published): Promise<void> {
  const after: store.CourseHead = { ...course, liveVersionId: version.id, state: course.state === "closed" ? "closed" : "live" };
  await store.updateCourse(ctx, course.id, course.rowVersion, { liveVersionId: after.liveVersionId, state: after.state });
  ctx.audit("courses.version_live", { kind: "course", id: course.id }, { before: courseState(course), after: courseState(after) });
  ctx.emit("courses.version_published", {
    courseId: course.id, versionId: version.id, number: version.number, title: version.title, changeClass: publication.changeClass, effectiveOn: publication.effectiveOn, policy: publication.policy,
  });
}

export const publish = prepared<Input<C["publish"]>, Checked, Output<C["publish"]>>(async (ctx, input) => {
  const checked = await check(ctx, input.courseId);
  const errors = checked.findings.filter((f) => f.severity === "error");
  if (errors.length > 0) throw fail.not_ready({ fields: errors.slice(0, 50).map(({ path, code, message }) => ({ path, code, message })) });
  return checked;
}, async (ctx, input, checked) => {
  const course = await store.findCourse(ctx, input.courseId, true);
  if (!course) throw fail.not_found();
  if (course.rowVersion !== input.rowVersion || checked.course.rowVersion !== input.rowVersion) throw fail.draft_newer({ values: { changedAt: course.draftChangedAt, rowVersion: course.rowVersion } });
  const day = await today(ctx);
  // The publisher's day may lag a day behind the organisation's.
  if (input.effectiveOn < previousDay(day)) throw fail.effective_past({ fields: [{ path: "effectiveOn", code: "past", message: "lies in the past" }] });
  if (await isUnchanged(ctx, checked)) throw fail.unchanged();
  const [newest] = await store.versionsOf(ctx, course.id);
  const version: store.VersionRow = {
    id: ctx.newId(), tenantId: ctx.tenantId, courseId: course.id, number: (newest?.version.number ?? 0) + 1, title: course.title, contentSha256: checked.sha256,
    minutes: checked.minutes, unitCount: checked.unitCount, createdAt: ctx.now, createdBy: ctx.actor.id,
  };
  const publication: store.PublicationRow = {
    id: ctx.newId(), tenantId: ctx.tenantId, courseId: course.id, versionId: version.id, changeClass: input.change, reason: input.reason, effectiveOn: input.effectiveOn, policy: input.policy,
    publishedAt: ctx.now, publishedBy: ctx.actor.id,
  };
  await store.insertVersion(ctx, version, checked.bytes, publication);
  ctx.audit("courses.version_published", { kind: "version", id: version.id }, { after: versionState(version), reason: input.reason });
  ctx.audit("courses.version_published", { kind: "publication", id: publication.id }, { after: publicationState(publication), reason: input.reason });
  const isLive = input.effectiveOn <= day;
  if (isLive) await goLive(ctx, course, { version, publication });
  return shown({ version, publication }, isLive ? version.id : course.liveVersionId);
});

/** Versions whose day has come go live. */
export async function goLiveWhenDue(ctx: Ctx): Promise<void> {
  for (const due of await store.dueVersions(ctx, await today(ctx))) {
    const course = await store.findCourse(ctx, due.version.courseId, true);
    if (course) await goLive(ctx, course, due);
  }
}

export async function versions(ctx: Ctx, input: Input<C["versions"]>): Promise<Output<C["versions"]>> {
  const course = await store.findCourse(ctx, input.courseId);
  if (!course) throw fail.not_found();
  return { versions: (await store.versionsOf(ctx, course.id)).map((v) => shown(v, course.liveVersionId)) };
}

export async function version(ctx: Ctx, input: Input<C["version"]>): Promise<Output<C["version"]>> {
  const found = await store.findVersion(ctx, input.versionId);
  const stored = await store.readVersion(ctx, input.versionId);
  const course = found && await store.findCourse(ctx, found.version.courseId);
  if (!found || !stored || !course) throw fail.not_found();
  parseVersion(stored.head, stored.content);
  return { version: shown(found, course.liveVersionId), content: (JSON.parse(stored.content.toString("utf8")) as VersionDocument).content };
}

export async function exportVersion(ctx: Ctx, input: Input<C["exportVersion"]>): Promise<FileReply> {
  const stored = await store.readVersion(ctx, input.versionId);
  if (!stored) throw fail.not_found();
  return { type: "application/json", name: `version-${stored.head.number}-${stored.head.contentSha256.slice(0, 12)}.json`, body: stored.content, etag: stored.head.contentSha256 };
}

/** The parsed version; no statement at all when it was met before. */
export async function parsedVersion(ctx: Pick<Ctx, "db" | "tenantId">, versionId: string): Promise<ParsedVersion> {
  const known = recall(versionId, ctx.tenantId);
  if (known) return known;
  const stored = await store.readVersion(ctx, versionId);
  if (!stored) throw fail.not_found();
  const parsed = parseVersion(stored.head, stored.content);
  remember(parsed, stored.content.length);
  return parsed;
}

/** The version new attempts begin on. Refuses `courses.not_found`, `courses.not_live`. */
export async function liveVersion(ctx: Pick<Ctx, "db" | "tenantId">, courseId: string): Promise<ParsedVersion> {
  const course = await store.findCourse(ctx, courseId);
  if (!course) throw fail.not_found();
  if (course.state !== "live" || course.liveVersionId === null) throw fail.not_live();
  return parsedVersion(ctx, course.liveVersionId);
}
