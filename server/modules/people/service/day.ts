import type { Ctx } from "../../../kernel/ctx.ts";
import { today } from "../rules.ts";

/** The company's zone. */
export async function companyZone(ctx: Ctx): Promise<string> {
  const [row] = await ctx.db.rows<{ zone: string }>("SELECT zone FROM tenants WHERE id = ?", [ctx.tenantId]);
  return row?.zone ?? "UTC";
}

/** Today's date at the company. */
export const companyDay = async (ctx: Ctx): Promise<string> => today(ctx.now, await companyZone(ctx));
