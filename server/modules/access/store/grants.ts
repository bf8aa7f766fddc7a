import type { Ctx } from "../../../kernel/ctx.ts";

export interface Grant {
  readonly id: string; readonly personId: string; readonly role: string; readonly scope: string; readonly validFrom: string; readonly validTo: string | null;
  readonly isEnded: boolean; readonly version: number;
}
interface GrantRecord { id: string; person_id: string; role: string; scope: string; valid_from: string; valid_to: string | null; ended_at: string | null; row_version: number }
const toGrant = (r: GrantRecord): Grant =>
  ({ id: r.id, personId: r.person_id, role: r.role, scope: r.scope, validFrom: r.valid_from, validTo: r.valid_to, isEnded: r.ended_at !== null, version: r.row_version });
const columns = "id, person_id, role, scope, valid_from, valid_to, ended_at, row_version";

/** Canonical state of a grant in the ledger. */
export const grantState = (g: Grant): Record<string, string | boolean | null> =>
  ({ personId: g.personId, role: g.role, scope: g.scope, validFrom: g.validFrom, validTo: g.validTo, isEnded: g.isEnded });

export async function findGrant(ctx: Pick<Ctx, "db" | "tenantId">, id: string, lock = ""): Promise<Grant | undefined> {
  const [row] = await ctx.db.rows<GrantRecord>(`SELECT ${columns} FROM grants WHERE tenant_id = ? AND id = ? ${lock}`, [ctx.tenantId, id]);
  return row && toGrant(row);
}

export async function insertGrant(ctx: Ctx, g: Pick<Grant, "personId" | "role" | "scope" | "validFrom" | "validTo">, reason: string): Promise<Grant | undefined> {
  const id = ctx.newId();
  const made = await ctx.db.run(
    `INSERT INTO grants (id, tenant_id, person_id, role, scope, valid_from, valid_to, recorded_at, reason, granted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [id, ctx.tenantId, g.personId, g.role, g.scope, g.validFrom, g.validTo, ctx.now, reason, ctx.actor.id]);
  return made === 0 ? undefined : { ...g, id, isEnded: false, version: 1 };
}

export async function endGrantRow(ctx: Ctx, g: Grant): Promise<Grant> {
  await ctx.db.run("UPDATE grants SET ended_at = ?, row_version = row_version + 1 WHERE id = ? AND tenant_id = ?", [ctx.now, g.id, ctx.tenantId]);
  return { ...g, isEnded: true, version: g.version + 1 };
}

/**
 * Administrators without an end date whose account is active, their grants held for this unit: of two who
 * take the role from each other at the same time the second waits and then sees what the first did.
 */
export async function lockAdministrators(ctx: Ctx, today: string): Promise<readonly { grantId: string; accountId: string }[]> {
  const grants = await ctx.db.rows<{ id: string; person_id: string }>(
    `SELECT id, person_id FROM grants WHERE tenant_id = ? AND role = 'administrator' AND ended_at IS NULL AND valid_to IS NULL AND valid_from <= ? ORDER BY id ${ctx.db.sql.forUpdate}`, [ctx.tenantId, today]);
  const accounts = await ctx.db.rows<{ id: string; person_id: string }>(
    `SELECT a.id, a.person_id FROM accounts a JOIN people p ON p.id = a.person_id AND p.state = 'active'
     WHERE a.state = 'active' AND a.person_id IN (SELECT t.id FROM ${ctx.db.sql.rowsOf({ id: "text" })})`, [JSON.stringify(grants.map((g) => ({ id: g.person_id })))]);
  const open = new Map(accounts.map((a) => [a.person_id, a.id]));
  return grants.flatMap((g) => { const accountId = open.get(g.person_id); return accountId === undefined ? [] : [{ grantId: g.id, accountId }]; });
}

export async function holders(ctx: Pick<Ctx, "db" | "tenantId">, today: string): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.db.rows<{ role: string; n: number }>(
    `SELECT g.role, count(DISTINCT g.person_id) AS n FROM grants g JOIN people p ON p.id = g.person_id AND p.state = 'active'
     WHERE g.tenant_id = ? AND g.ended_at IS NULL AND g.valid_from <= ? AND (g.valid_to IS NULL OR g.valid_to > ?) GROUP BY g.role`, [ctx.tenantId, today, today]);
  return new Map(rows.map((r) => [r.role, r.n]));
}
