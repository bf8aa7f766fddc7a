/** Canonical states for the ledger: exactly what `after` holds when a row changes. */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { LedgerState } from "../../../kernel/module.ts";
import { coursesAfter, publicationsAfter, versionsAfter, type CourseHead, type PublicationRow, type VersionRow } from "../store.ts";

export const courseState = ({ code, title, summary, language, state, liveVersionId, createdAt, createdBy }: CourseHead) => ({ code, title, summary, language, state, liveVersionId, createdAt, createdBy });
export const versionState = ({ courseId, number, title, contentSha256, minutes, unitCount, createdAt, createdBy }: VersionRow) => ({ courseId, number, title, contentSha256, minutes, unitCount, createdAt, createdBy });
export const publicationState = ({ courseId, versionId, changeClass, reason, effectiveOn, policy, publishedAt, publishedBy }: PublicationRow) =>
  ({ courseId, versionId, changeClass, reason, effectiveOn, policy: { inProgress: policy.inProgress, withinDays: policy.withinDays }, publishedAt, publishedBy });

const paged = <R extends { id: string }>(kind: string, read: (ctx: Ctx, afterId: string, size: number) => Promise<R[]>, state: (row: R) => unknown): LedgerState =>
  ({ kind, page: async (ctx, afterId, size) => (await read(ctx, afterId, size)).map((row) => ({ id: row.id, state: state(row) })) });

export const states: readonly LedgerState[] = [
  paged("course", coursesAfter, courseState), paged("version", versionsAfter, versionState), paged("publication", publicationsAfter, publicationState),
];
