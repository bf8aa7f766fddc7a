/**
 * Reports: read models over everything below: overview, transcripts, and exports that run in the background.
 * Every figure is limited to the people the reader may see; an export is checked again when it runs and belongs to its owner alone.
 * Never: writes to another module's tables, or builds a big report inside a request.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { jobs } from "./jobs.ts";
import { find } from "./runs.ts";
import { download, list, overview, run, start, transcript, transcriptMine } from "./service.ts";

export { contract };

export const reportsModule: Module = {
  name: "reports", contract, failures: fail, jobs, emits: ["reports.run_finished"], audits: ["reports.run_started", "reports.run_finished", "reports.downloaded"],
  handlers: { overview, transcriptMine, transcript, runs: list, run, start, download } satisfies Handlers<typeof contract>,
  loaders: { reportRun: async (ctx, id) => ((await find(ctx, id)) ? { tenantId: ctx.tenantId } : undefined) },
};
