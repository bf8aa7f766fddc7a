/**
 * Obligations: the one record that a person owes a requirement, its dated reasons and its numbered cycles.
 * One obligation per person and requirement for ever; it ends only with its last reason; at most one cycle is open, a closed one never re-opens.
 * `credit` is the one door to a proof, `revokeProof` its only counterpart. Never: deletes a row, re-dates a proof, lets content set a status.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { events, jobs, schedules } from "./jobs.ts";
import { revokeProof } from "./service/credit.ts";
import { counts, list, mine, mineWhy, why } from "./service/read.ts";
import { ownerOf } from "./store/read.ts";

export { contract };
export { credit, type Credit, type Credited } from "./service/credit.ts";
export { assign, dueRows, endUnfounded, type Batch } from "./service/assign.ts";
export { zones } from "./store/assign.ts";
export { condition, orders, presentCycle, presentRow } from "./service/read.ts";
export { cycles, heads } from "./store/read.ts";
export { addDays, dayIn, earnedValidity, endOfDay, floorOf, mondayOf, startOfDay } from "./rules.ts";

export const obligationsModule: Module = {
  name: "obligations", contract, failures: fail, jobs, schedules, events,
  emits: ["obligations.started", "obligations.ended", "obligations.cycle_opened", "obligations.cycle_closed", "obligations.due_changed"],
  audits: ["obligations.started", "obligations.ended", "obligations.cycle_opened", "obligations.cycle_closed", "obligations.due_changed"],
  handlers: { mine, mineWhy, why, list, counts, revokeProof } satisfies Handlers<typeof contract>,
  loaders: {
    obligation: async (ctx, id) => {
      const personId = await ownerOf(ctx, id);
      return personId === undefined ? undefined : { tenantId: ctx.tenantId, personId };
    },
  },
};
