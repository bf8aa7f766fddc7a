import type { Ctx } from "../../kernel/ctx.ts";
import type { Value } from "../../kernel/db/database.ts";
import { count, id, instant, json, ref, table, text, withDefault } from "../../kernel/db/columns.ts";
import type { Condition } from "./contract.ts";
import type { Unit } from "./rules.ts";
import type { Sql } from "./select.ts";

const audiences = table("audiences", { id: id(), tenantId: ref(), name: text(), createdAt: instant(), rowVersion: withDefault(count(), 1) });
const rules = table("audience_rules", { id: id(), tenantId: ref(), audienceId: ref(), edition: count(), condition: json<Condition>(), createdAt: instant(), createdBy: text() });

export async function insertAudience(ctx: Ctx, name: string): Promise<string> {
  const audienceId = ctx.newId();
  await ctx.db("audiences").insert(audiences.toRow({ id: audienceId, tenantId: ctx.tenantId, name, createdAt: ctx.now, rowVersion: 1 }));
  return audienceId;
}

export async function insertRule(ctx: Ctx, audienceId: string, edition: number, condition: Condition): Promise<string> {
  const ruleId = ctx.newId();
  await ctx.db("audience_rules").insert(rules.toRow({ id: ruleId, tenantId: ctx.tenantId, audienceId, edition, condition, createdAt: ctx.now, createdBy: ctx.actor.id }));
  return ruleId;
}

export async function lastEdition(ctx: Ctx, audienceId: string): Promise<{ ruleId: string; edition: number; condition: Condition } | undefined> {
  const row = await ctx.db("audience_rules").where({ tenant_id: ctx.tenantId, audience_id: audienceId }).orderBy("edition", "desc").first();
  if (!row) return undefined;
  const r = rules.fromRow(row);
  return { ruleId: r.id, edition: r.edition, condition: r.condition };
}

export async function conditionsOf(ctx: Ctx, ruleIds: readonly string[]): Promise<Map<string, Condition>> {
  const rows = await ctx.db("audience_rules").where({ tenant_id: ctx.tenantId }).whereIn("id", ruleIds);
  return new Map(rows.map((row) => { const r = rules.fromRow(row); return [r.id, r.condition]; }));
}

export const orgUnits = (ctx: Pick<Ctx, "db" | "tenantId">): Promise<Unit[]> =>
  ctx.db.rows<Unit>(`SELECT id, parent_id AS "parentId", name FROM org_units WHERE tenant_id = ?`, [ctx.tenantId]);

export async function personNames(ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db.rows<{ id: string; name: string }>(
    `SELECT p.id, p.display_name AS name FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k JOIN people p ON p.id = k.id WHERE p.tenant_id = ?`,
    [JSON.stringify(ids.map((id) => ({ id }))), ctx.tenantId]);
  return new Map(rows.map((r) => [r.id, r.name]));
}

export async function countPeople(ctx: Pick<Ctx, "db">, members: Sql): Promise<number> {
  const [row] = await ctx.db.rows<{ n: number }>(`SELECT count(DISTINCT person_id) AS n FROM (${members.sql}) m`, members.values);
  return row?.n ?? 0;
}

export interface SampleRow { person_id: string; display_name: string; org_unit: string | null; position: string | null; explanation: unknown }
export const sample = (ctx: Ctx, members: Sql, size: number): Promise<SampleRow[]> => ctx.db.rows<SampleRow>(
  `SELECT m.person_id, p.display_name, u.name AS org_unit, e.position, m.explanation FROM (${members.sql}) m JOIN people p ON p.id = m.person_id
   LEFT JOIN employments e ON e.id = m.employment_id LEFT JOIN org_units u ON u.id = e.org_unit_id ORDER BY p.sort_name, p.id LIMIT ${size}`, members.values);

const counted = (ctx: Ctx, sql: string, values: readonly Value[] = []): Promise<Record<string, unknown>[]> => ctx.db.rows(sql, [...values, ctx.tenantId]);
export async function namable(ctx: Ctx): Promise<{ orgUnits: Record<string, unknown>[]; positions: Record<string, unknown>[]; roles: Record<string, unknown>[] }> {
  return {
    orgUnits: await counted(ctx, `SELECT u.id, u.name, u.path, u.parent_id, count(e.id) AS n FROM org_units u LEFT JOIN employments e ON e.org_unit_id = u.id AND e.state = 'active'
      WHERE u.tenant_id = ? AND u.closed_on IS NULL GROUP BY u.id, u.name, u.path, u.parent_id ORDER BY u.path`),
    positions: await counted(ctx, "SELECT position, count(*) AS n FROM employments WHERE tenant_id = ? AND state = 'active' AND position IS NOT NULL GROUP BY position ORDER BY n DESC, position LIMIT 500"),
    roles: await counted(ctx, "SELECT role, count(DISTINCT person_id) AS n FROM grants WHERE tenant_id = ? AND ended_at IS NULL GROUP BY role ORDER BY role"),
  };
}
