import { shiftInstant } from "../../../kernel/clock.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { overdueAt, sleepMs } from "../rules.ts";
import { forgetRenewals } from "../store/assign.ts";
import * as store from "../store/clock.ts";
import { digestOf } from "./assign.ts";

/** Opens the next cycle of those whose renewal window has opened, due on the day their validity ends. The number of obligations seen. */
export async function openRenewals(ctx: Ctx, batchId: string, size: number): Promise<number> {
  const due = await store.renewable(ctx, size);
  if (due.length === 0) return 0;
  const opened = await store.openRenewals(ctx, due.map((r) => ({
    obligation_id: r.obligation_id, person_id: r.person_id, requirement_id: r.requirement_id, course_id: r.course_id, number: Number(r.number) + 1,
    due_on: r.through_on, due_zone: r.zone, due_at: r.through_at, overdue_at: overdueAt(r.through_on, Number(r.grace_days), r.zone),
  })));
  await forgetRenewals(ctx, due.map((r) => r.obligation_id));
  ctx.audit("obligations.cycle_opened", { kind: "obligation_batch", id: batchId }, { after: { openedCount: opened.length }, rows: digestOf(opened.map((o) => `${o.obligation_id} ${o.person_id} ${o.id} ${o.due_on}`)) });
  ctx.emit("obligations.cycle_opened", { count: opened.length });
  return due.length;
}

/** Closes cycles that have slept long enough after their last reason ended. */
export async function closeSleeping(ctx: Ctx, batchId: string, size: number): Promise<number> {
  const before = shiftInstant(ctx.now, -sleepMs);
  const found = await store.sleeping(ctx, before, size);
  if (found.length === 0) return 0;
  await store.withdraw(ctx, found.map((c) => c.id));
  ctx.audit("obligations.cycle_closed", { kind: "obligation_batch", id: batchId }, { after: { closeCode: "withdrawn", closedCount: found.length }, rows: digestOf(found.map((c) => `${c.id} ${c.obligation_id} ${c.person_id}`)) });
  ctx.emit("obligations.cycle_closed", { count: found.length, closeCode: "withdrawn" });
  return found.length;
}
