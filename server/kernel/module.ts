/** What a module's `index.ts` hands to `app.ts`. */
import type { Contract, Endpoint, Input, Output } from "./contract.ts";
import type { Ctx, PrepareCtx, Scope } from "./ctx.ts";
import type { EventHandler } from "./events.ts";
import type { JobHandler, Schedule } from "./jobs/types.ts";
import type { FailureTable } from "./errors.ts";

/** An operation that needs slow work first: `prepare` runs outside the transaction and writes nothing. */
export interface Prepared<I, O> {
  prepare(ctx: PrepareCtx, input: I): Promise<unknown>;
  run(ctx: Ctx, input: I, ready: never): Promise<O>;
}
export const prepared = <I, R, O>(prepare: (ctx: PrepareCtx, input: I) => Promise<R>, run: (ctx: Ctx, input: I, ready: R) => Promise<O>): Prepared<I, O> =>
  ({ prepare, run: run as Prepared<I, O>["run"] });

export type Handler<E extends Endpoint> = ((ctx: Ctx, input: Input<E>) => Promise<Output<E>>) | Prepared<Input<E>, Output<E>>;
export type Handlers<C extends Contract> = { readonly [K in keyof C]: Handler<C[K]> };

/** What a loader tells the authorisation about an id: its tenant and, if it belongs to someone, the person. */
export interface Loaded { readonly tenantId: string; readonly personId?: string | null }
export type Loader = (ctx: Ctx, id: string) => Promise<Loaded | undefined>;

export interface Module {
  readonly name: string;
  readonly contract: Contract;
  readonly handlers: Readonly<Record<string, unknown>>;
  readonly failures?: FailureTable<never> | { readonly declared: Readonly<Record<string, readonly [string, string]>> };
  readonly loaders?: Readonly<Record<string, Loader>>;
  readonly jobs?: Readonly<Record<string, JobHandler>>;
  readonly schedules?: readonly Schedule[];
  readonly events?: readonly EventHandler[];
  /** Names of the events the module emits and the audit actions it writes beyond its endpoints', for the catalogue. */
  readonly emits?: readonly string[];
  readonly audits?: readonly string[];
  /** Target kinds whose current rows must equal the newest ledger entry (`muster verify`). */
  readonly states?: readonly LedgerState[];
}

/** Streams the canonical state of every row of one target kind, exactly as `after` was given to `ctx.audit`. */
export interface LedgerState {
  readonly kind: string;
  page(ctx: Ctx, afterId: string, size: number): Promise<readonly { readonly id: string; readonly state: unknown }[]>;
}
export type { Scope };
