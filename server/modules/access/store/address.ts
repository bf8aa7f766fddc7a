import type { Ctx } from "../../../kernel/ctx.ts";

/** The public address this Muster answers at, as set up; "" before the first start (links are then relative). Never taken from a request's Host. */
export async function publicAddress(ctx: Pick<Ctx, "db">): Promise<string> {
  const [row] = await ctx.db.rows<{ value: string }>("SELECT value FROM instance_facts WHERE name = 'public_url'");
  return row?.value ?? "";
}
