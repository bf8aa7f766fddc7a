/**
 * Proofs: immutable records that a person met a course: instant, basis, how sure we are.
 * Never downgraded, re-dated or removed; a revocation is a record too. Recorded and revoked only through obligations.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { ledgerState } from "./rules.ts";
import { get, list } from "./service.ts";
import { find, statePage } from "./store.ts";

export { contract };
export { ofPerson, record, revoke } from "./service.ts";
export { inOrgUnit, likeOf } from "./store.ts";
export type { Proof } from "./rules.ts";

export const proofsModule: Module = {
  name: "proofs", contract, failures: fail, audits: ["proofs.recorded", "proofs.revoked"], emits: ["proofs.recorded", "proofs.revoked"],
  handlers: { list, get } satisfies Handlers<typeof contract>,
  loaders: {
    proof: async (ctx, id) => {
      const proof = await find(ctx, id);
      return proof && { tenantId: ctx.tenantId, personId: proof.personId };
    },
  },
  states: [{ kind: "proof", page: async (ctx, afterId, size) => (await statePage(ctx, afterId, size)).map((p) => ({ id: p.id, state: ledgerState(p) })) }],
};
