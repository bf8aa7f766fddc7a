import type { Ctx } from "../../../kernel/ctx.ts";
import type { SuperiorLink } from "../rules.ts";
import { feedRows, type FeedRow } from "./columns.ts";

const columns = { row_number: "integer", verdict: "text", reasons: "json", warnings: "json", cells: "json", diff: "json", proposed: "json", key: "text", basis: "text", person_id: "text" } as const;
const names = Object.keys(columns);

export type NewRow = Omit<FeedRow, "runId" | "appliedAt">;

/** Insert of ≤ 2,000 rows in one statement. */
export async function insertRows(ctx: Ctx, runId: string, rows: readonly NewRow[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db.run(`INSERT INTO feed_rows (run_id, ${names.join(", ")}) SELECT r.id, ${names.map((n) => `t.${n}`).join(", ")} FROM ${ctx.db.sql.rowsOf(columns)}, feed_runs r WHERE r.id = ? AND r.tenant_id = ?`, [
    JSON.stringify(rows.map((r) => ({
      row_number: r.rowNumber, verdict: r.verdict, reasons: r.reasons, warnings: r.warnings, cells: r.cells, diff: r.diff, proposed: r.proposed, key: r.key, basis: r.basis, person_id: r.personId,
    }))), runId, ctx.tenantId]);
}

/** Forgets the rows of an earlier check, 2,000 at a time; true while there are more. */
export async function clearRows(ctx: Ctx, runId: string): Promise<boolean> {
  return await ctx.db.run("DELETE FROM feed_rows WHERE run_id = ? AND row_number IN (SELECT row_number FROM feed_rows WHERE run_id = ? ORDER BY row_number LIMIT 2000)", [runId, runId]) === 2_000;
}

export interface RowFilter { readonly verdict?: string | undefined; readonly warned?: boolean; readonly search?: string | undefined }
export async function rowPage(ctx: Ctx, runId: string, filter: RowFilter, size: number, offset: number): Promise<{ rows: FeedRow[]; total: number }> {
  const query = () => {
    const q = ctx.db("feed_rows").where({ run_id: runId });
    if (filter.verdict !== undefined) void q.where({ verdict: filter.verdict });
    if (filter.warned === true) void q.whereRaw("warnings <> '[]'");
    if (filter.search !== undefined && filter.search !== "") {
      const like = `%${filter.search.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
      void q.where((w) => { void w.whereRaw(`key ${ctx.db.sql.like} ? ESCAPE '\\'`, [like]).orWhereRaw(`cast(cells AS text) ${ctx.db.sql.like} ? ESCAPE '\\'`, [like]); });
    }
    return q;
  };
  const [all] = await query().count({ n: "*" });
  return { rows: (await query().orderBy("row_number").limit(size).offset(offset)).map((r) => feedRows.fromRow(r)), total: Number(all?.["n"] ?? 0) };
}

export async function refusedAfter(ctx: Ctx, runId: string, after: number, size: number): Promise<FeedRow[]> {
  return (await ctx.db("feed_rows").where({ run_id: runId, verdict: "refused" }).where("row_number", ">", after).orderBy("row_number").limit(size)).map((r) => feedRows.fromRow(r));
}

/** Rows still to write after a row number. */
export async function writableAfter(ctx: Ctx, runId: string, after: number, size: number): Promise<FeedRow[]> {
  const rows = await ctx.db.rows(
    `SELECT run_id, row_number, verdict, reasons, warnings, diff, proposed, key, basis, person_id FROM feed_rows
     WHERE run_id = ? AND row_number > ? AND verdict IN ('create', 'change') AND applied_at IS NULL ORDER BY row_number LIMIT ?`, [runId, after, size]);
  return rows.map((r) => feedRows.fromRow(r));
}

/** What of a written row concerns its superior. `diff` is undefined where the superior does not change. */
export interface LineRow { readonly row: number; readonly verdict: "create" | "change"; readonly personId: string; readonly diff: readonly [string | null, string | null] | undefined; readonly superior: SuperiorLink; readonly warnings: FeedRow["warnings"] }

export async function lineRowsAfter(ctx: Ctx, runId: string, after: number, size: number, verdicts: readonly ("create" | "change")[]): Promise<LineRow[]> {
  const rows = await ctx.db.rows<{ row: number; verdict: "create" | "change"; person_id: string; diff: unknown; superior: unknown; warnings: unknown }>(
    `SELECT row_number AS row, verdict, person_id, diff -> 'superior' AS diff, proposed -> 'superior' AS superior, warnings FROM feed_rows
     WHERE run_id = ? AND row_number > ? AND verdict IN (${verdicts.map((v) => `'${v}'`).join(", ")}) AND applied_at IS NOT NULL ORDER BY row_number LIMIT ?`, [runId, after, size]);
  const plain = (v: unknown): unknown => (typeof v === "string" ? JSON.parse(v) as unknown : v);
  return rows.map((r) => ({
    row: r.row, verdict: r.verdict, personId: r.person_id, diff: (plain(r.diff) ?? undefined) as LineRow["diff"], superior: (plain(r.superior) ?? null) as SuperiorLink, warnings: plain(r.warnings) as FeedRow["warnings"],
  }));
}

export async function countWritable(ctx: Ctx, runId: string): Promise<number> {
  const [row] = await ctx.db.rows<{ n: number }>("SELECT count(*) AS n FROM feed_rows WHERE run_id = ? AND verdict IN ('create', 'change')", [runId]);
  return row?.n ?? 0;
}

/** Of these people, those whose own row in this run is still to be written. */
export async function stillToWrite(ctx: Ctx, runId: string, personIds: readonly string[]): Promise<Set<string>> {
  const found = await ctx.db.rows<{ id: string }>(
    `SELECT f.person_id AS id FROM feed_rows f JOIN ${ctx.db.sql.rowsOf({ id: "text" })} ON t.id = f.person_id WHERE f.run_id = ? AND f.verdict = 'change' AND f.applied_at IS NULL`, [JSON.stringify(personIds.map((id) => ({ id }))), runId]);
  return new Set(found.map((r) => r.id));
}

export interface Outcome { readonly row: number; readonly personId: string; readonly warnings: FeedRow["warnings"] }
export async function markApplied(ctx: Ctx, runId: string, done: readonly Outcome[]): Promise<void> {
  if (done.length === 0) return;
  await ctx.db.run(`UPDATE feed_rows SET applied_at = ?, person_id = t.person_id, warnings = t.warnings FROM ${ctx.db.sql.rowsOf({ row_number: "integer", person_id: "text", warnings: "json" })} WHERE feed_rows.run_id = ? AND feed_rows.row_number = t.row_number`,
    [ctx.now, JSON.stringify(done.map((d) => ({ row_number: d.row, person_id: d.personId, warnings: d.warnings }))), runId]);
}

export async function markStale(ctx: Ctx, runId: string, rows: readonly { readonly row: number; readonly reasons: FeedRow["reasons"] }[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db.run(`UPDATE feed_rows SET verdict = 'refused', basis = 'stale', reasons = t.reasons FROM ${ctx.db.sql.rowsOf({ row_number: "integer", reasons: "json" })} WHERE feed_rows.run_id = ? AND feed_rows.row_number = t.row_number`,
    [JSON.stringify(rows.map((r) => ({ row_number: r.row, reasons: r.reasons }))), runId]);
}

export async function addWarnings(ctx: Ctx, runId: string, rows: readonly { readonly row: number; readonly warnings: FeedRow["warnings"] }[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db.run(`UPDATE feed_rows SET warnings = t.warnings FROM ${ctx.db.sql.rowsOf({ row_number: "integer", warnings: "json" })} WHERE feed_rows.run_id = ? AND feed_rows.row_number = t.row_number`,
    [JSON.stringify(rows.map((r) => ({ row_number: r.row, warnings: r.warnings }))), runId]);
}

export async function personsOfRows(ctx: Ctx, runId: string, rows: readonly number[]): Promise<Map<number, string>> {
  const found = await ctx.db.rows<{ row: number; id: string }>(
    `SELECT f.row_number AS row, f.person_id AS id FROM ${ctx.db.sql.rowsOf({ n: "integer" })} JOIN feed_rows f ON f.run_id = ? AND f.row_number = t.n WHERE f.applied_at IS NOT NULL AND f.person_id IS NOT NULL`,
    [JSON.stringify(rows.map((n) => ({ n }))), runId]);
  return new Map(found.map((r) => [r.row, r.id]));
}
