/** The port through which a unit of work leaves its ledger entries. The ledger module fills it; the kernel calls it just before COMMIT. */
import type { Actor, AuditEntry } from "./ctx.ts";
import type { Db } from "./db/database.ts";

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
