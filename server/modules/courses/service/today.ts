import { Temporal } from "temporal-polyfill";
import type { Ctx } from "../../../kernel/ctx.ts";

/** The current day at the organisation's seat. */
export async function today(ctx: Ctx): Promise<string> {
  const [tenant] = await ctx.db.rows<{ zone: string }>("SELECT zone FROM tenants WHERE id = ?", [ctx.tenantId]);
  return Temporal.Instant.from(ctx.now).toZonedDateTimeISO(tenant?.zone ?? "UTC").toPlainDate().toString();
}

export const previousDay = (day: string): string => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
