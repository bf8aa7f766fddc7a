/** SQL of the job runner. Every write of a holder has its epoch in the WHERE. */
import type { Db } from "../db/database.ts";
import { jobs, type JobRow } from "./table.ts";

export interface Lease { readonly id: string; readonly epoch: number }
export interface Progress { readonly cursor?: unknown; readonly done?: number; readonly total?: number }

/** How often a job may take the whole process down (or be abandoned) before it is parked. */
export const abandonedAtMost = 3;

const columns = jobs.select().join(", ");
/** As many placeholders as the next multiple of eight, the last value repeated: few texts to prepare, and an index serves `IN` over plain values. */
function oneOf(column: string, values: readonly string[]): { sql: string; values: string[] } {
  const padded = [...values, ...Array.from({ length: -values.length & 7 }, () => values.at(-1) ?? "")];
  return { sql: `${column} IN (${padded.map(() => "?").join(",")})`, values: padded };
}

// hot
/** Due jobs of these kinds, most urgent first; a look without a lock. */
export async function due(db: Db, now: string, lastPriority: number, kinds: readonly string[], most: number): Promise<{ id: string; kind: string }[]> {
  const kind = oneOf("kind", kinds);
  return db.rows(`SELECT id, kind FROM jobs WHERE state = 'queued' AND run_at <= ? AND priority <= ? AND ${kind.sql} ORDER BY priority, run_at, id LIMIT ?`, [now, lastPriority, ...kind.values, most]);
}

// hot
/** Takes those of `ids` that `fits`; others may be faster. */
export async function claim(db: Db, ids: readonly string[], fits: (job: JobRow) => boolean, now: string, leaseUntil: string): Promise<JobRow[]> {
  const id = oneOf("id", ids);
  const rows = await db.rows(`SELECT ${columns} FROM jobs WHERE state = 'queued' AND ${id.sql} ORDER BY priority, run_at, id ${db.sql.forUpdateSkipLocked}`, id.values);
  const taken: JobRow[] = [];
  for (const row of rows) {
    const job = jobs.fromRow(row);
    if (!fits(job)) continue;
    await db.run("UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_epoch = lease_epoch + 1, lease_until = ?, started_at = coalesce(started_at, ?), error = NULL WHERE id = ?", [leaseUntil, now, job.id]);
    taken.push({ ...job, state: "running", attempts: job.attempts + 1, leaseEpoch: job.leaseEpoch + 1, leaseUntil });
  }
  return taken;
}

// hot
/** False when the lease is lost: another holder has it, or somebody cancelled the job. */
export const renew = async (db: Db, lease: Lease, leaseUntil: string): Promise<boolean> =>
  (await db.run("UPDATE jobs SET lease_until = ? WHERE id = ? AND lease_epoch = ? AND state = 'running'", [leaseUntil, lease.id, lease.epoch])) === 1;

/** Stores how far the job is. Progress clears the count of attempts: they count tries that lead nowhere. */
export async function keep(db: Db, lease: Lease, progress: Progress, advanced: boolean): Promise<void> {
  const sets = [
    ...(progress.cursor === undefined ? [] : [["cursor = ?", JSON.stringify(progress.cursor)] as const]),
    ...(progress.done === undefined ? [] : [["done_count = ?", progress.done] as const]),
    ...(progress.total === undefined ? [] : [["total_count = ?", progress.total] as const]),
  ];
  if (sets.length === 0) return;
  await db.run(`UPDATE jobs SET ${sets.map(([sql]) => sql).join(", ")}${advanced ? ", attempts = 1, abandoned_count = 0" : ""} WHERE id = ? AND lease_epoch = ?`,
    [...sets.map(([, value]) => value), lease.id, lease.epoch]);
}

// hot
export const finish = async (db: Db, lease: Lease, now: string, outcome: unknown): Promise<boolean> =>
  (await db.run("UPDATE jobs SET state = 'done', outcome = ?, finished_at = ?, lease_until = NULL WHERE id = ? AND lease_epoch = ? AND state = 'running'",
    [outcome === undefined ? null : JSON.stringify(outcome), now, lease.id, lease.epoch])) === 1;

/** Puts a running job back. `counts` keeps the attempt; without it the attempt is given back (stop, full disk). */
export const requeue = async (db: Db, lease: Lease, runAt: string, error: string | null, counts: boolean): Promise<boolean> =>
  (await db.run(`UPDATE jobs SET state = 'queued', run_at = ?, error = ?, lease_until = NULL, lease_epoch = lease_epoch + 1${counts ? "" : ", attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END"}
    WHERE id = ? AND lease_epoch = ? AND state = 'running'`, [runAt, error, lease.id, lease.epoch])) === 1;

/** Parks or cancels a job whatever it is doing: the raised epoch shuts its holder out. */
export const end = async (db: Db, lease: Lease, now: string, state: "dead" | "cancelled", error: string): Promise<boolean> =>
  (await db.run("UPDATE jobs SET state = ?, error = ?, finished_at = ?, lease_until = NULL, lease_epoch = lease_epoch + 1 WHERE id = ? AND lease_epoch = ? AND state IN ('queued', 'running')",
    [state, error, now, lease.id, lease.epoch])) === 1;

/** Running jobs nobody holds any more; with `all`, every running job (this process was alone and has just started). */
export const abandoned = async (db: Db, now: string, all: boolean): Promise<JobRow[]> =>
  (await db.rows(`SELECT ${columns} FROM jobs WHERE state = 'running'${all ? "" : " AND lease_until < ?"} ORDER BY id LIMIT 200`, all ? [] : [now])).map((row) => jobs.fromRow(row));

export const noteAbandoned = async (db: Db, lease: Lease, error: string): Promise<boolean> =>
  (await db.run("UPDATE jobs SET state = 'queued', error = ?, lease_until = NULL, lease_epoch = lease_epoch + 1, abandoned_count = abandoned_count + 1 WHERE id = ? AND lease_epoch = ? AND state = 'running'",
    [error, lease.id, lease.epoch])) === 1;

/** A parked job starts over with all its attempts. */
export const revive = async (db: Db, id: string, now: string): Promise<boolean> =>
  (await db.run("UPDATE jobs SET state = 'queued', attempts = 0, abandoned_count = 0, run_at = ?, finished_at = NULL, lease_epoch = lease_epoch + 1 WHERE id = ? AND state = 'dead'", [now, id])) === 1;

export const attemptsOf = async (db: Db, lease: Lease): Promise<number | undefined> =>
  (await db.rows<{ attempts: number }>("SELECT attempts FROM jobs WHERE id = ? AND lease_epoch = ? AND state = 'running'", [lease.id, lease.epoch]))[0]?.attempts;

export const find = async (db: Db, id: string): Promise<JobRow | undefined> => {
  const [row] = await db.rows(`SELECT ${columns} FROM jobs WHERE id = ?`, [id]);
  return row && jobs.fromRow(row);
};
