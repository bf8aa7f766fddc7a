import type { Ctx } from "../../../kernel/ctx.ts";
import type { Value } from "../../../kernel/db/database.ts";
import type { Sql } from "../../audiences/index.ts";
import { figuresOf, figuresSql, figuresValues, openCycle, owedSql, type FiguresRow } from "../../requirements/index.ts";
import type { Figures } from "../../requirements/contract.ts";

export interface MineRow {
  id: string; requirement_id: string; covered_until: string | null; renews_at: string | null; title: string; reason: string; course_id: string; course_title: string; language: string; minutes: number | null;
  cycle_id: string | null; number: number | null; due_on: string | null; due_zone: string | null; due_at: string | null; overdue_at: string | null;
  attempt_id: string | null; attempt_state: string | null; active_at: string | null; unit_count: number | null; done_count: number | null;
  done_at: string | null; valid_through_on: string | null; done_zone: string | null; certificate_id: string | null; certificate_number: string | null; certificate_code: string | null; certificate_state: string | null; pdf_state: string | null;
}
/** The newest completed cycle of `o` whose proof counts. */
const lastDone = "d.obligation_id = o.id AND d.number = (SELECT max(y.number) FROM cycles y JOIN proofs z ON z.id = y.proof_id WHERE y.obligation_id = o.id AND y.close_code = 'done' AND z.revoked_at IS NULL)";

// hot: a person's live duties with their open cycle, course, running attempt, newest completion and its certificate.
const mineSql = `SELECT o.id, o.requirement_id, o.covered_until, o.renews_at, q.title, q.reason, q.course_id, coalesce(v.title, k.title) AS course_title, k.language, v.minutes,
    c.id AS cycle_id, c.number, c.due_on, c.due_zone, c.due_at, c.overdue_at,
    a.id AS attempt_id, a.state AS attempt_state, a.active_at, av.unit_count, (SELECT count(*) FROM attempt_units u WHERE u.attempt_id = a.id AND u.done_at IS NOT NULL) AS done_count,
    d.closed_at AS done_at, d.valid_through_on, d.due_zone AS done_zone, x.id AS certificate_id, x.number AS certificate_number, x.code AS certificate_code, x.state AS certificate_state, x.pdf_state
  FROM obligations o JOIN requirements q ON q.id = o.requirement_id JOIN courses k ON k.id = q.course_id LEFT JOIN versions v ON v.id = k.live_version_id
    LEFT JOIN cycles c ON c.obligation_id = o.id AND c.closed_at IS NULL
    LEFT JOIN attempts a ON a.person_id = o.person_id AND a.course_id = q.course_id AND a.state = 'open' LEFT JOIN versions av ON av.id = a.version_id
    LEFT JOIN cycles d ON ${lastDone} LEFT JOIN certificates x ON x.proof_id = d.proof_id AND x.cycle_id = d.id
  WHERE o.person_id = ? AND o.tenant_id = ? AND o.ended_at IS NULL`;
export const mine = (ctx: Ctx, personId: string): Promise<MineRow[]> => ctx.db.rows<MineRow>(mineSql, [personId, ctx.tenantId]);

// hot
const whySql = `SELECT r.obligation_id, r.explanation FROM obligations o JOIN reasons r ON r.obligation_id = o.id AND r.ended_at IS NULL
  WHERE o.person_id = ? AND o.tenant_id = ? AND o.ended_at IS NULL ORDER BY r.started_at, r.id`;
export const mineWhy = (ctx: Ctx, personId: string): Promise<{ obligation_id: string; explanation: unknown }[]> => ctx.db.rows(whySql, [personId, ctx.tenantId]);

export interface HeadRow {
  id: string; person_id: string; requirement_id: string; started_at: string; ended_at: string | null; covered_until: string | null; was_covered: unknown; display_name: string; sort_name: string; org_unit: string | null;
  title: string; code: string; reason: string; course_id: string; course_title: string; live_rule_id: string | null;
  cycle_id: string | null; number: number | null; due_on: string | null; due_zone: string | null; due_at: string | null; overdue_at: string | null; valid_through_on: string | null; home_zone: string;
}
const headColumns = `o.id, o.person_id, o.requirement_id, o.started_at, o.ended_at, o.covered_until, CASE WHEN d.id IS NULL THEN 0 ELSE 1 END AS was_covered, p.display_name, p.sort_name,
  (SELECT u.name FROM employments e JOIN org_units u ON u.id = e.org_unit_id WHERE e.person_id = o.person_id AND e.state = 'active' ORDER BY e.id LIMIT 1) AS org_unit,
  q.title, q.code, q.reason, q.course_id, k.title AS course_title, q.live_rule_id, c.id AS cycle_id, c.number, c.due_on, c.due_zone, c.due_at, c.overdue_at, d.valid_through_on, t.zone AS home_zone`;
const headJoins = `JOIN people p ON p.id = o.person_id JOIN requirements q ON q.id = o.requirement_id JOIN courses k ON k.id = q.course_id JOIN tenants t ON t.id = o.tenant_id
  ${openCycle} LEFT JOIN cycles d ON ${lastDone}`;
/** What a condition or an order mentions besides `o` itself. */
const joinsFor = (sql: string): string => `${/\bp\./.test(sql) ? "JOIN people p ON p.id = o.person_id" : ""} ${/\bq\./.test(sql) ? "JOIN requirements q ON q.id = o.requirement_id" : ""} ${/\bc\./.test(sql) ? openCycle : ""}`;
/** One page; it is cut before anything is joined that does not decide about it. */
export const heads = (ctx: Ctx, where: Sql, order: string, size: number, offset: number): Promise<HeadRow[]> => ctx.db.rows<HeadRow>(
  `SELECT ${headColumns} FROM (SELECT o.id FROM obligations o ${joinsFor(`${where.sql} ${order}`)} WHERE o.tenant_id = ? AND ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?) h
     JOIN obligations o ON o.id = h.id ${headJoins} ORDER BY ${order}`, [ctx.tenantId, ...where.values, size, offset]);
export async function total(ctx: Ctx, where: Sql): Promise<number> {
  const [row] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM obligations o ${joinsFor(where.sql)} WHERE o.tenant_id = ? AND ${where.sql}`, [ctx.tenantId, ...where.values]);
  return row?.n ?? 0;
}
export async function figures(ctx: Ctx, where: Sql): Promise<Figures> {
  const [row] = await ctx.db.rows<FiguresRow>(`SELECT ${figuresSql} FROM obligations o ${openCycle} WHERE o.tenant_id = ? AND ${owedSql} AND ${where.sql}`, [...figuresValues(ctx.now), ctx.tenantId, ...where.values]);
  return figuresOf(row);
}

export interface ReasonRow {
  id: string; kind: "membership" | "by_hand" | "campaign"; explanation: unknown; due_on: string | null; due_zone: string; due_at: string | null; due_note: string | null; started_at: string; ended_at: string | null;
  employment_id: string | null; org_unit: string | null; position: string | null; site: string | null;
}
export const reasons = (ctx: Ctx, obligationId: string): Promise<ReasonRow[]> => ctx.db.rows<ReasonRow>(
  `SELECT r.id, r.kind, r.explanation, r.due_on, r.due_zone, r.due_at, r.due_note, r.started_at, r.ended_at, r.employment_id, u.name AS org_unit, e.position, s.name AS site
   FROM reasons r LEFT JOIN employments e ON e.id = r.employment_id LEFT JOIN org_units u ON u.id = e.org_unit_id LEFT JOIN sites s ON s.id = e.site_id
   WHERE r.obligation_id = ? AND r.tenant_id = ? ORDER BY CASE WHEN r.ended_at IS NULL THEN 0 ELSE 1 END, r.started_at DESC, r.id`, [obligationId, ctx.tenantId]);

export interface CycleRow {
  id: string; obligation_id: string; number: number; opened_at: string; due_on: string | null; due_zone: string; due_at: string | null; closed_at: string | null; close_code: "done" | "missed" | "exempt" | "withdrawn" | null;
  proof_id: string | null; valid_through_on: string | null; revoked_at: string | null;
}
export const cycles = (ctx: Ctx, column: "obligation_id" | "person_id", value: Value): Promise<CycleRow[]> => ctx.db.rows<CycleRow>(
  `SELECT c.id, c.obligation_id, c.number, c.opened_at, c.due_on, c.due_zone, c.due_at, c.closed_at, c.close_code, c.proof_id, c.valid_through_on, z.revoked_at
   FROM cycles c LEFT JOIN proofs z ON z.id = c.proof_id WHERE c.${column} = ? AND c.tenant_id = ? ORDER BY c.obligation_id, c.number DESC`, [value, ctx.tenantId]);

export async function ownerOf(ctx: Ctx, obligationId: string): Promise<string | undefined> {
  const [row] = await ctx.db.rows<{ person_id: string }>("SELECT person_id FROM obligations WHERE id = ? AND tenant_id = ?", [obligationId, ctx.tenantId]);
  return row?.person_id;
}
