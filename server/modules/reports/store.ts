/** Read models over the tables of other modules; the only store that joins them at will, and it never writes to them. */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Value } from "../../kernel/db/database.ts";
import { compliantSql, figuresSql, figuresValues, openCycle, overdueSql, owedSql, type FiguresRow } from "../requirements/index.ts";
import type { Sql } from "../audiences/index.ts";

export type Reading = Pick<Ctx, "db" | "tenantId" | "now">;
/** The condition on who may be seen, for a column that holds a person id. */
export type Seen = (column: string) => Sql;

export async function tenantZone(ctx: Reading): Promise<string> {
  const [row] = await ctx.db.rows<{ zone: string }>("SELECT zone FROM tenants WHERE id = ?", [ctx.tenantId]);
  return row?.zone ?? "UTC";
}
export async function personName(ctx: Reading, personId: string): Promise<string | undefined> {
  const [row] = await ctx.db.rows<{ display_name: string }>("SELECT display_name FROM people WHERE id = ? AND tenant_id = ?", [personId, ctx.tenantId]);
  return row?.display_name;
}
export async function headCount(ctx: Reading, seen: Seen): Promise<number> {
  const s = seen("e.person_id");
  const [row] = await ctx.db.rows<{ n: number }>(`SELECT count(DISTINCT e.person_id) AS n FROM employments e WHERE e.tenant_id = ? AND e.state = 'active' AND ${s.sql}`, [ctx.tenantId, ...s.values]);
  return row?.n ?? 0;
}
export async function figures(ctx: Reading, seen: Seen): Promise<FiguresRow | undefined> {
  const s = seen("o.person_id");
  return (await ctx.db.rows<FiguresRow>(`SELECT ${figuresSql} FROM obligations o ${openCycle} WHERE o.tenant_id = ? AND ${owedSql} AND ${s.sql}`, [...figuresValues(ctx.now), ctx.tenantId, ...s.values]))[0];
}

/**
 * Owed and compliant at several instants in one pass each: every interval counts from the first instant at or after its start
 * to the one before its end. An interval of cover ends with its validity, its revocation, its duty or the next completion.
 */
export async function rates(ctx: Reading, seen: Seen, at: readonly string[]): Promise<{ owed: number; compliant: number }[]> {
  const s = seen("o.person_id");
  const covers = seen("c.person_id");
  // The place of the first instant that is not before `column`; past the last one there is none.
  const place = (column: string): string => `CASE ${at.map((_, i) => `WHEN ${column} <= k.t${i} THEN ${i}`).join(" ")} END`;
  const instants = ctx.db.sql.rowsOf(Object.fromEntries(at.map((_, i) => [`t${i}`, "instant"] as const)));
  const given = JSON.stringify([Object.fromEntries(at.map((t, i) => [`t${i}`, t]))]);
  const owed = await ctx.db.rows<Steps>(
    `WITH k AS MATERIALIZED (SELECT * FROM ${instants}) SELECT ${place("o.started_at")} AS first, ${place("o.ended_at")} AS until, count(*) AS n
     FROM k CROSS JOIN obligations o WHERE o.tenant_id = ? AND ${s.sql} GROUP BY 1, 2`, [given, ctx.tenantId, ...s.values]);
  const covered = await ctx.db.rows<Steps>(
    `WITH k AS MATERIALIZED (SELECT * FROM ${instants}),
       i AS (SELECT c.closed_at AS starts, c.valid_through_at AS through, z.revoked_at AS revoked, o.ended_at AS ended, lead(c.closed_at) OVER (PARTITION BY c.obligation_id ORDER BY c.number) AS next
         FROM cycles c LEFT JOIN (SELECT id, revoked_at FROM proofs WHERE tenant_id = ? AND revoked_at IS NOT NULL) z ON z.id = c.proof_id
           LEFT JOIN (SELECT id, ended_at FROM obligations WHERE tenant_id = ? AND ended_at IS NOT NULL) o ON o.id = c.obligation_id
         WHERE c.tenant_id = ? AND c.close_code = 'done' AND ${covers.sql}),
       e AS (SELECT starts, CASE WHEN next <= coalesce(through, next) AND next <= coalesce(revoked, next) AND next <= coalesce(ended, next) THEN next
           WHEN ended <= coalesce(through, ended) AND ended <= coalesce(revoked, ended) THEN ended WHEN revoked <= coalesce(through, revoked) THEN revoked ELSE through END AS ends FROM i)
     SELECT ${place("e.starts")} AS first, ${place("e.ends")} AS until, count(*) AS n FROM k CROSS JOIN e GROUP BY 1, 2`, [given, ctx.tenantId, ctx.tenantId, ctx.tenantId, ...covers.values]);
  const standing = (steps: readonly Steps[], i: number): number =>
    steps.reduce((n, { first, until, n: count }) => (first !== null && Number(first) <= i && (until === null || Number(until) > i) ? n + Number(count) : n), 0);
  return at.map((_, i) => ({ owed: standing(owed, i), compliant: standing(covered, i) }));
}
interface Steps { readonly first: number | null; readonly until: number | null; readonly n: number | string }

export async function dueDays(ctx: Reading, seen: Seen, until: string): Promise<{ on: string; count: number }[]> {
  const s = seen("c.person_id");
  const rows = await ctx.db.rows<{ due_on: string; n: number }>(
    `SELECT c.due_on, count(*) AS n FROM cycles c JOIN obligations o ON o.id = c.obligation_id AND o.ended_at IS NULL
     WHERE c.tenant_id = ? AND c.closed_at IS NULL AND c.due_at > ? AND c.due_at <= ? AND ${s.sql} GROUP BY c.due_on`, [ctx.tenantId, ctx.now, until, ...s.values]);
  return rows.map((r) => ({ on: r.due_on, count: Number(r.n) }));
}

export async function completedDays(ctx: Reading, seen: Seen, since: string): Promise<Map<string, number>> {
  const s = seen("r.person_id");
  const rows = await ctx.db.rows<{ achieved_on: string; n: number }>(
    `SELECT r.achieved_on, count(*) AS n FROM proofs r WHERE r.tenant_id = ? AND r.achieved_at >= ? AND r.revoked_at IS NULL AND ${s.sql} GROUP BY r.achieved_on`, [ctx.tenantId, since, ...s.values]);
  return new Map(rows.map((r) => [r.achieved_on, Number(r.n)]));
}

export const topRequirements = (ctx: Reading, seen: Seen, most: number): Promise<{ id: string; title: string }[]> => {
  const s = seen("o.person_id");
  return ctx.db.rows(`SELECT q.id, q.title FROM requirements q JOIN obligations o ON o.requirement_id = q.id AND o.ended_at IS NULL
    WHERE q.tenant_id = ? AND q.state = 'live' AND ${s.sql} GROUP BY q.id, q.title ORDER BY count(*) DESC, q.title LIMIT ${most}`, [ctx.tenantId, ...s.values]);
};
export interface HeatRow { org_unit_id: string; name: string; requirement_id: string; owed: number | string; compliant: number | string; overdue: number | string }
/** Status by org unit of the active employment and requirement; a person in two units counts in both. */
export const heat = (ctx: Reading, seen: Seen, requirementIds: readonly string[]): Promise<HeatRow[]> => {
  const s = seen("o.person_id");
  return ctx.db.rows<HeatRow>(
    `SELECT u.id AS org_unit_id, u.name, o.requirement_id, ${figuresSql} FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k JOIN obligations o ON o.requirement_id = k.id
       JOIN (SELECT DISTINCT person_id, org_unit_id FROM employments WHERE state = 'active' AND org_unit_id IS NOT NULL AND tenant_id = ?) e ON e.person_id = o.person_id JOIN org_units u ON u.id = e.org_unit_id ${openCycle}
     WHERE o.tenant_id = ? AND ${owedSql} AND ${s.sql} GROUP BY u.id, u.name, o.requirement_id`,
    [...figuresValues(ctx.now), JSON.stringify(requirementIds.map((id) => ({ id }))), ctx.tenantId, ctx.tenantId, ...s.values]);
};

export const recentProofs = (ctx: Reading, seen: Seen, most: number): Promise<{ id: string; at: string; title: string; person_id: string; name: string }[]> => {
  const s = seen("r.person_id");
  return ctx.db.rows(`SELECT r.id, r.recorded_at AS at, k.title, p.id AS person_id, p.display_name AS name
    FROM (SELECT * FROM proofs r WHERE r.tenant_id = ? AND ${s.sql} ORDER BY r.achieved_at DESC LIMIT ${most}) r JOIN courses k ON k.id = r.course_id JOIN people p ON p.id = r.person_id
    ORDER BY r.achieved_at DESC, r.id DESC`, [ctx.tenantId, ...s.values]);
};
export const recentRollouts = (ctx: Reading, most: number): Promise<{ id: string; at: string; title: string; people_count: number }[]> =>
  ctx.db.rows(`SELECT id, started_at AS at, title, people_count FROM rollouts WHERE tenant_id = ? AND started_at IS NOT NULL ORDER BY created_at DESC LIMIT ${most}`, [ctx.tenantId]);

export interface CertificateRow { id: string; number: string; code: string; proof_id: string; record: Uint8Array; state: "valid" | "revoked"; issued_at: string; valid_through_on: string | null; pdf_state: "queued" | "ready" | "failed" }
export const certificates = (ctx: Reading, personId: string): Promise<CertificateRow[]> => ctx.db.rows<CertificateRow>(
  "SELECT id, number, code, proof_id, record, state, issued_at, valid_through_on, pdf_state FROM certificates WHERE person_id = ? AND tenant_id = ? ORDER BY issued_at DESC, id DESC", [personId, ctx.tenantId]);

/** Grants of a person with an active account: what they may do now, not when they asked. */
export const heldGrants = (ctx: Reading, personId: string): Promise<{ role: string; scope: string; validFrom: string; validTo: string | null }[]> => ctx.db.rows(
  `SELECT g.role, g.scope, g.valid_from AS "validFrom", g.valid_to AS "validTo" FROM grants g JOIN accounts a ON a.person_id = g.person_id AND a.state = 'active' WHERE g.person_id = ? AND g.tenant_id = ? AND g.ended_at IS NULL`,
  [personId, ctx.tenantId]);

export type ExportRow = Record<string, Value>;
const unit = (column: string): string => `(SELECT u.name FROM employments e JOIN org_units u ON u.id = e.org_unit_id WHERE e.person_id = ${column} AND e.state = 'active' ORDER BY e.id LIMIT 1)`;
const number = (column: string): string => `(SELECT e.employee_number FROM employments e WHERE e.person_id = ${column} ORDER BY e.state, e.id LIMIT 1)`;
/** One portion of each export, by id after the last one. */
export const portions = {
  completions: (ctx: Reading, where: Sql, after: string, size: number): Promise<ExportRow[]> => ctx.db.rows(
    `SELECT r.id AS at, p.display_name, ${number("r.person_id")} AS employee_number, ${unit("r.person_id")} AS org_unit, k.code AS course_code, coalesce(v.title, k.title) AS course, v.number AS version, r.achieved_on, r.achieved_at, r.zone,
       r.score_percent, r.basis, r.assurance, r.revoked_at, x.number AS certificate, x.valid_through_on
     FROM proofs r JOIN people p ON p.id = r.person_id JOIN courses k ON k.id = r.course_id LEFT JOIN versions v ON v.id = r.version_id
       LEFT JOIN certificates x ON x.id = (SELECT min(y.id) FROM certificates y WHERE y.proof_id = r.id)
     WHERE r.tenant_id = ? AND r.id > ? AND ${where.sql} ORDER BY r.id LIMIT ?`, [ctx.tenantId, after, ...where.values, size]),
  people_status: (ctx: Reading, where: Sql, after: string, size: number): Promise<ExportRow[]> => ctx.db.rows(
    `SELECT p.id AS at, p.display_name, ${number("p.id")} AS employee_number, ${unit("p.id")} AS org_unit, count(o.id) AS owed,
       sum(CASE WHEN ${compliantSql} THEN 1 ELSE 0 END) AS compliant, sum(CASE WHEN o.id IS NULL OR ${compliantSql} THEN 0 ELSE 1 END) AS open, sum(CASE WHEN ${compliantSql} THEN 0 WHEN ${overdueSql} THEN 1 ELSE 0 END) AS overdue
     FROM (SELECT p0.id, p0.display_name FROM people p0 WHERE p0.tenant_id = ? AND p0.state = 'active' AND p0.id > ? AND ${where.sql} ORDER BY p0.id LIMIT ?) p
       LEFT JOIN obligations o ON o.person_id = p.id AND ${owedSql} ${openCycle} GROUP BY p.id, p.display_name ORDER BY p.id`, [...figuresValues(ctx.now), ctx.tenantId, after, ...where.values, size]),
  transcript: (ctx: Reading, where: Sql, after: string, size: number): Promise<ExportRow[]> => ctx.db.rows(
    `SELECT c.id AS at, p.display_name, q.code AS requirement_code, q.title AS requirement, k.title AS course, c.number, c.opened_at, c.due_on, c.due_zone, c.closed_at, c.close_code, z.achieved_on, z.score_percent, c.valid_through_on, z.revoked_at, x.number AS certificate
     FROM cycles c JOIN people p ON p.id = c.person_id JOIN requirements q ON q.id = c.requirement_id JOIN courses k ON k.id = c.course_id LEFT JOIN proofs z ON z.id = c.proof_id
       LEFT JOIN certificates x ON x.proof_id = c.proof_id AND x.cycle_id = c.id
     WHERE c.tenant_id = ? AND c.id > ? AND ${where.sql} ORDER BY c.id LIMIT ?`, [ctx.tenantId, after, ...where.values, size]),
};
