import type { Ctx } from "../../kernel/ctx.ts";
import { Failure } from "../../kernel/errors.ts";
import type { JobHandler, JobRun } from "../../kernel/jobs/types.ts";
import { applyRun } from "./service/apply.ts";
import { planRun } from "./service/plan.ts";
import * as store from "./store/runs.ts";

/** A job that was given up leaves its run failed, with the reason; what is written stays. */
async function ended(ctx: Ctx, payload: unknown, state: "dead" | "cancelled", error: string): Promise<void> {
  const { runId } = payload as { runId: string };
  const run = await store.run(ctx, runId);
  if (run?.state !== "planning" && run?.state !== "applying") return;
  await store.updateRun(ctx, runId, { state: state === "dead" ? "failed" : "cancelled", problem: error.slice(0, 1_000), counts: await store.countRows(ctx, runId, 0) });
  ctx.audit("directory.run_stopped", { kind: "feed_run", id: runId }, { before: { state: run.state }, after: { state } });
  ctx.emit("directory.run_stopped", { runId, feedId: run.feedId, state, error });
}

/** A file that cannot be read will not be readable at the next try: the run fails at once, with the reason. */
async function planOrFail(job: JobRun): Promise<unknown> {
  try { return await planRun(job); } catch (error) {
    if (!(error instanceof Failure) || !error.code.startsWith("directory.")) throw error;
    const { runId } = job.payload as { runId: string };
    return job.unit(async (ctx) => {
      await ended(ctx, job.payload, "dead", error.details.values?.["row"] === undefined ? error.message : `${error.message} (row ${error.details.values["row"]})`);
      return { value: { runId, problem: error.message } };
    });
  }
}

export const jobs: Readonly<Record<string, JobHandler>> = {
  "directory.plan": { actor: "imports", run: planOrFail, cancellable: true, ended },
  "directory.apply": { actor: "imports", run: applyRun, cancellable: true, ended },
};
