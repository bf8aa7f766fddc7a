import type { Ctx } from "../../../kernel/ctx.ts";
import { tenantOf } from "../../settings/index.ts";
import { today } from "../rules.ts";

/** The company's zone. */
export const companyZone = async (ctx: Ctx): Promise<string> => (await tenantOf(ctx)).zone;

/** Today's date at the company. */
export const companyDay = async (ctx: Ctx): Promise<string> => today(ctx.now, await companyZone(ctx));
