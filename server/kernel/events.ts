/** In-process events: written to the outbox in the transaction of their cause, delivered after the commit, at least once. */
import type { Ctx } from "./ctx.ts";

export interface EventHandler {
  /** `noun.happened` */
  readonly event: string;
  /** `module.verb`: names the subscription in jobs and logs; unique. */
  readonly name: string;
  /** Runs in its own unit of work; must be idempotent, since an event may come twice. */
  handle(ctx: Ctx, payload: never, event: { readonly id: string; readonly at: string }): Promise<void>;
}

export const on = <T>(event: string, name: string, handle: (ctx: Ctx, payload: T, e: { readonly id: string; readonly at: string }) => Promise<void>): EventHandler =>
  ({ event, name, handle: handle as EventHandler["handle"] });
