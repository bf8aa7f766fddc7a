/** Measures what `rules.judge` judges. */
import { statfs } from "node:fs/promises";
import type { Output } from "../../kernel/contract.ts";
import { msBetween } from "../../kernel/clock.ts";
import type { Db } from "../../kernel/db/database.ts";
import { prepared } from "../../kernel/module.ts";
import { oldestUndelivered } from "../../kernel/outbox.ts";
import { lastCheckpoint } from "../ledger/index.ts";
import type { appliance } from "./contract.ts";
import type { ApplianceDeps } from "./deps.ts";
import { judge, worst, type Measured } from "./rules.ts";
import { oldestDueJob, openJobCounts } from "./store.ts";

const secondsSince = (from: string | null, now: string): number => (from === null ? 0 : Math.max(0, msBetween(from, now) / 1_000));

async function databaseOf(db: Db): Promise<{ engine: string; bytes: number; pingMs: number }> {
  const began = performance.now();
  const [row] = await db.rows<{ engine: string; bytes: number }>(`SELECT ${db.sql.version} AS engine, ${db.sql.sizeBytes} AS bytes`);
  return { engine: row?.engine ?? "", bytes: Number(row?.bytes ?? 0), pingMs: performance.now() - began };
}

export async function measure(db: Db, now: string, deps: ApplianceDeps): Promise<Measured> {
  const space = await statfs(deps.home).catch(() => null);
  const last = await lastCheckpoint(db);
  return {
    database: await databaseOf(db),
    checkpoint: last ? { size: last.size, ageS: secondsSince(last.sealedAt, now) } : null,
    ledger: deps.sealer(),
    jobs: { ...await openJobCounts(db), waitedS: secondsSince(await oldestDueJob(db, now), now) },
    eventLagS: secondsSince(await oldestUndelivered(db), now),
    disk: space && { freeBytes: space.bavail * space.bsize, totalBytes: space.blocks * space.bsize },
    rssBytes: deps.vitals.rssBytes(), loopP99Ms: deps.vitals.loopP99Ms(),
    plugins: deps.plugins().map((p) => ({ id: p.id, failureCount: p.failures.count, isCrashed: p.leftOut === "crashed" })),
  };
}

export const healthWith = (deps: ApplianceDeps) => prepared(
  async (ctx): Promise<Output<typeof appliance.health>> => {
    const measured = await measure(ctx.db, ctx.now, deps);
    const checks = judge(measured);
    return {
      level: worst(checks), at: ctx.now, checks, startedAt: deps.startedAt, uptimeS: deps.vitals.uptimeS(), isOneProcess: ctx.db.sql.forUpdateSkipLocked === "",
      versions: { muster: deps.version, node: process.versions.node, database: measured.database?.engine ?? "" },
    };
  },
  async (_ctx, _input: Record<string, never>, ready: Output<typeof appliance.health>) => ready,
);
