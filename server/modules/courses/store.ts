import type { Ctx } from "../../kernel/ctx.ts";
import { bytes, code, count, day, id, instant, json, optional, ref, table, text, type RowOf } from "../../kernel/db/columns.ts";
import type { Content } from "./content.ts";
import type { CourseFile, CourseRow } from "./contract.ts";
import type { VersionHead } from "./parsed.ts";
import type { FileType } from "./sniff.ts";

type Policy = { inProgress: "finish" | "move" | "restart"; withinDays: number | null };

const heads = table("courses", {
  id: id(), tenantId: ref(), code: text(), title: text(), summary: text(), language: text() as ReturnType<typeof code<["en", "de", "ar"]>>, state: code("draft", "live", "closed"),
  draftChangedAt: instant(), liveVersionId: optional(ref()), createdAt: instant(), createdBy: text(), rowVersion: count(),
});
const drafts = table("courses", { draft: json<Content>() });
const versions = table("versions", {
  id: id(), tenantId: ref(), courseId: ref(), number: count(), title: text(), contentSha256: text(), minutes: count(), unitCount: count(), createdAt: instant(), createdBy: text(),
});
const publications = table("publications", {
  id: id(), tenantId: ref(), courseId: ref(), versionId: ref(), changeClass: code("editorial", "minor", "material"), reason: text(), effectiveOn: day(), policy: json<Policy>(), publishedAt: instant(), publishedBy: text(),
});
const files = table("course_files", { id: id(), tenantId: ref(), courseId: ref(), sha256: ref(), name: text(), type: text() as ReturnType<typeof code<readonly FileType[]>>, size: count(), createdAt: instant() });
const contents = table("versions", { content: bytes() });

export type CourseHead = RowOf<typeof heads.columns>;
export type VersionRow = RowOf<typeof versions.columns>;
export type PublicationRow = RowOf<typeof publications.columns>;

export async function findCourse(ctx: Pick<Ctx, "db" | "tenantId">, courseId: string, lock = false): Promise<CourseHead | undefined> {
  const [row] = await ctx.db.rows(`SELECT ${heads.select("c").join(", ")} FROM courses c WHERE c.id = ? AND c.tenant_id = ? ${lock ? ctx.db.sql.forUpdate : ""}`, [courseId, ctx.tenantId]); // hot
  return row && heads.fromRow(row);
}

export async function findDraft(ctx: Pick<Ctx, "db" | "tenantId">, courseId: string): Promise<(CourseHead & { draft: Content }) | undefined> {
  const row = await ctx.db("courses").where({ id: courseId, tenant_id: ctx.tenantId }).first("*");
  return row && { ...heads.fromRow(row), ...drafts.fromRow(row) };
}

export interface ListFilter { readonly search?: string | undefined; readonly state?: string | undefined; readonly sort: "title" | "code" | "changed"; readonly page: number; readonly size: number }

const order = { title: [{ column: "c.title" }], code: [{ column: "c.code" }], changed: [{ column: "c.draft_changed_at", order: "desc" }] } as const;

export async function list(ctx: Ctx, filter: ListFilter): Promise<{ rows: CourseRow[]; total: number }> {
  const like = filter.search === undefined || filter.search.trim() === "" ? null : `%${filter.search.trim().replace(/[!%_]/g, "!$&")}%`;
  const base = () => {
    const q = ctx.db("courses as c").where("c.tenant_id", ctx.tenantId);
    if (filter.state !== undefined) void q.where("c.state", filter.state);
    if (like !== null) void q.where(ctx.db.raw(`(c.title ${ctx.db.sql.like} ? ESCAPE '!' OR c.code ${ctx.db.sql.like} ? ESCAPE '!')`, [like, like]));
    return q;
  };
  const [sum] = await base().count({ total: "*" });
  const rows = await rowQuery(ctx, base()).orderBy([...order[filter.sort], { column: "c.id" }]).limit(filter.size).offset((filter.page - 1) * filter.size);
  return { total: Number(sum?.["total"] ?? 0), rows: rows.map(toRow) };
}

type Query = ReturnType<Ctx["db"]>;
const rowQuery = (ctx: Ctx, q: Query) => q.leftJoin("versions as v", "v.id", "c.live_version_id").select([
  ...heads.select("c"), "v.number as live_number", "v.minutes as live_minutes",
  ctx.db.raw("(SELECT count(*) FROM versions n WHERE n.course_id = c.id) AS version_count"),
  ctx.db.raw("(SELECT max(p.published_at) FROM publications p WHERE p.course_id = c.id) AS published_at"),
]);

function toRow(row: Record<string, unknown>): CourseRow {
  const { id: courseId, code: courseCode, title, summary, language, state, liveVersionId, draftChangedAt, createdAt, rowVersion } = heads.fromRow(row);
  const publishedAt = row["published_at"];
  return {
    id: courseId, code: courseCode, title, summary, language, state, liveVersionId, draftChangedAt, createdAt, rowVersion,
    liveNumber: nullable(row["live_number"]), minutes: nullable(row["live_minutes"]), versionCount: Number(row["version_count"]),
    isDraftNewer: typeof publishedAt !== "string" || draftChangedAt > publishedAt,
  };
}
const nullable = (v: unknown): number | null => (typeof v === "number" ? v : null);

export async function findRow(ctx: Ctx, courseId: string): Promise<CourseRow | undefined> {
  const [row] = await rowQuery(ctx, ctx.db("courses as c").where({ "c.id": courseId, "c.tenant_id": ctx.tenantId }));
  return row && toRow(row);
}

export async function isCodeTaken(ctx: Ctx, courseCode: string, exceptId: string | null): Promise<boolean> {
  const row = await ctx.db("courses").where({ tenant_id: ctx.tenantId, code: courseCode }).first("id");
  return row !== undefined && row["id"] !== exceptId;
}

export async function insertCourse(ctx: Ctx, course: CourseHead, draft: Content): Promise<void> {
  await ctx.db("courses").insert({ ...heads.toRow(course), ...drafts.toRow({ draft }) });
}

/** Changes the row if it is still at `rowVersion`; false when somebody else was faster. */
export async function updateCourse(ctx: Ctx, courseId: string, rowVersion: number, change: Partial<CourseHead> & { draft?: Content }): Promise<boolean> {
  const { draft, ...head } = change;
  const n = await ctx.db("courses").where({ id: courseId, tenant_id: ctx.tenantId, row_version: rowVersion })
    .update({ ...heads.toRow({ ...head, rowVersion: rowVersion + 1 }), ...(draft ? drafts.toRow({ draft }) : {}) });
  return Number(n) === 1;
}

export async function coursesAfter(ctx: Ctx, afterId: string, size: number): Promise<CourseHead[]> {
  return (await ctx.db("courses").where("tenant_id", ctx.tenantId).where("id", ">", afterId).orderBy("id").limit(size).select(heads.select())).map((r) => heads.fromRow(r));
}

/* Versions */

export async function insertVersion(ctx: Ctx, version: VersionRow, content: Buffer, publication: PublicationRow): Promise<void> {
  await ctx.db("versions").insert({ ...versions.toRow(version), ...contents.toRow({ content }) });
  await ctx.db("publications").insert(publications.toRow(publication));
}

export interface Published { readonly version: VersionRow; readonly publication: PublicationRow }

async function published(rows: readonly Record<string, unknown>[]): Promise<Published[]> {
  return rows.map((row) => ({
    version: versions.fromRow(row),
    publication: publications.fromRow({ ...row, id: row["publication_id"], version_id: row["id"] }),
  }));
}

const publishedQuery = (ctx: Pick<Ctx, "db" | "tenantId">) => ctx.db("versions as v").join("publications as p", "p.version_id", "v.id").where("v.tenant_id", ctx.tenantId)
  .select([...versions.select("v"), "p.id as publication_id", "p.change_class", "p.reason", "p.effective_on", "p.policy", "p.published_at", "p.published_by"]);

export const versionsOf = async (ctx: Pick<Ctx, "db" | "tenantId">, courseId: string): Promise<Published[]> => published(await publishedQuery(ctx).where("v.course_id", courseId).orderBy("v.number", "desc"));
export const findVersion = async (ctx: Pick<Ctx, "db" | "tenantId">, versionId: string): Promise<Published | undefined> => (await published(await publishedQuery(ctx).where("v.id", versionId)))[0];

/** Newest version per course that is due to go live by `today` and has not. */
export async function dueVersions(ctx: Ctx, today: string): Promise<Published[]> {
  const rows = await publishedQuery(ctx).join("courses as c", "c.id", "v.course_id").leftJoin("versions as l", "l.id", "c.live_version_id")
    .where("p.effective_on", "<=", today).where(ctx.db.raw("v.number > coalesce(l.number, 0)")).orderBy([{ column: "v.course_id" }, { column: "v.number", order: "desc" }]).limit(500);
  const seen = new Set<string>();
  return (await published(rows)).filter(({ version }) => { if (seen.has(version.courseId)) return false; seen.add(version.courseId); return true; });
}

// hot
const versionSql = `SELECT ${versions.select("v").join(", ")}, v.content FROM versions v WHERE v.id = ? AND v.tenant_id = ?`;

export async function readVersion(ctx: Pick<Ctx, "db" | "tenantId">, versionId: string): Promise<{ head: VersionHead; content: Buffer } | undefined> {
  const [row] = await ctx.db.rows(versionSql, [versionId, ctx.tenantId]);
  if (!row) return undefined;
  const { id: found, tenantId, courseId, number, title, contentSha256, minutes, unitCount } = versions.fromRow(row);
  return { head: { id: found, tenantId, courseId, number, title, contentSha256, minutes, unitCount }, content: contents.fromRow(row).content };
}

export async function tenantOfVersion(ctx: Ctx, versionId: string): Promise<string | undefined> {
  const [row] = await ctx.db.rows<{ tenant_id: string }>("SELECT tenant_id FROM versions WHERE id = ?", [versionId]);
  return row?.tenant_id;
}

export async function versionsAfter(ctx: Ctx, afterId: string, size: number): Promise<VersionRow[]> {
  return (await ctx.db("versions").where("tenant_id", ctx.tenantId).where("id", ">", afterId).orderBy("id").limit(size).select(versions.select())).map((r) => versions.fromRow(r));
}
export async function publicationsAfter(ctx: Ctx, afterId: string, size: number): Promise<PublicationRow[]> {
  return (await ctx.db("publications").where("tenant_id", ctx.tenantId).where("id", ">", afterId).orderBy("id").limit(size).select(publications.select())).map((r) => publications.fromRow(r));
}

/* Files */

export type FileRow = RowOf<typeof files.columns>;
export const shownFile = ({ sha256, name, type, size, createdAt }: FileRow): CourseFile => ({ sha256, name, type, size, createdAt });

/** Newest first, so that of two files with one name the newer is shown. */
export async function filesOf(ctx: Pick<Ctx, "db" | "tenantId">, courseId: string): Promise<FileRow[]> {
  return (await ctx.db("course_files").where({ tenant_id: ctx.tenantId, course_id: courseId }).orderBy([{ column: "created_at", order: "desc" }, { column: "id", order: "desc" }])).map((r) => files.fromRow(r));
}
export async function findFile(ctx: Pick<Ctx, "db" | "tenantId">, courseId: string, sha256: string): Promise<FileRow | undefined> {
  const row = await ctx.db("course_files").where({ tenant_id: ctx.tenantId, course_id: courseId, sha256 }).first("*");
  return row && files.fromRow(row);
}
export async function insertFiles(ctx: Ctx, rows: readonly FileRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 100) await ctx.db("course_files").insert(rows.slice(i, i + 100).map((r) => files.toRow(r)));
}
