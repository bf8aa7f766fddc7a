/** What administrators see and do about jobs and plugins. */
import { shiftInstant } from "../../kernel/clock.ts";
import type { Input, Output } from "../../kernel/contract.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import { kernelFailures } from "../../kernel/errors.ts";
import { end, find, revive } from "../../kernel/jobs/store.ts";
import type { JobRow as StoredJob } from "../../kernel/jobs/table.ts";
import type { PluginFacts } from "../../kernel/plugins/start.ts";
import { isNeeded } from "../../kernel/plugins/types.ts";
import type { appliance, JobRow, PluginRow } from "./contract.ts";
import type { ApplianceDeps } from "./deps.ts";
import { fail } from "./failures.ts";
import { jobKinds, listJobs, openJobCounts, ownJobs as findOwnJobs, pluginStatesOf, switchPlugin, type PluginState } from "./store.ts";

type C = typeof appliance;
const trayMs = 3_600_000;

const isOver = (job: StoredJob): boolean => job.state !== "queued" && job.state !== "running";

function rowOf(job: StoredJob, deps: ApplianceDeps): JobRow {
  const { id, kind, key, state, priority, attempts, abandonedCount, doneCount, totalCount, startedBy, createdAt, runAt, startedAt, finishedAt, error } = job;
  return {
    id, kind, key, state, priority, attempts, abandonedCount, doneCount, totalCount, startedBy, createdAt, runAt, startedAt, finishedAt, error,
    isCancellable: !isOver(job) && deps.runner().handlerOf(kind)?.cancellable === true,
  };
}

export const jobsWith = (deps: ApplianceDeps) => async (ctx: Ctx, input: Input<C["jobs"]>): Promise<Output<C["jobs"]>> => {
  const { page = 1, size = 50, sort = "-createdAt" } = input;
  const { rows, total } = await listJobs(ctx, { state: input.state, kind: input.kind, search: input.search, sort, page, size });
  return { rows: rows.map((job) => rowOf(job, deps)), total, page, size, kinds: await jobKinds(ctx), counts: await openJobCounts(ctx.db) };
};

export const ownJobsWith = (deps: ApplianceDeps) => async (ctx: Ctx): Promise<Output<C["ownJobs"]>> => {
  const rows = await findOwnJobs(ctx, ctx.actor.id, shiftInstant(ctx.now, -trayMs));
  return {
    rows: rows.map((job) => {
      const { id, kind, key, state, doneCount, totalCount, createdAt, finishedAt, isCancellable } = rowOf(job, deps);
      return { id, kind, key, state, doneCount, totalCount, createdAt, finishedAt, isCancellable };
    }),
  };
};

async function known(ctx: Ctx, jobId: string): Promise<StoredJob> {
  const job = await find(ctx.db, jobId);
  if (!job) throw kernelFailures.not_found();
  return job;
}

export const jobWith = (deps: ApplianceDeps) => async (ctx: Ctx, { jobId }: Input<C["job"]>): Promise<Output<C["job"]>> => {
  const job = await known(ctx, jobId);
  return {
    ...rowOf(job, deps), outcome: (job.outcome ?? null) as Output<C["job"]>["outcome"], payloadBytes: Buffer.byteLength(JSON.stringify(job.payload ?? null)),
    attemptsMost: deps.runner().handlerOf(job.kind)?.attempts ?? 5, leaseUntil: job.leaseUntil,
  };
};

export async function retryJob(ctx: Ctx, { jobId, reason }: Input<C["retryJob"]>): Promise<Output<C["retryJob"]>> {
  const job = await known(ctx, jobId);
  if (!(await revive(ctx.db, jobId, ctx.now))) throw fail.job_not_parked();
  ctx.audit("appliance.job_retried", { kind: "job", id: jobId }, { before: { kind: job.kind, state: job.state }, after: { kind: job.kind, state: "queued" }, ...(reason === undefined ? {} : { reason }) });
  return { id: jobId, state: "queued" };
}

/** The raised epoch shuts a running holder out at its next unit; what it has committed stays. */
export const cancelJobWith = (deps: ApplianceDeps) => async (ctx: Ctx, { jobId, reason }: Input<C["cancelJob"]>): Promise<Output<C["cancelJob"]>> => {
  const job = await known(ctx, jobId);
  if (isOver(job)) throw fail.job_over();
  const handler = deps.runner().handlerOf(job.kind);
  if (handler?.cancellable !== true) throw fail.job_not_cancellable();
  if (!(await end(ctx.db, { id: jobId, epoch: job.leaseEpoch }, ctx.now, "cancelled", reason ?? ""))) throw fail.job_over();
  await handler.ended?.(ctx, job.payload, "cancelled", reason ?? "");
  ctx.audit("appliance.job_cancelled", { kind: "job", id: jobId }, { before: { kind: job.kind, state: job.state }, after: { kind: job.kind, state: "cancelled" }, ...(reason === undefined ? {} : { reason }) });
  return { id: jobId, state: "cancelled" };
};

function pluginRow(p: PluginFacts, state: PluginState | undefined): PluginRow {
  const folder = p.origin.kind === "folder" ? p.origin : null;
  // The stored count is written with a delay of a second; this process may know of more.
  const ever = Math.max(state?.failureCount ?? 0, p.failures.count);
  return {
    id: p.id, title: p.title, version: p.version, origin: p.origin.kind, folder: folder?.path ?? null, sha256: folder?.sha256 ?? null, isEnabled: state?.isEnabled ?? true,
    isRunning: p.leftOut === null, leftOut: p.leftOut, points: [...p.points], failureCount: p.failures.count, failureCountEver: ever,
    lastFailure: p.failures.last ?? state?.lastFailure ?? null, lastFailureAt: p.failures.lastAt ?? state?.lastFailureAt ?? null, settingsSchema: p.settingsSchema as PluginRow["settingsSchema"],
  };
}

export const pluginsWith = (deps: ApplianceDeps) => async (ctx: Ctx): Promise<Output<C["plugins"]>> => {
  const states = await pluginStatesOf(ctx.db);
  return { rows: deps.plugins().map((p) => pluginRow(p, states.get(p.id))) };
};

export const switchPluginWith = (deps: ApplianceDeps, isEnabled: boolean) => async (ctx: Ctx, { pluginId, reason }: Input<C["enablePlugin"]>): Promise<Output<C["enablePlugin"]>> => {
  const plugin = deps.plugins().find((p) => p.id === pluginId);
  if (!plugin) throw kernelFailures.not_found();
  if (!isEnabled && plugin.points.some(isNeeded)) throw fail.plugin_needed();
  const before = (await pluginStatesOf(ctx.db)).get(pluginId)?.isEnabled ?? true;
  await switchPlugin(ctx.db, pluginId, isEnabled);
  ctx.audit(isEnabled ? "appliance.plugin_enabled" : "appliance.plugin_disabled", { kind: "plugin", id: pluginId }, { before: { isEnabled: before }, after: { isEnabled }, ...(reason === undefined ? {} : { reason }) });
  return { id: pluginId, isEnabled, isRunning: plugin.leftOut === null };
};
