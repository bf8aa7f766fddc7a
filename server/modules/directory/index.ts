/**
 * Directory: where people come from. A feed is a configured source, a feed run is one reading of it. A run is read, mapped,
 * checked (a verdict per row, nothing changed) and applied as a job; a row is written only if its person is still as it was
 * when checked. Nobody is ended or removed because they are missing from a file. Re-importing the same file writes nothing.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { directory as contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { jobs } from "./jobs.ts";
import * as service from "./service.ts";
import { feed, run } from "./store/runs.ts";

export const directoryModule: Module = {
  name: "directory", contract, handlers: service satisfies Handlers<typeof contract>, failures: fail, jobs,
  loaders: {
    feed: async (ctx, id) => { const f = await feed(ctx, id); return f && { tenantId: f.tenantId }; },
    feedRun: async (ctx, id) => { const r = await run(ctx, id); return r && { tenantId: r.tenantId }; },
  },
  emits: ["directory.run_finished", "directory.run_stopped"],
  audits: ["directory.feed_created", "directory.run_planned", "directory.rows_applied", "directory.superiors_removed", "directory.superiors_set", "directory.superiors_linked", "directory.run_applied", "directory.run_stopped"],
};
