import type { Ctx } from "../../kernel/ctx.ts";
import type { JobHandler, JobRun } from "../../kernel/jobs/types.ts";
import { compile } from "../audiences/index.ts";
import { assign, endUnfounded } from "../obligations/index.ts";
import { termsOf, type Terms } from "../requirements/index.ts";
import * as store from "./store.ts";

/** People per unit: some 50 ms of the one writer. Writing down who is meant is cheaper, so more fit. */
const portion = 2_000;
const listPortion = 10_000;

/** Where the run stands; stored with what each unit wrote. */
type Place =
  | { readonly phase: "list"; readonly after: string; readonly listed: number }
  | { readonly phase: "assign"; readonly after: string; readonly met: number; readonly listed: number }
  | { readonly phase: "end"; readonly after: string; readonly listed: number }
  | { readonly phase: "done"; readonly listed: number };

interface Step { readonly value: Place; readonly cursor: Place; readonly done?: number; readonly total?: number }

async function step(ctx: Ctx, job: JobRun, rollout: store.Listed, terms: Terms, at: Place): Promise<Place> {
  const batch = { target: { kind: "rollout", id: rollout.id }, rolloutId: rollout.id } as const;
  switch (at.phase) {
    case "list": {
      const last = await store.lastOfPortion(ctx, "people", rollout.requirementId, at.after, listPortion);
      if (last === null) return { phase: "assign", after: "", met: 0, listed: at.listed };
      const members = (await compile(ctx, terms.condition)).members(store.portion(ctx, "people", rollout.requirementId, at.after, listPortion));
      return { phase: "list", after: last, listed: at.listed + await store.writePeople(ctx, rollout.id, members) };
    }
    case "assign": {
      const next = await store.lastListed(ctx, rollout.id, at.after, portion);
      if (!next) return terms.rule.edition > 1 ? { phase: "end", after: "", listed: at.listed } : { phase: "done", listed: at.listed };
      await assign(ctx, terms, store.listedBetween(rollout.id, at.after, next.last), batch);
      const met = at.met + next.count;
      await store.update(ctx, rollout.id, "running", { doneCount: met, peopleCount: at.listed });
      return { phase: "assign", after: next.last, met, listed: at.listed };
    }
    case "end": {
      const last = await store.lastOfPortion(ctx, "obligations", rollout.requirementId, at.after, portion);
      if (last === null) return { phase: "done", listed: at.listed };
      await endUnfounded(ctx, terms, store.portion(ctx, "obligations", rollout.requirementId, at.after, portion), batch);
      return { phase: "end", after: last, listed: at.listed };
    }
    case "done": return at;
  }
}

async function finish(ctx: Ctx, rollout: store.Listed, state: "done" | "failed", peopleCount: number, reason?: string): Promise<void> {
  if (!(await store.update(ctx, rollout.id, "running", { state, finishedAt: ctx.now, ...(state === "done" ? { peopleCount, doneCount: peopleCount } : {}) }))) return;
  await store.endWave(ctx, rollout.id, peopleCount);
  const action = state === "done" ? "rollouts.finished" : "rollouts.failed";
  ctx.audit(action, { kind: "rollout", id: rollout.id }, { before: { state: "running" }, after: { state, peopleCount }, ...(reason === undefined ? {} : { reason }) });
  ctx.emit(action, { rolloutId: rollout.id, requirementId: rollout.requirementId, count: peopleCount });
}

/** Lists who is meant, then makes them owe it, ≤ 2,000 a unit; each unit stores its place, so a crash repeats nothing and nobody is met twice. */
const run: JobHandler = {
  actor: "rollouts",
  async run(job) {
    const { rolloutId } = job.payload as { rolloutId: string };
    let at = (job.cursor as Place | null) ?? { phase: "list", after: "", listed: 0 };
    for (;;) {
      if (job.stopping()) return undefined;
      at = await job.unit(async (ctx): Promise<Step> => {
        const rollout = await store.find(ctx, rolloutId);
        if (rollout?.state !== "running") return { value: { phase: "done", listed: at.listed }, cursor: { phase: "done", listed: at.listed } };
        if (await store.ruleInForce(ctx, rollout.requirementId) !== rollout.ruleId) {
          await finish(ctx, rollout, "failed", at.listed, "The rule is no longer in force.");
          return { value: { phase: "done", listed: at.listed }, cursor: { phase: "done", listed: at.listed } };
        }
        const next = await step(ctx, job, rollout, await termsOf(ctx, rollout.requirementId, rollout.ruleId), at);
        if (next.phase === "done") await finish(ctx, rollout, "done", next.listed);
        return { value: next, cursor: next, total: next.listed, ...(next.phase === "assign" ? { done: next.met } : {}) };
      });
      if (at.phase === "done") return { people: at.listed };
    }
  },
  async ended(ctx, payload, _state, error) {
    const rollout = await store.find(ctx, (payload as { rolloutId: string }).rolloutId);
    if (rollout?.state === "running") await finish(ctx, rollout, "failed", rollout.peopleCount, error);
  },
};

export const jobs: Readonly<Record<string, JobHandler>> = { "rollouts.run": run };
