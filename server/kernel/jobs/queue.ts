/** Queues jobs inside the transaction of their cause. */
import type { Enqueue } from "../ctx.ts";
import type { Db } from "../db/database.ts";

// hot
const insert = `INSERT INTO jobs (id, tenant_id, kind, key, payload, priority, run_at, total_count, started_by, created_at)
  VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING`;

/** Resolves to the id of the job with this key: the new one, or the one that was there before. */
export async function enqueue(db: Db, now: string, newId: () => string, tenantId: string, startedBy: string, job: Enqueue): Promise<string> {
  const id = newId();
  const added = await db.run(insert, [id, tenantId, job.kind, job.key, JSON.stringify(job.payload ?? null), job.priority ?? 5, job.runAt ?? now, job.total ?? null, startedBy, now]);
  if (added === 1) return id;
  const [existing] = await db.rows<{ id: string; tenant_id: string }>("SELECT id, tenant_id FROM jobs WHERE key = ?", [job.key]);
  if (!existing || existing.tenant_id !== tenantId) throw new Error(`the key of job ${job.kind} belongs to something else`);
  return existing.id;
}
