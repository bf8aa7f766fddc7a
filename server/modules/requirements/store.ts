import type { Ctx } from "../../kernel/ctx.ts";
import type { Value } from "../../kernel/db/database.ts";
import { code, count, day, id, instant, json, optional, ref, table, text, withDefault, type RowOf } from "../../kernel/db/columns.ts";
import type { DueRule, Figures, Validity } from "./contract.ts";
import { figuresOf, figuresSql, figuresValues, openCycle, owedSql, type FiguresRow } from "./figures.ts";

const requirements = table("requirements", {
  id: id(), tenantId: ref(), code: text(), title: text(), reason: text(), state: code("draft", "live", "withdrawn"), courseId: ref(), liveRuleId: optional(ref()),
  createdAt: instant(), createdBy: text(), rowVersion: withDefault(count(), 1),
});
const rules = table("requirement_rules", {
  id: id(), tenantId: ref(), requirementId: ref(), edition: count(), audienceId: ref(), audienceRuleId: ref(), due: json<DueRule>(), validity: json<Validity>(), graceDays: count(), windowDays: count(),
  effectiveOn: optional(day()), state: code("draft", "live", "ended"), createdAt: instant(), createdBy: text(), publishedAt: optional(instant()), publishedBy: optional(text()), rowVersion: withDefault(count(), 1),
});
export type RequirementRecord = RowOf<typeof requirements.columns>;
export type RuleRecord = RowOf<typeof rules.columns>;

export async function find(ctx: Ctx, requirementId: string): Promise<RequirementRecord | undefined> {
  const row = await ctx.db("requirements").where({ tenant_id: ctx.tenantId, id: requirementId }).first();
  return row ? requirements.fromRow(row) : undefined;
}
export async function findRule(ctx: Ctx, ruleId: string): Promise<RuleRecord | undefined> {
  const row = await ctx.db("requirement_rules").where({ tenant_id: ctx.tenantId, id: ruleId }).first();
  return row ? rules.fromRow(row) : undefined;
}
export async function rulesOf(ctx: Ctx, requirementIds: readonly string[]): Promise<RuleRecord[]> {
  return (await ctx.db("requirement_rules").where({ tenant_id: ctx.tenantId }).whereIn("requirement_id", requirementIds).orderBy([{ column: "requirement_id" }, { column: "edition", order: "desc" }])).map((r) => rules.fromRow(r));
}
export async function live(ctx: Ctx): Promise<{ requirement: RequirementRecord; rule: RuleRecord }[]> {
  const found = (await ctx.db("requirements").where({ tenant_id: ctx.tenantId, state: "live" }).orderBy("id")).map((r) => requirements.fromRow(r));
  const byId = new Map((await ctx.db("requirement_rules").where({ tenant_id: ctx.tenantId, state: "live" })).map((r) => { const rule = rules.fromRow(r); return [rule.id, rule]; }));
  return found.flatMap((requirement) => {
    const rule = byId.get(requirement.liveRuleId ?? "");
    return rule ? [{ requirement, rule }] : [];
  });
}

export const insert = async (ctx: Ctx, r: RequirementRecord): Promise<void> => { await ctx.db("requirements").insert(requirements.toRow(r)); };
export const insertRule = async (ctx: Ctx, r: RuleRecord): Promise<void> => { await ctx.db("requirement_rules").insert(rules.toRow(r)); };
/** False when the row is no longer as it was read. */
export async function update(ctx: Ctx, was: RequirementRecord, change: Partial<RequirementRecord>): Promise<boolean> {
  return await ctx.db("requirements").where({ id: was.id, tenant_id: ctx.tenantId, row_version: was.rowVersion }).update(requirements.toRow({ ...change, rowVersion: was.rowVersion + 1 })) === 1;
}
export async function updateRule(ctx: Ctx, was: RuleRecord, change: Partial<RuleRecord>): Promise<boolean> {
  return await ctx.db("requirement_rules").where({ id: was.id, tenant_id: ctx.tenantId, row_version: was.rowVersion }).update(rules.toRow({ ...change, rowVersion: was.rowVersion + 1 })) === 1;
}

export interface Filter { readonly state?: string | undefined; readonly courseId?: string | undefined; readonly like?: string | undefined }
export async function list(ctx: Ctx, f: Filter, order: string, size: number, offset: number): Promise<{ rows: RequirementRecord[]; total: number }> {
  const parts = ["tenant_id = ?"];
  const values: Value[] = [ctx.tenantId];
  if (f.state !== undefined) { parts.push("state = ?"); values.push(f.state); }
  if (f.courseId !== undefined) { parts.push("course_id = ?"); values.push(f.courseId); }
  if (f.like !== undefined) { parts.push("(lower(title) LIKE ? ESCAPE '!' OR code LIKE ? ESCAPE '!')"); values.push(f.like, f.like); }
  const where = parts.join(" AND ");
  const rows = await ctx.db.rows(`SELECT * FROM requirements WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`, [...values, size, offset]);
  const [n] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM requirements WHERE ${where}`, values);
  return { rows: rows.map((r) => requirements.fromRow(r)), total: n?.n ?? 0 };
}

/** Figures by requirement over the people a condition on `o.person_id` lets see. */
export async function figures(ctx: Ctx, ids: readonly string[], seen: { sql: string; values: readonly Value[] }): Promise<Map<string, Figures>> {
  const rows = await ctx.db.rows<FiguresRow & { requirement_id: string }>(
    `SELECT o.requirement_id, ${figuresSql} FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k JOIN obligations o ON o.requirement_id = k.id ${openCycle}
     WHERE o.tenant_id = ? AND ${owedSql} AND ${seen.sql} GROUP BY o.requirement_id`,
    [...figuresValues(ctx.now), JSON.stringify(ids.map((i) => ({ id: i }))), ctx.tenantId, ...seen.values]);
  return new Map(rows.map((r) => [r.requirement_id, figuresOf(r)]));
}

export interface CourseRow { id: string; code: string; title: string; state: "draft" | "live" | "closed" }
export async function courses(ctx: Ctx, ids: readonly string[]): Promise<Map<string, CourseRow>> {
  const rows = await ctx.db("courses").where({ tenant_id: ctx.tenantId }).whereIn("id", ids).select("id", "code", "title", "state");
  return new Map(rows.map((r) => [String(r["id"]), r as unknown as CourseRow]));
}
