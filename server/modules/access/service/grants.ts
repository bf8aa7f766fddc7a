/** Who may do what. Rights follow at the next request: they are read with the login, never kept with it. */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Input, Output } from "../../../kernel/contract.ts";
import type { access } from "../contract.ts";
import { fail } from "../failures.ts";
import { isAbove, isRoleCode, permissions, permissionsOf, roleCodes, roles as builtIn } from "../rules.ts";
import { endGrantRow, findGrant, grantState, holders, insertGrant, lockAdministrators } from "../store/grants.ts";
import { listGrants, tenantDay } from "../store/lists.ts";
import type { SqlCondition } from "../scope.ts";

export async function roles(ctx: Ctx): Promise<Output<typeof access.roles>> {
  const held = await holders(ctx, await tenantDay(ctx));
  return {
    permissions: [...permissions],
    rows: roleCodes.map((role) => ({ role, scope: builtIn[role].scope, permissions: [...builtIn[role].permissions], holders: held.get(role) ?? 0 })),
  };
}

export const grants = (ctx: Ctx, input: Input<typeof access.grants>): Promise<Output<typeof access.grants>> => listGrants(ctx, input);

export interface NewGrant { readonly personId: string; readonly role: string; readonly reason: string; readonly scope?: "tenant" | "reports" | "self"; readonly validTo?: string | null | undefined }

/** Gives a role from today on. Refuses `access.role_unknown`, `access.role_held`, `access.above_you`. */
export async function grantOne(ctx: Ctx, wanted: NewGrant): Promise<string> {
  if (!isRoleCode(wanted.role)) throw fail.role_unknown();
  const today = await tenantDay(ctx);
  const scope = wanted.scope ?? builtIn[wanted.role].scope;
  if (isAbove(permissionsOf([{ role: wanted.role, scope, validFrom: today, validTo: null }], today), ctx.actor.permissions)) throw fail.above_you();
  const grant = await insertGrant(ctx, { personId: wanted.personId, role: wanted.role, scope, validFrom: today, validTo: wanted.validTo ?? null }, wanted.reason);
  if (!grant) throw fail.role_held();
  ctx.audit("access.role_granted", { kind: "grant", id: grant.id, version: grant.version }, { after: grantState(grant), reason: wanted.reason, subject: wanted.personId });
  ctx.emit("access.role_granted", { personId: grant.personId, role: grant.role });
  return grant.id;
}

export async function grantRole(ctx: Ctx, input: Input<typeof access.grantRole>): Promise<Output<typeof access.grantRole>> {
  return { id: await grantOne(ctx, input) };
}

export async function endGrant(ctx: Ctx, input: Input<typeof access.endGrant>): Promise<Output<typeof access.endGrant>> {
  const administrators = await lockAdministrators(ctx, await tenantDay(ctx));
  const grant = await findGrant(ctx, input.grantId, ctx.db.sql.forUpdate);
  if (!grant || grant.isEnded) throw fail.grant_ended();
  if (grant.role === "administrator" && administrators.every((a) => a.grantId === grant.id)) throw fail.last_administrator();
  const after = await endGrantRow(ctx, grant);
  ctx.audit("access.grant_ended", { kind: "grant", id: grant.id, version: after.version }, { before: grantState(grant), after: grantState(after), reason: input.reason, subject: grant.personId });
  ctx.emit("access.grant_ended", { personId: grant.personId, role: grant.role });
  return { id: grant.id };
}

/** Refuses `access.last_administrator` when nobody could administer without this account. Holds the administrators' grants. */
export async function requireOtherAdministrator(ctx: Ctx, accountId: string): Promise<void> {
  const administrators = await lockAdministrators(ctx, await tenantDay(ctx));
  if (administrators.length > 0 && administrators.every((a) => a.accountId === accountId)) throw fail.last_administrator();
}

/** People holding a Muster role today, as a subquery of person ids. Everybody with an active account is a learner. */
export async function roleMembers(ctx: Pick<Ctx, "db" | "tenantId" | "now">, role: string): Promise<SqlCondition> {
  if (role === "learner") return { sql: "SELECT a.person_id FROM accounts a WHERE a.tenant_id = ? AND a.state = 'active'", values: [ctx.tenantId] };
  const today = await tenantDay(ctx);
  return {
    sql: "SELECT g.person_id FROM grants g WHERE g.tenant_id = ? AND g.role = ? AND g.ended_at IS NULL AND g.valid_from <= ? AND (g.valid_to IS NULL OR g.valid_to > ?)",
    values: [ctx.tenantId, role, today, today],
  };
}
