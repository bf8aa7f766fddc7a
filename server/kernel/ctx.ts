/**
 * What one operation may touch: one transaction, one actor, one clock. Never global, never optional.
 * Inside a unit of work only `ctx.db` may be awaited; slow or outside work belongs to `prepare`.
 */
import type { Readable } from "node:stream";
import type { Logger } from "pino";
import type { Db } from "./db/database.ts";
import type { Files } from "./files.ts";
import type { WorkerPool } from "./workers.ts";

export type ActorKind = "person" | "system" | "plugin" | "anonymous";

/** Which people an actor may see: everybody of the tenant, those below them in the line, or only themselves. */
export type Scope = "tenant" | "reports" | "self";

export interface Actor {
  readonly kind: ActorKind;
  /** Person id, name of the system actor ("reminders"), plugin id, or "anonymous". Written into every ledger entry. */
  readonly id: string;
  readonly personId: string | null;
  readonly accountId: string | null;
  readonly loginId: string | null;
  /** Permission → widest scope in which it is held. */
  readonly permissions: ReadonlyMap<string, Scope>;
  readonly language: string;
}

/** The thing an entry is about. `version` is the target's row version after the change; left out, the ledger counts. */
export interface Target { readonly kind: string; readonly id: string; readonly version?: number }

export interface AuditChange {
  /** Canonical states (plain JSON: strings, booleans, integers, arrays, objects, null) before and after. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** Whose personal data before/after hold; they are then readable only while that person's key exists. */
  readonly subject?: string;
  /** Mass changes: number of rows and SHA-256 (hex) over their canonical lines; one entry per ≤ 2,000 rows. */
  readonly rows?: { readonly count: number; readonly digest: string };
}

export interface AuditEntry extends AuditChange { readonly action: string; readonly target: Target }
export interface EmittedEvent { readonly id: string; readonly name: string; readonly payload: unknown }

export interface Enqueue {
  readonly kind: string;
  /** At most one job per key, ever, until it is purged; a repeat is a no-op. */
  readonly key: string;
  readonly payload?: unknown;
  /** ISO instant; default now. */
  readonly runAt?: string;
  /** 0 first, 9 last; default 5. */
  readonly priority?: number;
  readonly total?: number;
}

export interface Upload { readonly sha256: string; readonly size: number; readonly name: string; readonly type: string }

export interface Ctx {
  readonly actor: Actor;
  readonly tenantId: string;
  readonly db: Db;
  /** ISO-8601 UTC, the same for the whole operation. */
  readonly now: string;
  readonly requestId: string;
  /** Address of the peer, for limits; "-" for jobs. */
  readonly peer: string;
  readonly agent: string;
  readonly log: Logger;
  readonly upload: Upload | null;
  /** Set by endpoints that start or end a login; the kernel turns it into the cookie after the commit. */
  setLogin(token: string | null, expiresAt?: string): void;
  /** Token by which a browser is known again, from its own long-lived cookie; worth nothing but a budget of tries at sign-in. */
  readonly device: string | null;
  /** Hands such a token over after the commit. */
  setDevice(token: string, expiresAt: string): void;
  newId(): string;
  audit(action: string, target: Target, change?: AuditChange): void;
  emit(name: string, payload: unknown): void;
  /** Queues a job in this very transaction; resolves to the job's id (a repeat of a key gives the existing one). */
  enqueue(job: Enqueue): Promise<string>;
}

/** What `prepare` may touch: everything slow, nothing that writes. `db` is read-only here. */
export interface PrepareCtx extends Omit<Ctx, "audit" | "emit" | "enqueue" | "setLogin" | "setDevice"> {
  readonly files: Files;
  readonly workers: WorkerPool;
}

export const anonymous: Actor = { kind: "anonymous", id: "anonymous", personId: null, accountId: null, loginId: null, permissions: new Map(), language: "en" };

/** A named part of Muster acting by itself; it holds every permission, and its name stands in the ledger. */
export const systemActor = (name: string): Actor => ({ kind: "system", id: name, personId: null, accountId: null, loginId: null, permissions: everything, language: "en" });

class EveryPermission extends Map<string, Scope> {
  override get(): Scope { return "tenant"; }
  override has(): boolean { return true; }
}
const everything: ReadonlyMap<string, Scope> = new EveryPermission();
export type { Readable };
