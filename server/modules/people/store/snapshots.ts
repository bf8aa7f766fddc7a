/** What is believed about people now, as imports and changes compare it: attribute → value, ids resolved to their names. */
import type { Ctx } from "../../../kernel/ctx.ts";

export interface Snapshot {
  readonly personId: string;
  readonly personVersion: number;
  readonly given: string;
  readonly family: string;
  readonly display: string;
  readonly email: string | null;
  readonly language: string | null;
  /** Null for a person without any employment. */
  readonly employmentId: string | null;
  readonly employmentVersion: number;
  readonly employeeNumber: string | null;
  readonly startedOn: string | null;
  readonly endedOn: string | null;
  readonly orgUnitId: string | null;
  readonly orgUnitCode: string | null;
  readonly siteId: string | null;
  readonly siteName: string | null;
  readonly siteZone: string | null;
  readonly position: string | null;
  readonly workerType: string | null;
  readonly state: "active" | "ended" | null;
  readonly superiorId: string | null;
  readonly superiorNumber: string | null;
  readonly superiorName: string | null;
  readonly superiorEmail: string | null;
}

const columns = `p.id AS "personId", p.row_version AS "personVersion", n.given, n.family, p.display_name AS display, p.email, p.language,
  e.id AS "employmentId", coalesce(e.row_version, 0) AS "employmentVersion", e.employee_number AS "employeeNumber", e.started_on AS "startedOn", e.ended_on AS "endedOn",
  e.org_unit_id AS "orgUnitId", o.code AS "orgUnitCode", e.site_id AS "siteId", si.name AS "siteName", si.zone AS "siteZone", e.position, e.worker_type AS "workerType", e.state,
  s.superior_id AS "superiorId", sp.display_name AS "superiorName", sp.email AS "superiorEmail",
  (SELECT se.employee_number FROM employments se WHERE se.person_id = s.superior_id ORDER BY se.state, se.started_on DESC, se.id DESC LIMIT 1) AS "superiorNumber"`;
const joins = `LEFT JOIN person_names n ON n.person_id = p.id AND n.superseded_at IS NULL AND n.valid_to IS NULL LEFT JOIN org_units o ON o.id = e.org_unit_id LEFT JOIN sites si ON si.id = e.site_id
  LEFT JOIN superiors s ON s.employment_id = e.id AND s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid' LEFT JOIN people sp ON sp.id = s.superior_id`;

const list = (values: readonly string[]): string => JSON.stringify([...new Set(values)].map((id) => ({ id })));

/** All employments with one of the numbers, active ones first, then the latest. */
export const byNumber = (ctx: Ctx, numbers: readonly string[]): Promise<Snapshot[]> =>
  ctx.db.rows<Snapshot>(
    `SELECT ${columns} FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN employments e ON e.employee_number = t.id AND e.tenant_id = ? JOIN people p ON p.id = e.person_id AND p.state = 'active' ${joins}
     ORDER BY e.employee_number, e.state, e.started_on DESC, e.id DESC`, [list(numbers), ctx.tenantId]);

const main = "e.id = (SELECT m.id FROM employments m WHERE m.person_id = p.id ORDER BY m.state, m.started_on DESC, m.id DESC LIMIT 1)";

/** One row per person: with the active employment, else the latest, else none. */
export const byPerson = (ctx: Ctx, personIds: readonly string[]): Promise<Snapshot[]> =>
  ctx.db.rows<Snapshot>(
    `SELECT ${columns} FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN people p ON p.id = t.id LEFT JOIN employments e ON ${main} ${joins} WHERE p.tenant_id = ? AND p.state = 'active'`, [list(personIds), ctx.tenantId]);

export const byEmail = (ctx: Ctx, emails: readonly string[]): Promise<Snapshot[]> =>
  ctx.db.rows<Snapshot>(
    `SELECT ${columns} FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN people p ON p.email = t.id AND p.tenant_id = ? AND p.state = 'active' LEFT JOIN employments e ON ${main} ${joins}`, [list(emails), ctx.tenantId]);

export const byEmployments = (ctx: Ctx, employmentIds: readonly string[]): Promise<Snapshot[]> =>
  ctx.db.rows<Snapshot>(
    `SELECT ${columns} FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN employments e ON e.id = t.id AND e.tenant_id = ? JOIN people p ON p.id = e.person_id AND p.state = 'active' ${joins}`, [list(employmentIds), ctx.tenantId]);

export const byEmployment = async (ctx: Ctx, employmentId: string): Promise<Snapshot | undefined> =>
  (await ctx.db.rows<Snapshot>(`SELECT ${columns} FROM employments e JOIN people p ON p.id = e.person_id AND p.state = 'active' ${joins} WHERE e.id = ? AND e.tenant_id = ?`, [employmentId, ctx.tenantId]))[0];

/** Values of facts that have no column of their own ("fte", "custom.…"), by employment. */
export async function looseFacts(ctx: Ctx, personIds: readonly string[], attributes: readonly string[]): Promise<Map<string, Record<string, string | null>>> {
  const out = new Map<string, Record<string, string | null>>();
  if (attributes.length === 0 || personIds.length === 0) return out;
  const rows = await ctx.db.rows<{ person_id: string; employment_id: string | null; attribute: string; value: string | null }>(
    `SELECT f.person_id, f.employment_id, f.attribute, f.value FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN facts f ON f.person_id = t.id
     WHERE f.tenant_id = ? AND f.superseded_at IS NULL AND f.valid_to IS NULL AND f.attribute IN (${attributes.map(() => "?").join(",")})`, [list(personIds), ctx.tenantId, ...attributes]);
  for (const r of rows) {
    const key = r.employment_id ?? r.person_id;
    const facts = out.get(key) ?? {};
    facts[r.attribute] = r.value;
    out.set(key, facts);
  }
  return out;
}
