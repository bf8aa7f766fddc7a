/**
 * Ledger: every change leaves an entry in the transaction of the change itself, and one sealer puts the entries into a signed Merkle
 * tree that nobody can edit, reorder or cut unseen. Entries are appended and never changed; personal values lie apart, under the
 * person's key, so that they can be erased while the ledger still verifies. It never decides whether a change is allowed.
 */
import type { Keys } from "../../kernel/keys.ts";
import type { Handlers, Module } from "../../kernel/module.ts";
import { ledger as contract } from "./contract.ts";
import { exportWith } from "./export.ts";
import { fail } from "./failures.ts";
import { checkpoint, checkpoints, consistency, entries, entryWith, facets, keyWith, summaryWith } from "./service.ts";
import { tenantOf } from "./store.ts";

export { ledgerPort, type Ledger } from "./append.ts";
export type { Inclusion } from "./contract.ts";
export { startSealer, type Sealer, type SealerStatus } from "./sealer.ts";
export { inclusionOf } from "./service.ts";
export { newestCheckpoint as lastCheckpoint, oldestWaiting as oldestUnsealed } from "./seal-store.ts";
export { Unreadable, verifyLedger, type Finding, type Verification, type VerifyOptions } from "./verify.ts";

export const ledgerModule = (keys: Keys): Module => ({
  name: "ledger", contract, failures: fail, audits: ["ledger.exported"],
  handlers: {
    entries, facets, checkpoints, consistency, checkpoint, entry: entryWith(keys), exportEntries: exportWith(keys), summary: summaryWith(keys), key: keyWith(keys),
  } satisfies Handlers<typeof contract>,
  loaders: { ledgerEntry: async (ctx, id) => { const tenantId = await tenantOf(ctx, id); return tenantId === undefined ? undefined : { tenantId }; } },
});
