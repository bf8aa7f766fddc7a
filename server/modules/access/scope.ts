/** Whom an actor may reach: everybody, the line below them, or only themselves. The line itself is the people module's. */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Value } from "../../kernel/db/database.ts";
import type { ScopePort } from "../../kernel/http/session.ts";
import { isReportOf } from "../people/index.ts";

export interface SqlCondition { readonly sql: string; readonly values: readonly Value[] }

/** May the actor use the permission on this person? */
export async function mayReach(ctx: Ctx, permission: string, personId: string): Promise<boolean> {
  const scope = ctx.actor.permissions.get(permission);
  if (scope === "tenant") return true;
  if (scope === undefined || ctx.actor.personId === null) return false;
  if (personId === ctx.actor.personId) return true;
  return scope === "reports" && isReportOf(ctx, ctx.actor.personId, personId);
}

export const scopePort: ScopePort = { isReportOf };
