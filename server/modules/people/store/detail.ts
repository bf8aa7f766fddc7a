import type { z } from "zod";
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Fact, PersonDetail } from "../contract.ts";
import { people, type PersonRecord } from "./columns.ts";
import type { Condition } from "./line.ts";

type Detail = z.output<typeof PersonDetail>;
type FactRow = z.output<typeof Fact>;

export async function person(ctx: Ctx, id: string): Promise<PersonRecord | undefined> {
  const row = await ctx.db("people").where({ tenant_id: ctx.tenantId, id, state: "active" }).first();
  return row && people.fromRow(row);
}

interface Flat {
  id: string; employeeNumber: string | null; startedOn: string | null; endedOn: string | null; unitId: string | null; unit: string | null; path: string | null; siteId: string | null; site: string | null;
  zone: string | null; position: string | null; workerType: string | null; state: "active" | "ended"; superiorId: string | null; superior: string | null; version: number;
}

/** Active ones first, then the latest. */
export async function employments(ctx: Ctx, personId: string): Promise<Detail["employments"]> {
  const rows = await ctx.db.rows<Flat>(
    `SELECT e.id, e.employee_number AS "employeeNumber", e.started_on AS "startedOn", e.ended_on AS "endedOn", o.id AS "unitId", o.name AS unit, o.path, si.id AS "siteId", si.name AS site, si.zone,
       e.position, e.worker_type AS "workerType", e.state, sp.id AS "superiorId", sp.display_name AS superior, e.row_version AS version
     FROM employments e LEFT JOIN org_units o ON o.id = e.org_unit_id LEFT JOIN sites si ON si.id = e.site_id
       LEFT JOIN superiors s ON s.employment_id = e.id AND s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid' LEFT JOIN people sp ON sp.id = s.superior_id
     WHERE e.person_id = ? AND e.tenant_id = ? ORDER BY e.state, e.started_on DESC, e.id DESC`, [personId, ctx.tenantId]);
  const names = rows.some((r) => r.path !== null) ? new Map((await ctx.db.rows<{ id: string; name: string }>("SELECT id, name FROM org_units WHERE tenant_id = ?", [ctx.tenantId])).map((u) => [u.id, u.name])) : new Map<string, string>();
  return rows.map((r) => ({
    id: r.id, employeeNumber: r.employeeNumber, startedOn: r.startedOn, endedOn: r.endedOn, orgUnit: r.unitId === null ? null : { id: r.unitId, name: r.unit ?? "" },
    orgPath: r.path === null ? null : r.path.split("/").filter((id) => id !== "").map((id) => names.get(id) ?? id).join("/"),
    site: r.siteId === null ? null : { id: r.siteId, name: r.site ?? "", zone: r.zone ?? "UTC" }, position: r.position, workerType: r.workerType, state: r.state,
    superior: r.superiorId === null ? null : { id: r.superiorId, name: r.superior ?? "" }, version: r.version,
  }));
}

export const names = (ctx: Ctx, personId: string): Promise<Detail["names"]> =>
  ctx.db.rows<Detail["names"][number]>(
    `SELECT given, family, display, valid_from AS "validFrom", valid_to AS "validTo" FROM person_names WHERE person_id = ? AND tenant_id = ? AND superseded_at IS NULL ORDER BY valid_from DESC, id DESC`, [personId, ctx.tenantId]);

/** Direct reports the actor may see, the first 200 by name. */
export async function reports(ctx: Ctx, personId: string, seen: Condition): Promise<{ rows: Detail["reports"]; count: number }> {
  const from = `FROM superiors s JOIN employments e ON e.id = s.employment_id AND e.state = 'active' JOIN people p ON p.id = e.person_id AND p.state = 'active'
    WHERE s.superior_id = ? AND s.tenant_id = ? AND s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid' AND ${seen.sql}`;
  const values = [personId, ctx.tenantId, ...seen.values];
  const rows = await ctx.db.rows<Detail["reports"][number]>(`SELECT p.id, p.display_name AS name, e.position ${from} ORDER BY p.sort_name, p.id LIMIT 200`, values);
  const [all] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n ${from}`, values);
  return { rows, count: all?.n ?? 0 };
}

/** Facts, names and superiors of a person as one history, the newest recording first; at most 5,000. */
export async function timeline(ctx: Ctx, personId: string, attribute: string | undefined): Promise<FactRow[]> {
  const rows = await ctx.db.rows<FactRow>(
    `SELECT f.id, f.attribute, f.value, CASE f.attribute WHEN 'org_unit' THEN (SELECT o.name FROM org_units o WHERE o.id = f.value) WHEN 'site' THEN (SELECT si.name FROM sites si WHERE si.id = f.value) END AS label,
       f.employment_id AS "employmentId", f.valid_from AS "validFrom", f.valid_to AS "validTo", f.recorded_at AS "recordedAt", f.superseded_at AS "supersededAt", f.source, f.source_id AS "sourceId"
     FROM facts f WHERE f.person_id = ? AND f.tenant_id = ?
     UNION ALL SELECT n.id, 'name', n.display, NULL, NULL, n.valid_from, n.valid_to, n.recorded_at, n.superseded_at, '', NULL FROM person_names n WHERE n.person_id = ? AND n.tenant_id = ?
     UNION ALL SELECT s.id, 'superior', s.superior_id, p.display_name, s.employment_id, s.valid_from, s.valid_to, s.recorded_at, s.superseded_at, s.source, s.source_id
       FROM superiors s JOIN employments e ON e.id = s.employment_id JOIN people p ON p.id = s.superior_id WHERE e.person_id = ? AND s.tenant_id = ?
     ORDER BY 8 DESC, 6 DESC, 1 DESC LIMIT 5000`, [personId, ctx.tenantId, personId, ctx.tenantId, personId, ctx.tenantId]);
  return attribute === undefined ? rows : rows.filter((r) => r.attribute === attribute);
}
