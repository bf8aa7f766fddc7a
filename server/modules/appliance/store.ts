import type { Ctx } from "../../kernel/ctx.ts";
import type { Db } from "../../kernel/db/database.ts";
import { count, flag, id, instant, optional, table, text } from "../../kernel/db/columns.ts";
import { jobs, type JobRow } from "../../kernel/jobs/table.ts";

const pluginStates = table("plugin_states", { pluginId: text(), isEnabled: flag(), failureCount: count(), lastFailure: optional(text()), lastFailureAt: optional(instant()) });
export interface PluginState { readonly pluginId: string; readonly isEnabled: boolean; readonly failureCount: number; readonly lastFailure: string | null; readonly lastFailureAt: string | null }
const facts = table("tenants", { id: id(), state: text() });

export interface JobFilter { readonly state?: readonly string[] | undefined; readonly kind?: string | undefined; readonly search?: string | undefined; readonly sort: "-createdAt" | "runAt"; readonly page: number; readonly size: number }

type Reading = Pick<Ctx, "db" | "tenantId">;
const escaped = (words: string): string => `%${words.replace(/[\\%_]/g, "\\$&")}%`;

export async function listJobs({ db, tenantId }: Reading, f: JobFilter): Promise<{ rows: JobRow[]; total: number }> {
  const matching = () => {
    const query = db("jobs").where("tenant_id", tenantId);
    if (f.state && f.state.length > 0) void query.whereIn("state", [...f.state]);
    if (f.kind !== undefined) void query.where("kind", f.kind);
    if (f.search !== undefined && f.search !== "") void query.whereRaw(`(key ${db.sql.like} ? ESCAPE '\\' OR kind ${db.sql.like} ? ESCAPE '\\')`, [escaped(f.search), escaped(f.search)]);
    return query;
  };
  const ordered = matching().select(jobs.select()).limit(f.size).offset((f.page - 1) * f.size);
  const rows = await (f.sort === "runAt" ? ordered.orderBy("run_at").orderBy("id") : ordered.orderBy("created_at", "desc").orderBy("id", "desc"));
  const [total] = await matching().count({ n: "*" }) as { n: number }[];
  return { rows: rows.map((row) => jobs.fromRow(row)), total: Number(total?.n ?? 0) };
}

export const jobKinds = async ({ db, tenantId }: Reading): Promise<string[]> =>
  (await db.rows<{ kind: string }>("SELECT DISTINCT kind FROM jobs WHERE tenant_id = ? ORDER BY kind", [tenantId])).map((r) => r.kind);

/** Jobs that are not over, by state; the three partial indexes answer it. */
export async function openJobCounts(db: Db): Promise<{ queued: number; running: number; dead: number }> {
  const rows = await db.rows<{ state: "queued" | "running" | "dead"; n: number }>(`SELECT 'queued' AS state, count(*) AS n FROM jobs WHERE state = 'queued'
    UNION ALL SELECT 'running', count(*) FROM jobs WHERE state = 'running' UNION ALL SELECT 'dead', count(*) FROM jobs WHERE state = 'dead'`);
  return { queued: 0, running: 0, dead: 0, ...Object.fromEntries(rows.map((r) => [r.state, Number(r.n)])) };
}

/** When the longest-waiting due job became due. */
export const oldestDueJob = async (db: Db, now: string): Promise<string | null> =>
  (await db.rows<{ run_at: string | null }>("SELECT min(run_at) AS run_at FROM jobs WHERE state = 'queued' AND run_at <= ?", [now]))[0]?.run_at ?? null;

export async function ownJobs({ db, tenantId }: Reading, startedBy: string, endedSince: string): Promise<JobRow[]> {
  const rows = await db.rows(`SELECT ${jobs.select().join(", ")} FROM jobs WHERE started_by = ? AND tenant_id = ? AND (state IN ('queued', 'running') OR finished_at >= ?) ORDER BY created_at DESC, id DESC LIMIT 20`,
    [startedBy, tenantId, endedSince]);
  return rows.map((row) => jobs.fromRow(row));
}

export const pluginStatesOf = async (db: Db): Promise<Map<string, PluginState>> =>
  new Map((await db.rows(`SELECT ${pluginStates.select().join(", ")} FROM plugin_states`)).map((row) => pluginStates.fromRow(row)).map((s) => [s.pluginId, s]));

export const switchPlugin = (db: Db, pluginId: string, isEnabled: boolean): Promise<number> =>
  db.run("UPDATE plugin_states SET is_enabled = ? WHERE plugin_id = ?", [isEnabled, pluginId]);

export async function tenantState({ db, tenantId }: Reading): Promise<string> {
  const [row] = await db.rows(`SELECT ${facts.select().join(", ")} FROM tenants WHERE id = ?`, [tenantId]);
  return row ? facts.fromRow(row).state : "closed";
}

/** True for the one who opens the tenant; everybody else comes too late. */
export const openTenant = async ({ db, tenantId }: Reading, company: { readonly name: string; readonly zone: string; readonly language: string }): Promise<boolean> =>
  (await db.run("UPDATE tenants SET state = 'open', name = ?, zone = ?, language = ? WHERE id = ? AND state = 'new'", [company.name, company.zone, company.language, tenantId])) === 1;

export const instanceFact = async (db: Db, name: string): Promise<string | undefined> =>
  (await db.rows<{ value: string }>("SELECT value FROM instance_facts WHERE name = ?", [name]))[0]?.value;
export const setInstanceFact = (db: Db, name: string, value: string): Promise<number> =>
  db.run("INSERT INTO instance_facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [name, value]);
export const dropInstanceFact = (db: Db, name: string): Promise<number> => db.run("DELETE FROM instance_facts WHERE name = ?", [name]);
