/** Idempotency keys: the answer is stored in the transaction of its effect, so a repeat gets the same answer and no second effect. */
import { createHash } from "node:crypto";
import type { Ctx } from "../ctx.ts";
import { kernelFailures } from "../errors.ts";

export interface Repeatable { readonly key: string; readonly operation: string; readonly requestHash: string }

/** From the header; undefined when the client sent none. Refuses a malformed key. */
export function repeatable(header: string | string[] | undefined, operation: string, url: string, body: Uint8Array): Repeatable | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== "string" || !/^[A-Za-z0-9_-]{8,128}$/.test(header)) throw kernelFailures.malformed({}, "The Idempotency-Key must have 8 to 128 letters, digits, - or _.");
  return { key: header, operation, requestHash: createHash("sha256").update(operation).update("\n").update(url).update("\n").update(body).digest("hex") };
}

/** The stored answer of a request made before under this key, if there is one; another request under the same key is refused. */
export async function stored(ctx: Pick<Ctx, "db" | "tenantId" | "actor">, by: Repeatable): Promise<Repeat | undefined> {
  const [row] = await ctx.db.rows<{ request_hash: string; answer: unknown }>("SELECT request_hash, answer FROM idempotency_keys WHERE tenant_id = ? AND actor_id = ? AND key = ?", [ctx.tenantId, ctx.actor.id, by.key]);
  if (!row) return undefined;
  if (row.request_hash !== by.requestHash) throw kernelFailures.key_reused();
  return new Repeat(typeof row.answer === "string" ? JSON.parse(row.answer) : row.answer);
}

/** Runs `work` once per key and actor: a repeat returns the stored answer. */
export async function once(ctx: Ctx, by: Repeatable | undefined, work: () => Promise<unknown>): Promise<unknown> {
  if (!by) return work();
  const fresh = await ctx.db.run(
    "INSERT INTO idempotency_keys (tenant_id, actor_id, key, operation, request_hash, answer, created_at) VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    [ctx.tenantId, ctx.actor.id, by.key, by.operation, by.requestHash, "null", ctx.now]);
  if (fresh === 0) {
    const known = await stored(ctx, by);
    if (known) return known;
  }
  const answer = await work();
  await ctx.db.run("UPDATE idempotency_keys SET answer = ? WHERE tenant_id = ? AND actor_id = ? AND key = ?", [JSON.stringify(answer), ctx.tenantId, ctx.actor.id, by.key]);
  return answer;
}

/** Marks a stored answer, so that the kernel does not ask for a second ledger entry. */
export class Repeat {
  readonly answer: unknown;
  constructor(answer: unknown) { this.answer = answer; }
}
