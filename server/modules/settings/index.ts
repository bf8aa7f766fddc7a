/**
 * Settings: what one company chose for itself (name, default zone and language, brand, signature on certificates), each change audited.
 * Who may reach Muster, and where, is the operator's configuration and is only shown here. It knows no people and no courses.
 */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Handlers, LedgerState, Module } from "../../kernel/module.ts";
import { settings as contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { ledgerState } from "./rules.ts";
import * as service from "./service.ts";
import { tenant, type Tenant } from "./store.ts";

export { lookOf, setting } from "./service.ts";
export type { Look } from "./rules.ts";
export type { Tenant } from "./store.ts";

/** Name, default zone and default language of the tenant. */
export const tenantOf = (ctx: Pick<Ctx, "db" | "tenantId">): Promise<Tenant> => tenant(ctx);

/** From the first change on; what the set-up chose has its own entry. */
const state: LedgerState = {
  kind: "company",
  async page(ctx, afterId) {
    const now = await service.company(ctx);
    return now.rowVersion === 0 || ctx.tenantId <= afterId ? [] : [{ id: ctx.tenantId, state: ledgerState(now) }];
  },
};

export const settingsModule: Module = {
  name: "settings", contract, failures: fail, states: [state], emits: ["settings.changed"],
  handlers: { company: service.company, changeCompany: service.changeCompany, brand: service.brand } satisfies Handlers<typeof contract>,
};
