/** The port through which a unit of work leaves its ledger entries. The ledger module fills it; the kernel calls it just before COMMIT. */
import { createHash } from "node:crypto";
import type { Actor, AuditChange, AuditEntry } from "./ctx.ts";
import type { Db } from "./db/database.ts";
import { jcs } from "./jcs.ts";

export interface AppendContext {
  readonly db: Db;
  readonly tenantId: string;
  readonly now: string;
  readonly actor: Actor;
  readonly requestId: string;
  newId(): string;
}

export interface LedgerPort {
  /** Writes the entries in the unit's own transaction; if it throws, the unit fails with it. */
  append(context: AppendContext, entries: readonly AuditEntry[]): Promise<void>;
  /** Told how the transaction of `db` ended once it is known; a rolled-back one leaves numbers that the next entry must explain. */
  settled(db: Db, isCommitted: boolean): void;
}

/**
 * One entry for up to 2,000 rows of one kind: holds the hash of each row's canonical state, so that `muster verify` finds every row
 * in its mass entry until the row gets an entry of its own.
 */
export function massChange(kind: string, rows: readonly { readonly id: string; readonly state: unknown }[]): AuditChange {
  const states: Record<string, string> = {};
  const digest = createHash("sha256");
  for (const { id, state } of rows) {
    const canonical = jcs(state);
    states[id] = createHash("sha256").update(canonical).digest("base64url");
    digest.update(`${id} ${canonical}\n`);
  }
  return { after: { kind, states }, rows: { count: rows.length, digest: digest.digest("hex") } };
}
