import type { Ctx } from "../../../kernel/ctx.ts";

/** As little as is needed to tell people apart and to know who is above whom: one row per employment, or one for a person without. */
export interface RosterRow {
  readonly personId: string;
  readonly employmentId: string | null;
  readonly number: string | null;
  readonly email: string | null;
  readonly name: string;
  readonly isActive: boolean;
  readonly superiorId: string | null;
}

/** The next `size` employments after `afterId` (by id); people without an employment come in `unemployed`. */
export async function roster(ctx: Ctx, afterId: string, size: number): Promise<RosterRow[]> {
  const rows = await ctx.db.rows<Omit<RosterRow, "isActive"> & { state: string }>(
    `SELECT e.id AS "employmentId", e.person_id AS "personId", e.employee_number AS number, p.email, p.display_name AS name, e.state, s.superior_id AS "superiorId"
     FROM employments e JOIN people p ON p.id = e.person_id AND p.state = 'active' LEFT JOIN superiors s ON s.employment_id = e.id AND s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid'
     WHERE e.tenant_id = ? AND e.id > ? ORDER BY e.id LIMIT ?`, [ctx.tenantId, afterId, size]);
  return rows.map(({ state, ...r }) => ({ ...r, isActive: state === "active" }));
}

export async function unemployed(ctx: Ctx): Promise<RosterRow[]> {
  const rows = await ctx.db.rows<{ personId: string; email: string | null; name: string }>(
    `SELECT p.id AS "personId", p.email, p.display_name AS name FROM people p WHERE p.tenant_id = ? AND p.state = 'active' AND NOT EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id)`, [ctx.tenantId]);
  return rows.map((r) => ({ ...r, employmentId: null, number: null, isActive: false, superiorId: null }));
}
