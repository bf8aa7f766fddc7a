import type { JobHandler, JobRun, Schedule } from "../../kernel/jobs/types.ts";
import { on } from "../../kernel/events.ts";
import { liveTerms } from "../requirements/index.ts";
import { assign, endSome, endUnfounded } from "./service/assign.ts";
import { closeSleeping, openRenewals } from "./service/clock.ts";
import type { Ctx } from "../../kernel/ctx.ts";

/** Rows a unit may touch: some 50 ms of the one writer. */
const portion = 2_000;

interface Follow { readonly personIds: readonly string[] }
interface Followed { readonly requirementId: string; readonly done: number }

/** People changed: each live requirement looks at them once more, in a unit of its own. */
const follow: JobHandler = {
  actor: "obligations",
  async run(job) {
    const { personIds } = job.payload as Follow;
    const ids = JSON.stringify(personIds.map((person_id) => ({ person_id })));
    let at = (job.cursor as Followed | null) ?? { requirementId: "", done: 0 };
    for (;;) {
      if (job.stopping()) return undefined;
      const next = await job.unit(async (ctx): Promise<{ value: Followed | null; cursor?: Followed; done?: number; total?: number }> => {
        const live = await liveTerms(ctx);
        const terms = live.find((t) => t.requirement.id > at.requirementId);
        if (!terms) return { value: null };
        const people = { sql: `SELECT DISTINCT person_id FROM ${ctx.db.sql.rowsOf({ person_id: "text" })}`, values: [ids] };
        const batch = { target: { kind: "obligation_batch", id: job.id }, rolloutId: null } as const;
        await assign(ctx, terms, people, batch);
        await endUnfounded(ctx, terms, people, batch);
        const cursor = { requirementId: terms.requirement.id, done: at.done + 1 };
        return { value: cursor, cursor, done: cursor.done, total: live.length };
      });
      if (next === null) return { requirements: at.done, people: personIds.length };
      at = next;
    }
  },
};

async function portions(job: JobRun, step: (ctx: Ctx) => Promise<number>): Promise<number> {
  let done = 0;
  for (;;) {
    if (job.stopping()) return done;
    const n = await job.unit(async (ctx) => {
      const value = await step(ctx);
      return { value, done: done + value };
    });
    done += n;
    if (n < portion) return done;
  }
}

/** A requirement was withdrawn: its reasons end, and with them its obligations. */
const endRequirement: JobHandler = {
  actor: "obligations",
  async run(job) {
    const { requirementId } = job.payload as { requirementId: string };
    return { reasons: await portions(job, (ctx) => endSome(ctx, requirementId, portion, { target: { kind: "obligation_batch", id: job.id }, rolloutId: null })) };
  },
};

const clock: JobHandler = {
  actor: "obligations",
  async run(job) {
    const renewed = await portions(job, (ctx) => openRenewals(ctx, job.id, portion));
    return { renewed, withdrawn: await portions(job, (ctx) => closeSleeping(ctx, job.id, portion)) };
  },
};

export const jobs: Readonly<Record<string, JobHandler>> = { "obligations.follow": follow, "obligations.end_requirement": endRequirement, "obligations.clock": clock };

export const schedules: readonly Schedule[] = [{
  name: "obligations.clock", cron: "7 * * * *", actor: "obligations",
  run: async (ctx) => { await ctx.enqueue({ kind: "obligations.clock", key: `obligations.clock:${ctx.now.slice(0, 13)}`, payload: {}, priority: 6 }); },
}];

export const events = [
  on<{ personIds: readonly string[] }>("people.changed", "obligations.follow_people", async (ctx, payload, event) => {
    // A portion at a time, so that no unit looks at more than 2,000 people, whoever sent the event.
    for (let i = 0; i < payload.personIds.length; i += portion) {
      await ctx.enqueue({ kind: "obligations.follow", key: `obligations.follow:${event.id}:${i}`, payload: { personIds: payload.personIds.slice(i, i + portion) }, priority: 4 });
    }
  }),
  on<{ requirementId: string }>("requirements.withdrawn", "obligations.end_withdrawn", async (ctx, { requirementId }) => {
    await ctx.enqueue({ kind: "obligations.end_requirement", key: `obligations.end_requirement:${requirementId}`, payload: { requirementId } });
  }),
];
