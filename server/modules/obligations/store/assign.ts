/**
 * Set-based assignment: obligations, reasons and cycles of ≤ 2,000 people in three statements.
 * The audience is evaluated inside them, so a run does what its preview said by the same SELECT.
 */
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Value } from "../../../kernel/db/database.ts";
import type { Reading, Sql } from "../../audiences/index.ts";
import { floorDaysDefault, zoneDb } from "../rules.ts";

export interface Target { readonly requirementId: string; readonly courseId: string; readonly sourceId: string; readonly tenantZone: string }
/** When people of one zone (and, where the rule counts from it, one hire day) are due by the rule. `hired` is "" where it does not matter. */
export interface DueRow { readonly zone: string; readonly hired: string; readonly due_on: string | null; readonly due_at: string | null; readonly overdue_at: string | null; readonly note: string | null }
export interface FloorRow { readonly zone: string; readonly floor_on: string; readonly floor_at: string; readonly floor_overdue_at: string }
/** A cycle that opened, as the line the ledger's digest covers: "obligation person cycle number day zone". */
export interface Opened { readonly line: string }

/** What due days depend on besides the rule: the zones people work in, and the days of the realistic floor (setting). */
export interface Zones { readonly tenantZone: string; readonly all: readonly string[]; readonly floorDays: number }
export async function zones(ctx: Reading): Promise<Zones> {
  const [tenant] = await ctx.db.rows<{ zone: string; floor: string | null }>(
    "SELECT zone, (SELECT CAST(s.value AS text) FROM settings s WHERE s.tenant_id = tenants.id AND s.name = 'obligations.floor_days') AS floor FROM tenants WHERE id = ?", [ctx.tenantId]);
  const rows = await ctx.db.rows<{ zone: string }>("SELECT DISTINCT zone FROM sites WHERE tenant_id = ?", [ctx.tenantId]);
  const tenantZone = tenant?.zone ?? "UTC";
  const set = Number.parseInt(tenant?.floor ?? "", 10);
  return { tenantZone, all: [...new Set([tenantZone, ...rows.map((r) => r.zone)])], floorDays: set >= 0 && set <= 365 ? set : floorDaysDefault };
}

/** Which hire days occur in which zones among the members. */
export const hireDays = (ctx: Reading, members: Sql, tenantZone: string): Promise<{ zone: string; hired: string | null }[]> =>
  ctx.db.rows(`SELECT DISTINCT coalesce(s.zone, ?) AS zone, CAST(e.started_on AS text) AS hired
    FROM (${members.sql}) m LEFT JOIN employments e ON e.id = m.employment_id LEFT JOIN sites s ON s.id = e.site_id`, [tenantZone, ...members.values]);

/**
 * Ids of one statement share a base and count up in the order of people. Random ones would touch a page of every index per row:
 * 40,000 people took 5 times as long on SQLite, where each unit's commit writes every page it touched.
 */
const counted = "k.base || '-' || CAST(100000 + row_number() OVER () AS text)";

const one = (ctx: Ctx, t: Target): string => JSON.stringify([{ tenant_id: ctx.tenantId, requirement_id: t.requirementId, course_id: t.courseId, source_id: t.sourceId, base: ctx.newId(), zone: t.tenantZone, zone_db: zoneDb, now: ctx.now }]);
const oneColumns = { tenant_id: "text", requirement_id: "text", course_id: "text", source_id: "text", base: "text", zone: "text", zone_db: "text", now: "instant" } as const;

/** New obligations, and ended ones that come back; the number of both. */
export const startObligations = (ctx: Ctx, t: Target, members: Sql): Promise<number> => ctx.db.run(
  `INSERT INTO obligations (id, tenant_id, person_id, requirement_id, started_at)
   SELECT ${counted}, k.tenant_id, m.person_id, k.requirement_id, k.now
   FROM (SELECT person_id FROM (${members.sql}) d GROUP BY person_id) m CROSS JOIN (SELECT * FROM ${ctx.db.sql.rowsOf(oneColumns)}) k WHERE true ORDER BY m.person_id
   ON CONFLICT (person_id, requirement_id) DO UPDATE SET ended_at = NULL, row_version = obligations.row_version + 1 WHERE obligations.ended_at IS NOT NULL`,
  [...members.values, one(ctx, t)]);

/** One live reason per member and employment; those that are there already stay as they are. */
export const addReasons = (ctx: Ctx, t: Target, members: Sql, due: readonly DueRow[], byHireDay: boolean): Promise<number> => ctx.db.run(
  `WITH k AS MATERIALIZED (SELECT * FROM ${ctx.db.sql.rowsOf(oneColumns)}),
     due AS MATERIALIZED (SELECT * FROM ${ctx.db.sql.rowsOf({ zone: "text", hired: "text", due_on: "day", due_at: "instant", note: "text" })})
   INSERT INTO reasons (id, tenant_id, obligation_id, kind, source_id, employment_id, explanation, due_on, due_zone, due_at, due_note, started_at)
   SELECT ${counted}, k.tenant_id, o.id, 'membership', k.source_id, m.employment_id, m.explanation, d.due_on, d.zone, d.due_at, d.note, k.now
   FROM k CROSS JOIN (${members.sql}) m CROSS JOIN obligations o LEFT JOIN employments e ON e.id = m.employment_id LEFT JOIN sites s ON s.id = e.site_id
     JOIN due d ON d.zone = coalesce(s.zone, k.zone)${byHireDay ? " AND d.hired = coalesce(CAST(e.started_on AS text), '')" : ""}
   WHERE o.person_id = m.person_id AND o.requirement_id = ?
   ON CONFLICT DO NOTHING`,
  [one(ctx, t), JSON.stringify(due), ...members.values, t.requirementId]);

/** An obligation made by this unit: it has no history to ask for. */
const isNew = "o.started_at = k.now AND o.row_version = 1";
/** One that came back: unless it is still covered or its cycle has only slept, a further cycle opens. */
const isBack = `o.row_version > 1 AND o.ended_at IS NULL AND (o.covered_until IS NULL OR o.covered_until <= k.now)
         AND NOT EXISTS (SELECT 1 FROM cycles c WHERE c.obligation_id = o.id AND c.closed_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM reasons e WHERE e.obligation_id = o.id AND e.ended_at IS NULL AND e.started_at < k.now)`;

/**
 * Opens a cycle for what is owed since now (`new`), or owed again (`back`). Due: the earliest instant of the reasons, not before the floor.
 * An obligation that lives on an older reason is not touched: its cycle is open already, or its renewal is on the calendar.
 */
export const openCycles = (ctx: Ctx, t: Target, people: Sql, due: readonly DueRow[], floors: readonly FloorRow[], which: "new" | "back", hasOneReasonEach: boolean): Promise<Opened[]> => ctx.db.rows<Opened>(
  `WITH k AS MATERIALIZED (SELECT * FROM ${ctx.db.sql.rowsOf(oneColumns)}),
     late AS MATERIALIZED (SELECT DISTINCT zone, due_on, overdue_at FROM ${ctx.db.sql.rowsOf({ zone: "text", due_on: "day", overdue_at: "instant" })}),
     floors AS MATERIALIZED (SELECT * FROM ${ctx.db.sql.rowsOf({ zone: "text", floor_on: "day", floor_at: "instant", floor_overdue_at: "instant" })}),
     candidates AS (
       SELECT o.id, o.person_id, r.due_on, r.due_zone, r.due_at, ${hasOneReasonEach ? "1" : "row_number() OVER (PARTITION BY o.id ORDER BY r.due_at IS NULL, r.due_at, r.due_zone, r.id)"} AS place
       FROM k CROSS JOIN (${people.sql}) x CROSS JOIN obligations o JOIN reasons r ON r.obligation_id = o.id AND r.ended_at IS NULL
       WHERE o.person_id = x.person_id AND o.requirement_id = ? AND ${which === "new" ? isNew : isBack})
   INSERT INTO cycles (id, tenant_id, obligation_id, person_id, requirement_id, course_id, number, opened_at, due_on, due_zone, due_at, overdue_at, zone_db)
   SELECT ${counted}, k.tenant_id, w.id, w.person_id, k.requirement_id, k.course_id, ${which === "new" ? "1" : "1 + coalesce((SELECT max(c.number) FROM cycles c WHERE c.obligation_id = w.id), 0)"}, k.now,
     CASE WHEN w.due_at < f.floor_at THEN f.floor_on ELSE w.due_on END, w.due_zone,
     CASE WHEN w.due_at < f.floor_at THEN f.floor_at ELSE w.due_at END,
     CASE WHEN w.due_at < f.floor_at THEN f.floor_overdue_at ELSE l.overdue_at END, k.zone_db
   FROM candidates w CROSS JOIN k JOIN floors f ON f.zone = w.due_zone LEFT JOIN late l ON l.zone = w.due_zone AND l.due_on = w.due_on
   WHERE w.place = 1
   ON CONFLICT DO NOTHING
   RETURNING obligation_id || ' ' || person_id || ' ' || id || ' ' || CAST(number AS text) || ' ' || coalesce(CAST(due_on AS text), '-') || ' ' || due_zone AS line`,
  [one(ctx, t), JSON.stringify(due), JSON.stringify(floors), ...people.values, t.requirementId]);

/** A cycle that opened for somebody who returned is the renewal that was on the calendar. */
export const forgetRenewals = (ctx: Ctx, obligationIds: readonly string[]): Promise<number> => ctx.db.run(
  `UPDATE obligations SET renews_at = NULL FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k WHERE obligations.id = k.id AND obligations.renews_at IS NOT NULL`,
  [JSON.stringify(obligationIds.map((id) => ({ id })))]);

export interface OpenFirst { readonly cycle_id: string; readonly person_id: string; readonly due_at: string | null; readonly due_on: string | null; readonly due_zone: string; readonly reason_on: string | null; readonly reason_at: string | null; readonly reason_zone: string }
const openFirstColumns = "c.id AS cycle_id, c.person_id, c.due_on, c.due_at, c.due_zone, r.due_on AS reason_on, r.due_at AS reason_at, r.due_zone AS reason_zone";
/** Open cycles of people never covered, with the reasons that were added now. */
export const withNewReasons = (ctx: Ctx, t: Target, people: Sql): Promise<OpenFirst[]> => ctx.db.rows<OpenFirst>(
  `SELECT ${openFirstColumns} FROM (${people.sql}) x CROSS JOIN obligations o JOIN cycles c ON c.obligation_id = o.id AND c.closed_at IS NULL
     JOIN reasons r ON r.obligation_id = o.id AND r.ended_at IS NULL AND r.started_at = ?
   WHERE o.person_id = x.person_id AND o.requirement_id = ? AND o.covered_until IS NULL`, [...people.values, ctx.now, t.requirementId]);
/** The same with all reasons that are left, for obligations named by id. */
export const withRemainingReasons = (ctx: Ctx, obligationIds: readonly string[]): Promise<OpenFirst[]> => ctx.db.rows<OpenFirst>(
  `SELECT ${openFirstColumns} FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k JOIN obligations o ON o.id = k.id JOIN cycles c ON c.obligation_id = o.id AND c.closed_at IS NULL
     JOIN reasons r ON r.obligation_id = o.id AND r.ended_at IS NULL WHERE o.tenant_id = ? AND o.covered_until IS NULL`, [JSON.stringify(obligationIds.map((id) => ({ id }))), ctx.tenantId]);

export interface Moved { readonly id: string; readonly due_on: string; readonly due_zone: string; readonly due_at: string; readonly overdue_at: string }
export const moveDue = (ctx: Ctx, moved: readonly Moved[]): Promise<number> => ctx.db.run(
  `UPDATE cycles SET due_on = k.due_on, due_zone = k.due_zone, due_at = k.due_at, overdue_at = k.overdue_at, row_version = cycles.row_version + 1
   FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text", due_on: "day", due_zone: "text", due_at: "instant", overdue_at: "instant" })}) k
   WHERE cycles.id = k.id AND cycles.closed_at IS NULL`, [JSON.stringify(moved)]);

const idsOf = (values: readonly string[]): Value => JSON.stringify([...new Set(values)].map((id) => ({ id })));

export interface Ending { readonly id: string; readonly obligation_id: string; readonly person_id: string }
/** Live membership reasons of these people that the audience no longer gives. */
export const unfounded = (ctx: Ctx, t: Target, people: Sql, members: Sql): Promise<Ending[]> => ctx.db.rows<Ending>(
  `WITH m AS MATERIALIZED (${members.sql})
   SELECT r.id, r.obligation_id, o.person_id FROM (${people.sql}) x CROSS JOIN obligations o JOIN reasons r ON r.obligation_id = o.id AND r.ended_at IS NULL AND r.kind = 'membership'
     LEFT JOIN m ON m.person_id = o.person_id AND coalesce(m.employment_id, '') = coalesce(r.employment_id, '')
   WHERE o.person_id = x.person_id AND o.requirement_id = ? AND (m.person_id IS NULL OR r.source_id <> ?)`,
  [...members.values, ...people.values, t.requirementId, t.sourceId]);

/** Live reasons of a whole requirement, in portions. */
export const reasonsOf = (ctx: Ctx, requirementId: string, size: number): Promise<Ending[]> => ctx.db.rows<Ending>(
  `SELECT r.id, r.obligation_id, o.person_id FROM obligations o JOIN reasons r ON r.obligation_id = o.id AND r.ended_at IS NULL
   WHERE o.requirement_id = ? AND o.tenant_id = ? AND o.ended_at IS NULL ORDER BY o.id LIMIT ?`, [requirementId, ctx.tenantId, size]);

/** Ends reasons, and the obligations whose last reason that was; the latter are returned. */
export async function endReasons(ctx: Ctx, endings: readonly Ending[]): Promise<{ id: string; person_id: string }[]> {
  await ctx.db.run(`UPDATE reasons SET ended_at = k.now FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text", now: "instant" })}) k WHERE reasons.id = k.id AND reasons.ended_at IS NULL`,
    [JSON.stringify(endings.map(({ id }) => ({ id, now: ctx.now })))]);
  return ctx.db.rows(`UPDATE obligations SET ended_at = ?, row_version = obligations.row_version + 1 FROM (SELECT * FROM ${ctx.db.sql.rowsOf({ id: "text" })}) k
     WHERE obligations.id = k.id AND obligations.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM reasons r WHERE r.obligation_id = obligations.id AND r.ended_at IS NULL)
     RETURNING obligations.id, obligations.person_id`, [ctx.now, idsOf(endings.map((e) => e.obligation_id))]);
}
