/**
 * Appliance: what runs the product rather than the training: background jobs, plugins, health, the first set-up.
 * A job is tried again or cancelled, never edited; a plugin is switched for the next start, never loaded by upload.
 * It looks at the machinery through `ApplianceDeps`, since the machinery is composed beside the modules and not below them.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { appliance } from "./contract.ts";
import type { ApplianceDeps } from "./deps.ts";
import { fail } from "./failures.ts";
import { healthWith } from "./health.ts";
import { cancelJobWith, jobsWith, jobWith, ownJobsWith, pluginsWith, retryJob, switchPluginWith } from "./service.ts";
import { setUp, setUpState } from "./set-up.ts";

export type { ApplianceDeps } from "./deps.ts";
export { measure } from "./health.ts";
export { judge, worst, type Measured } from "./rules.ts";
export { setUpFromConfig } from "./set-up.ts";
export { newSetUpToken } from "./set-up-token.ts";
export { listJobs, openJobCounts, pluginStatesOf } from "./store.ts";

export function applianceModule(deps: ApplianceDeps): Module {
  const cancelJob = cancelJobWith(deps);
  const handlers = {
    jobs: jobsWith(deps), ownJobs: ownJobsWith(deps), job: jobWith(deps), retryJob, cancelJob, cancelOwnJob: cancelJob,
    plugins: pluginsWith(deps), enablePlugin: switchPluginWith(deps, true), disablePlugin: switchPluginWith(deps, false),
    health: healthWith(deps), setUpState, setUp,
  } satisfies Handlers<typeof appliance>;
  return {
    name: "appliance", contract: appliance, handlers, failures: fail, emits: ["jobs.parked"],
    loaders: {
      job: async (ctx, id) => { const [row] = await ctx.db.rows<{ tenant_id: string }>("SELECT tenant_id FROM jobs WHERE id = ?", [id]); return row && { tenantId: row.tenant_id }; },
      // Only whoever started a job may touch it without the right to all of them.
      ownJob: async (ctx, id) => { const [row] = await ctx.db.rows<{ tenant_id: string; started_by: string }>("SELECT tenant_id, started_by FROM jobs WHERE id = ?", [id]); return row && { tenantId: row.tenant_id, personId: row.started_by }; },
      plugin: async (ctx, id) => (deps.plugins().some((p) => p.id === id) ? { tenantId: ctx.tenantId } : undefined),
    },
  };
}
