/** Nightly clearing of what the machinery leaves behind: delivered events, old ticks, used keys, finished jobs. No domain rows. */
import type { JobHandler, Schedule } from "./jobs/types.ts";

const batch = 2_000;
const dayMs = 86_400_000;

interface Remains { readonly table: string; readonly key: string; readonly where: string; readonly days: number }

const remains: readonly Remains[] = [
  { table: "outbox_events", key: "id", where: "delivered_at < ?", days: 14 },
  { table: "schedule_ticks", key: "name, tick_at", where: "tick_at < ? AND tick_at < (SELECT max(l.tick_at) FROM schedule_ticks l WHERE l.name = schedule_ticks.name)", days: 14 },
  { table: "idempotency_keys", key: "tenant_id, actor_id, key", where: "created_at < ?", days: 2 },
  { table: "jobs", key: "id", where: "finished_at < ? AND state IN ('done', 'cancelled')", days: 90 },
];

export const upkeepJobs: Readonly<Record<string, JobHandler>> = {
  "kernel.purge": {
    actor: "upkeep",
    async run(job) {
      const cleared: Record<string, number> = {};
      for (const { table, key, where, days } of remains) {
        const before = new Date(Date.parse(job.now()) - days * dayMs).toISOString();
        for (let gone = batch; gone === batch && !job.stopping();) {
          gone = await job.unit(async (ctx) => ({ value: await ctx.db.run(`DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${batch})`, [before]) }));
          cleared[table] = (cleared[table] ?? 0) + gone;
        }
      }
      return cleared;
    },
  },
};

export const upkeepSchedules: readonly Schedule[] = [
  { name: "kernel.purge", cron: "17 3 * * *", actor: "upkeep", run: async (ctx) => { await ctx.enqueue({ kind: "kernel.purge", key: `purge:${ctx.now.slice(0, 10)}`, priority: 8 }); } },
];
