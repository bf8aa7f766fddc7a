/**
 * Rollouts: one approved plan and its run; the only way a requirement's rule goes live.
 * The preview and the run use the same SELECT. Started twice is one run. Never: mails by itself, or changes a rule.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { jobs } from "./jobs.ts";
import { create, get, list, preview, start } from "./service.ts";
import { find } from "./store.ts";

export { contract };

export const rolloutsModule: Module = {
  name: "rollouts", contract, failures: fail, jobs,
  emits: ["rollouts.started", "rollouts.finished", "rollouts.failed"], audits: ["rollouts.start_repeated", "rollouts.finished", "rollouts.failed"],
  handlers: { list, get, create, preview, start } satisfies Handlers<typeof contract>,
  loaders: { rollout: async (ctx, id) => ((await find(ctx, id)) ? { tenantId: ctx.tenantId } : undefined) },
};
