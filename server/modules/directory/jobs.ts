import type { Ctx } from "../../kernel/ctx.ts";
import type { JobHandler } from "../../kernel/jobs/types.ts";
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

export const jobs: Readonly<Record<string, JobHandler>> = {
  "directory.plan": { actor: "imports", run: planRun, cancellable: true, ended },
  "directory.apply": { actor: "imports", run: applyRun, cancellable: true, ended },
};
