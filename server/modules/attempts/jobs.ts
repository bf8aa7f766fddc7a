/** Sittings whose time has ended while nobody looked are graded with what was saved. */
import { Temporal } from "temporal-polyfill";
import type { Ctx } from "../../kernel/ctx.ts";
import type { JobHandler, Schedule } from "../../kernel/jobs/types.ts";
import { version as courseVersion } from "../courses/index.ts";
import { graceMs, isOver } from "./rules.ts";
import { closeSitting } from "./service/submit.ts";
import { findToClose, overdue } from "./store/sittings.ts";

const batch = 20;
const before = (now: string): string => Temporal.Instant.from(now).subtract({ milliseconds: graceMs }).toString({ smallestUnit: "millisecond" });

async function closeSome(ctx: Ctx): Promise<number> {
  const ids = await overdue(ctx, before(ctx.now), batch);
  for (const id of ids) {
    const seat = await findToClose(ctx, id);
    if (seat?.sitting.state !== "open" || seat.attempt.state !== "open" || !isOver(seat.sitting.dueAt, ctx.now)) continue;
    await closeSitting(ctx, seat, await courseVersion(ctx, seat.attempt.versionId), []);
  }
  return ids.length;
}

export const closeExpired: JobHandler = {
  actor: "sittings",
  async run(job) {
    let closed = 0;
    while (!job.stopping()) {
      const n = await job.unit(async (ctx) => { const value = await closeSome(ctx); return { value, done: closed + value }; });
      closed += n;
      if (n < batch) break;
    }
    return { closed };
  },
};

export const schedules: readonly Schedule[] = [{
  name: "attempts.close_expired", cron: "* * * * *", actor: "sittings",
  async run(ctx) {
    if ((await overdue(ctx, before(ctx.now), 1)).length > 0) await ctx.enqueue({ kind: "attempts.close_expired", key: `attempts.close_expired:${ctx.now.slice(0, 16)}`, priority: 2 });
  },
}];
