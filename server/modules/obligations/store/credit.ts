import type { Ctx } from "../../../kernel/ctx.ts";

export interface Settleable {
  home_zone: string; cycle_id: string | null; row_version: number | null; number: number | null; obligation_id: string | null; requirement_id: string | null; due_zone: string | null; title: string | null;
  validity: unknown; window_days: number | null; previous_through_on: string | null; previous_anchor_on: string | null;
}
const home = `coalesce((SELECT s.zone FROM employments e JOIN sites s ON s.id = e.site_id WHERE e.person_id = p.id AND e.state = 'active' ORDER BY e.id LIMIT 1), t.zone)`;
/** The newest completed cycle of `c`'s obligation whose proof still counts. */
const previous = `prev.number = (SELECT max(y.number) FROM cycles y JOIN proofs z ON z.id = y.proof_id WHERE y.obligation_id = c.obligation_id AND y.close_code = 'done' AND z.revoked_at IS NULL)`;

// hot: the person's zone, and a row for every open cycle of the course with the rule it is under. No row: no such person.
const settleableSql = `SELECT ${home} AS home_zone, c.id AS cycle_id, c.row_version, c.number, c.obligation_id, c.requirement_id, c.due_zone, q.title, r.validity, r.window_days,
    prev.valid_through_on AS previous_through_on, prev.anchor_on AS previous_anchor_on
  FROM people p JOIN tenants t ON t.id = p.tenant_id
    LEFT JOIN cycles c ON c.person_id = p.id AND c.course_id = ? AND c.closed_at IS NULL
    LEFT JOIN requirements q ON q.id = c.requirement_id LEFT JOIN requirement_rules r ON r.id = q.live_rule_id
    LEFT JOIN cycles prev ON prev.obligation_id = c.obligation_id AND ${previous}
  WHERE p.id = ? AND p.tenant_id = ? ORDER BY c.requirement_id`;
export const settleable = (ctx: Ctx, personId: string, courseId: string): Promise<Settleable[]> => ctx.db.rows<Settleable>(settleableSql, [courseId, personId, ctx.tenantId]);

export interface Settling {
  readonly id: string; readonly obligation_id: string; readonly proof_id: string; readonly anchor_on: string; readonly valid_through_on: string | null; readonly valid_through_at: string | null;
  readonly covered_until: string; readonly renews_at: string | null; readonly now: string;
}
const settlingColumns = {
  id: "text", obligation_id: "text", proof_id: "text", anchor_on: "day", valid_through_on: "day", valid_through_at: "instant", covered_until: "instant", renews_at: "instant", now: "instant",
} as const;

// hot: all cycles in one statement; those that another unit closed first are left out of the answer.
export const settle = async (ctx: Ctx, settlings: readonly Settling[]): Promise<Set<string>> => new Set((await ctx.db.rows<{ id: string }>(
  `UPDATE cycles SET closed_at = k.now, close_code = 'done', proof_id = k.proof_id, anchor_on = k.anchor_on, valid_through_on = k.valid_through_on, valid_through_at = k.valid_through_at,
     row_version = cycles.row_version + 1 FROM (SELECT * FROM ${ctx.db.sql.rowsOf(settlingColumns)}) k WHERE cycles.id = k.id AND cycles.closed_at IS NULL RETURNING cycles.id`,
  [JSON.stringify(settlings)])).map((r) => r.id));

// hot
export const cover = (ctx: Ctx, settlings: readonly Settling[]): Promise<number> => ctx.db.run(
  `UPDATE obligations SET covered_until = CASE WHEN obligations.covered_until > k.covered_until THEN obligations.covered_until ELSE k.covered_until END, renews_at = k.renews_at, row_version = obligations.row_version + 1
   FROM (SELECT * FROM ${ctx.db.sql.rowsOf(settlingColumns)}) k WHERE obligations.id = k.obligation_id`, [JSON.stringify(settlings)]);

export interface Affected { id: string; requirement_id: string; course_id: string; ended_at: string | null; row_version: number; covered_until: string | null; due_zone: string; has_open: number | string; last_number: number; grace_days: number }
/** Obligations of which a cycle was settled by this proof, with what still covers them once it is revoked. */
export const settledBy = (ctx: Ctx, proofId: string, forEver: string): Promise<Affected[]> => ctx.db.rows<Affected>(
  `SELECT o.id, o.requirement_id, q.course_id, o.ended_at, o.row_version, min(s.due_zone) AS due_zone, coalesce(min(r.grace_days), 0) AS grace_days,
     (SELECT count(*) FROM cycles c WHERE c.obligation_id = o.id AND c.closed_at IS NULL) AS has_open, (SELECT max(c.number) FROM cycles c WHERE c.obligation_id = o.id) AS last_number,
     (SELECT max(coalesce(c.valid_through_at, k.for_ever)) FROM cycles c JOIN proofs p ON p.id = c.proof_id WHERE c.obligation_id = o.id AND c.close_code = 'done' AND p.revoked_at IS NULL) AS covered_until
   FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ proof_id: "text", for_ever: "instant" })}) k JOIN cycles s ON s.proof_id = k.proof_id JOIN obligations o ON o.id = s.obligation_id
     JOIN requirements q ON q.id = o.requirement_id LEFT JOIN requirement_rules r ON r.id = q.live_rule_id
   WHERE o.tenant_id = ? GROUP BY o.id, o.requirement_id, q.course_id, o.ended_at, o.row_version, k.for_ever`, [JSON.stringify([{ proof_id: proofId, for_ever: forEver }]), ctx.tenantId]);

/** `renewsAt`: when the next cycle is to open for what still covers; null when it is open already or never needed. */
export const uncover = (ctx: Ctx, obligationId: string, coveredUntil: string | null, renewsAt: string | null): Promise<number> => ctx.db.run(
  "UPDATE obligations SET covered_until = ?, renews_at = ?, row_version = row_version + 1 WHERE id = ? AND tenant_id = ?", [coveredUntil, renewsAt, obligationId, ctx.tenantId]);

export interface NewCycle { readonly obligationId: string; readonly personId: string; readonly requirementId: string; readonly courseId: string; readonly number: number; readonly dueOn: string; readonly dueAt: string; readonly overdueAt: string; readonly zone: string; readonly zoneDb: string }
export async function openCycle(ctx: Ctx, c: NewCycle): Promise<string> {
  const id = ctx.newId();
  await ctx.db("cycles").insert({
    id, tenant_id: ctx.tenantId, obligation_id: c.obligationId, person_id: c.personId, requirement_id: c.requirementId, course_id: c.courseId, number: c.number, opened_at: ctx.now,
    due_on: c.dueOn, due_zone: c.zone, due_at: c.dueAt, overdue_at: c.overdueAt, zone_db: c.zoneDb,
  });
  return id;
}
