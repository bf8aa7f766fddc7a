/** The line: who is above and below whom. Every walk ends, whatever loops the rows hold (UNION drops what was seen). */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Value } from "../../../kernel/db/database.ts";

export interface Condition { readonly sql: string; readonly values: readonly Value[] }

const current = "s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid'";

/** People ids below `personId`, directly and through others, themselves not among them. */
export const below = (tenantId: string, personId: string): Condition => ({
  sql: `SELECT b.id FROM (WITH RECURSIVE under(id) AS (
      SELECT e.person_id FROM superiors s JOIN employments e ON e.id = s.employment_id AND e.state = 'active' WHERE s.superior_id = ? AND s.tenant_id = ? AND ${current}
      UNION SELECT e.person_id FROM under u JOIN superiors s ON s.superior_id = u.id AND ${current} JOIN employments e ON e.id = s.employment_id AND e.state = 'active'
    ) SELECT id FROM under) b WHERE b.id <> ?`,
  values: [personId, tenantId, personId],
});

/**
 * Condition on `column` (a person id) that keeps a list within what the actor may see with `permission`:
 * everybody, those below them, or only themselves. Without the permission nobody.
 */
export function visiblePeople(ctx: Ctx, permission: string, column = "p.id"): Condition {
  const scope = ctx.actor.permissions.get(permission);
  if (scope === "tenant") return { sql: "1 = 1", values: [] };
  if (scope === undefined || ctx.actor.personId === null) return { sql: "1 = 0", values: [] };
  if (scope === "self") return { sql: `${column} = ?`, values: [ctx.actor.personId] };
  const set = below(ctx.tenantId, ctx.actor.personId);
  return { sql: `${column} IN (${set.sql})`, values: set.values };
}

export async function reportsOf(ctx: Ctx, personId: string): Promise<string[]> {
  const set = below(ctx.tenantId, personId);
  return (await ctx.db.rows<{ id: string }>(set.sql, set.values)).map((r) => r.id);
}

export async function isReportOf(ctx: Ctx, superiorId: string, personId: string): Promise<boolean> {
  const set = below(ctx.tenantId, superiorId);
  return (await ctx.db.rows(`SELECT 1 AS one FROM (${set.sql}) r WHERE r.id = ?`, [...set.values, personId])).length > 0;
}

export interface Link { readonly id: string; readonly name: string }

/** From the direct superior upwards, at most 20; ends where a loop would begin. */
export async function superiorsOf(ctx: Ctx, personId: string): Promise<Link[]> {
  const rows = await ctx.db.rows<Link & { depth: number }>(
    `WITH RECURSIVE above(id, depth) AS (
       SELECT s.superior_id, 1 FROM employments e JOIN superiors s ON s.employment_id = e.id AND ${current} WHERE e.person_id = ? AND e.tenant_id = ? AND e.state = 'active'
       UNION SELECT s.superior_id, a.depth + 1 FROM above a JOIN employments e ON e.person_id = a.id AND e.state = 'active' JOIN superiors s ON s.employment_id = e.id AND ${current} WHERE a.depth < 20
     ) SELECT p.id, p.display_name AS name, min(a.depth) AS depth FROM above a JOIN people p ON p.id = a.id GROUP BY p.id, p.display_name ORDER BY depth, p.id`, [personId, ctx.tenantId]);
  return rows.filter((r) => r.id !== personId).map(({ id, name }) => ({ id, name }));
}

/** Those of `personIds` who are above themselves now. */
export async function loopingAmong(ctx: Ctx, personIds: readonly string[]): Promise<Set<string>> {
  const rows = await ctx.db.rows<{ start: string }>(
    `WITH RECURSIVE above(start, id) AS (
       SELECT t.id, s.superior_id FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN employments e ON e.person_id = t.id AND e.state = 'active' JOIN superiors s ON s.employment_id = e.id AND ${current}
       UNION SELECT a.start, s.superior_id FROM above a JOIN employments e ON e.person_id = a.id AND e.state = 'active' JOIN superiors s ON s.employment_id = e.id AND ${current} WHERE a.start <> a.id
     ) SELECT DISTINCT start FROM above WHERE start = id`, [JSON.stringify(personIds.map((id) => ({ id })))]);
  return new Set(rows.map((r) => r.start));
}
