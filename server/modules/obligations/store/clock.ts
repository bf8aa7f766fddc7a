/** What time alone changes: renewals that open, sleeping cycles that close. In portions of ≤ 2,000. */
import type { Ctx } from "../../../kernel/ctx.ts";
import { zoneDb } from "../rules.ts";

export interface Renewable { obligation_id: string; person_id: string; requirement_id: string; course_id: string; number: number; through_on: string; through_at: string; zone: string; grace_days: number }
/** Live obligations whose renewal window has opened, with the newest completion that counts. */
export const renewable = (ctx: Ctx, size: number): Promise<Renewable[]> => ctx.db.rows<Renewable>(
  `SELECT o.id AS obligation_id, o.person_id, o.requirement_id, q.course_id, (SELECT max(n.number) FROM cycles n WHERE n.obligation_id = o.id) AS number,
     d.valid_through_on AS through_on, d.valid_through_at AS through_at, d.due_zone AS zone, r.grace_days
   FROM obligations o JOIN requirements q ON q.id = o.requirement_id AND q.state = 'live' JOIN requirement_rules r ON r.id = q.live_rule_id
     JOIN cycles d ON d.obligation_id = o.id AND d.number = (SELECT max(y.number) FROM cycles y JOIN proofs z ON z.id = y.proof_id WHERE y.obligation_id = o.id AND y.close_code = 'done' AND z.revoked_at IS NULL)
   WHERE o.renews_at <= ? AND o.tenant_id = ? AND o.ended_at IS NULL AND d.valid_through_on IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM cycles c WHERE c.obligation_id = o.id AND c.closed_at IS NULL)
   ORDER BY o.id LIMIT ?`, [ctx.now, ctx.tenantId, size]);

export interface Renewal { readonly obligation_id: string; readonly person_id: string; readonly requirement_id: string; readonly course_id: string; readonly number: number; readonly due_on: string; readonly due_zone: string; readonly due_at: string; readonly overdue_at: string }
const renewalColumns = { obligation_id: "text", person_id: "text", requirement_id: "text", course_id: "text", number: "integer", due_on: "day", due_zone: "text", due_at: "instant", overdue_at: "instant" } as const;
const fixedColumns = { tenant_id: "text", zone_db: "text", now: "instant" } as const;

export const openRenewals = (ctx: Ctx, renewals: readonly Renewal[]): Promise<{ id: string; obligation_id: string; person_id: string; due_on: string }[]> => ctx.db.rows(
  `INSERT INTO cycles (id, tenant_id, obligation_id, person_id, requirement_id, course_id, number, opened_at, due_on, due_zone, due_at, overdue_at, zone_db)
   SELECT ${ctx.db.sql.randomId}, f.tenant_id, k.obligation_id, k.person_id, k.requirement_id, k.course_id, k.number, f.now, k.due_on, k.due_zone, k.due_at, k.overdue_at, f.zone_db
   FROM (SELECT * FROM ${ctx.db.sql.rowsOf(renewalColumns)}) k CROSS JOIN (SELECT * FROM ${ctx.db.sql.rowsOf(fixedColumns)}) f WHERE true
   ON CONFLICT DO NOTHING RETURNING id, obligation_id, person_id, due_on`,
  [JSON.stringify(renewals), JSON.stringify([{ tenant_id: ctx.tenantId, zone_db: zoneDb, now: ctx.now }])]);

export interface Sleeping { id: string; obligation_id: string; person_id: string }
/** Open cycles of obligations whose last reason ended before `before`. */
export const sleeping = (ctx: Ctx, before: string, size: number): Promise<Sleeping[]> => ctx.db.rows<Sleeping>(
  `SELECT c.id, c.obligation_id, c.person_id FROM obligations o JOIN cycles c ON c.obligation_id = o.id AND c.closed_at IS NULL
   WHERE o.ended_at <= ? AND o.tenant_id = ? ORDER BY c.id LIMIT ?`, [before, ctx.tenantId, size]);
export const withdraw = (ctx: Ctx, cycleIds: readonly string[]): Promise<number> => ctx.db.run(
  `UPDATE cycles SET closed_at = ?, close_code = 'withdrawn', row_version = cycles.row_version + 1 FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k
   WHERE cycles.id = k.id AND cycles.closed_at IS NULL`, [ctx.now, JSON.stringify(cycleIds.map((id) => ({ id })))]);
