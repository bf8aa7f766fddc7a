import type { Ctx } from "../../../kernel/ctx.ts";

/** The configured public address; "" before set-up (links are then relative). Never taken from a request's Host. */
export async function publicAddress(ctx: Pick<Ctx, "db" | "tenantId">): Promise<string> {
  const [row] = await ctx.db.rows<{ value: unknown }>("SELECT value FROM settings WHERE tenant_id = ? AND name = 'public_url'", [ctx.tenantId]);
  const value: unknown = typeof row?.value === "string" && row.value.startsWith('"') ? JSON.parse(row.value) : row?.value;
  return typeof value === "string" ? value : "";
}
