import type { z } from "zod";
import type { Input, Output } from "../../kernel/contract.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { settings } from "./contract.ts";
import { fail } from "./failures.ts";
import { changedFields, firstLook, ledgerState, Look } from "./rules.ts";
import * as store from "./store.ts";

type C = typeof settings;
const companyRow = "company";

/** One setting of the tenant, checked; `fallback` while nobody has set it. A stored value of an older shape counts as not set. */
export async function setting<T extends z.ZodType>(ctx: Pick<Ctx, "db" | "tenantId">, name: string, schema: T, fallback: z.output<T>): Promise<z.output<T>> {
  const row = await store.find(ctx, name);
  const parsed = row === undefined ? undefined : schema.safeParse(row.value);
  return parsed?.success ? parsed.data : fallback;
}

/** Brand colour and certificate signature. */
export const lookOf = (ctx: Pick<Ctx, "db" | "tenantId">): Promise<Look> => setting(ctx, companyRow, Look, firstLook);

export async function company(ctx: Ctx): Promise<Output<C["company"]>> {
  const { name, zone, language } = await store.tenant(ctx);
  const row = await store.find(ctx, companyRow);
  return { name, zone, language, ...await lookOf(ctx), publicUrl: await store.publicUrl(ctx), rowVersion: row?.rowVersion ?? 0 };
}

export async function changeCompany(ctx: Ctx, { rowVersion, reason, ...wanted }: Input<C["changeCompany"]>): Promise<Output<C["changeCompany"]>> {
  const before = await company(ctx);
  if (before.rowVersion !== rowVersion || !(await store.put(ctx, companyRow, { accent: wanted.accent, signatureLine: wanted.signatureLine }, rowVersion))) throw fail.changed_meanwhile();
  await store.changeTenant(ctx, wanted);
  const names = changedFields(ledgerState(before), ledgerState(wanted));
  ctx.audit("settings.changed", { kind: "company", id: ctx.tenantId }, { before: ledgerState(before), after: ledgerState(wanted), ...(reason === undefined ? {} : { reason }) });
  if (names.length > 0) ctx.emit("settings.changed", { names });
  return company(ctx);
}

export async function brand(ctx: Ctx): Promise<Output<C["brand"]>> {
  const { name, language } = await store.tenant(ctx);
  return { name, language, accent: (await lookOf(ctx)).accent };
}
