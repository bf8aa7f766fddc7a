import type { Ctx } from "../../../kernel/ctx.ts";
import type { Counts } from "../contract.ts";
import { feedRuns, feeds, noCounts, type Feed, type FeedRun } from "./columns.ts";

export async function run(ctx: Ctx, id: string): Promise<FeedRun | undefined> {
  const row = await ctx.db("feed_runs").where({ tenant_id: ctx.tenantId, id }).first();
  return row && feedRuns.fromRow(row);
}
export const insertRun = async (ctx: Ctx, value: FeedRun): Promise<void> => { await ctx.db("feed_runs").insert(feedRuns.toRow(value)); };
export const updateRun = async (ctx: Ctx, id: string, change: Partial<FeedRun>): Promise<void> => { await ctx.db("feed_runs").where({ tenant_id: ctx.tenantId, id }).update(feedRuns.toRow(change)); };

/** Moves a run on only from one of `from`; false if somebody else was faster. */
export async function moveRun(ctx: Ctx, id: string, from: readonly FeedRun["state"][], change: Partial<FeedRun>): Promise<boolean> {
  return (await ctx.db("feed_runs").where({ tenant_id: ctx.tenantId, id }).whereIn("state", [...from]).update(feedRuns.toRow(change)) as unknown as number) === 1;
}

export interface RunFilter { readonly feedId?: string | undefined; readonly state?: string | undefined; readonly search?: string | undefined }
export async function runs(ctx: Ctx, filter: RunFilter, size: number, offset: number): Promise<{ rows: FeedRun[]; total: number }> {
  const query = () => {
    const q = ctx.db("feed_runs").where({ tenant_id: ctx.tenantId });
    if (filter.feedId !== undefined) void q.where({ feed_id: filter.feedId });
    if (filter.state !== undefined) void q.where({ state: filter.state });
    if (filter.search !== undefined && filter.search !== "") void q.whereRaw(`file_name ${ctx.db.sql.like} ? ESCAPE '\\'`, [`%${filter.search.replace(/[\\%_]/g, (c) => `\\${c}`)}%`]);
    return q;
  };
  const [all] = await query().count({ n: "*" });
  const rows = await query().select("id", "tenant_id", "feed_id", "file_name", "file_sha256", "encoding", "delimiter", "state", "counts", "problem", "started_at", "planned_at", "applied_at", "started_by", "job_id")
    .orderBy([{ column: "started_at", order: "desc" }, { column: "id", order: "desc" }]).limit(size).offset(offset);
  return { rows: rows.map((r) => feedRuns.fromRow(r)), total: Number(all?.["n"] ?? 0) };
}

export async function allFeeds(ctx: Ctx): Promise<Feed[]> { return (await ctx.db("feeds").where({ tenant_id: ctx.tenantId }).orderBy("name")).map((r) => feeds.fromRow(r)); }
export async function feed(ctx: Ctx, id: string): Promise<Feed | undefined> {
  const row = await ctx.db("feeds").where({ tenant_id: ctx.tenantId, id }).first();
  return row && feeds.fromRow(row);
}
export const insertFeed = async (ctx: Ctx, value: Feed): Promise<void> => { await ctx.db("feeds").insert(feeds.toRow(value)); };
export const updateFeed = async (ctx: Ctx, id: string, change: Partial<Feed>): Promise<void> => { await ctx.db("feeds").where({ tenant_id: ctx.tenantId, id }).update(feeds.toRow(change)); };

export async function namesOf(ctx: Ctx, personIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await ctx.db.rows<{ id: string; name: string }>(`SELECT p.id, p.display_name AS name FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN people p ON p.id = t.id WHERE p.tenant_id = ?`, [JSON.stringify(personIds.map((id) => ({ id }))), ctx.tenantId]);
  return new Map(rows.map((r) => [r.id, r.name]));
}

/** Counted from the rows, so that it is right whatever happened before. */
export async function countRows(ctx: Ctx, runId: string, waiting: number): Promise<Counts> {
  const rows = await ctx.db.rows<{ verdict: "create" | "change" | "unchanged" | "refused"; n: number; applied: number; warned: number; stale: number }>(
    `SELECT verdict, count(*) AS n, count(applied_at) AS applied, sum(CASE WHEN warnings = '[]' THEN 0 ELSE 1 END) AS warned, sum(CASE WHEN basis = 'stale' THEN 1 ELSE 0 END) AS stale
     FROM feed_rows WHERE run_id = ? GROUP BY verdict`, [runId]);
  const counts = { ...noCounts, waiting };
  for (const r of rows) {
    counts[r.verdict] = r.n;
    counts.rows += r.n;
    counts.applied += r.applied;
    counts.warned += r.warned;
    counts.stale += r.stale;
  }
  return counts;
}
