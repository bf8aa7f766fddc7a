import type { Ctx } from "../../../kernel/ctx.ts";

/**
 * `people.changed`: sent for every change, by hand or in mass, with at most 2,000 ids. Who needs to follow people listens
 * to this one; the finer events exist for changes by hand only. `endedPersonIds` lost an active employment.
 */
export interface PeopleChanged { readonly personIds: readonly string[]; readonly endedPersonIds: readonly string[]; readonly source: string; readonly sourceId: string | null }

export function announce(ctx: Ctx, change: PeopleChanged): void {
  if (change.personIds.length > 0) ctx.emit("people.changed", change);
}
