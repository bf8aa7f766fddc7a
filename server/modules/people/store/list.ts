import type { Ctx } from "../../../kernel/ctx.ts";
import type { Value } from "../../../kernel/db/database.ts";
import type { PeopleFilter, PersonRow } from "../contract.ts";
import { searchWords } from "../rules.ts";
import { visiblePeople, type Condition } from "./line.ts";

const orders = {
  name: "p.sort_name, p.id", "-name": "p.sort_name DESC, p.id DESC",
  number: "e.employee_number IS NULL, e.employee_number, p.id", "-number": "e.employee_number IS NULL, e.employee_number DESC, p.id DESC",
  started: "e.started_on IS NULL, e.started_on, p.id", "-started": "e.started_on IS NULL, e.started_on DESC, p.id DESC",
} as const;

/** The employment a list shows: the active one, else the latest. */
const main = "e.id = (SELECT m.id FROM employments m WHERE m.person_id = p.id ORDER BY m.state, m.started_on DESC, m.id DESC LIMIT 1)";

const isEmployed = "EXISTS (SELECT 1 FROM employments a WHERE a.person_id = p.id AND a.state = 'active')";

function where(ctx: Ctx, f: PeopleFilter): Condition {
  const seen = visiblePeople(ctx, "people.read");
  const parts = ["p.tenant_id = ?", "p.state = 'active'", seen.sql];
  const values: Value[] = [ctx.tenantId, ...seen.values];
  for (const word of searchWords(f.search)) { parts.push("p.search_text LIKE ? ESCAPE '\\'"); values.push(word); }
  const e: string[] = [];
  if (f.orgUnitId !== undefined) {
    e.push("e.org_unit_id IN (SELECT o.id FROM org_units o JOIN org_units top ON top.id = ? AND substr(o.path, 1, length(top.path)) = top.path WHERE o.tenant_id = ?)");
    values.push(f.orgUnitId, ctx.tenantId);
  }
  if (f.siteId !== undefined) { e.push("e.site_id = ?"); values.push(f.siteId); }
  if (f.position !== undefined) { e.push("e.position = ?"); values.push(f.position); }
  if (f.workerType !== undefined) { e.push("e.worker_type = ?"); values.push(f.workerType); }
  if (f.withoutSuperior !== undefined) e.push("NOT EXISTS (SELECT 1 FROM superiors s WHERE s.employment_id = e.id AND s.superseded_at IS NULL AND s.valid_to IS NULL)");
  const state = f.withoutSuperior !== undefined ? "active" : f.state ?? "all";
  if (state !== "all") e.push(`e.state = '${state}'`);
  // Of somebody who works here only the present counts, of others the last employment.
  else if (e.length > 0) e.push(`(e.state = 'active' OR NOT ${isEmployed})`);
  if (e.length > 0) parts.push(`EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id AND ${e.join(" AND ")})`);
  if (state === "ended") parts.push(`NOT ${isEmployed}`);
  return { sql: parts.join(" AND "), values };
}

/** Ids of one page and the number of all. The page is cut before anything is joined to it. */
export async function pageIds(ctx: Ctx, f: PeopleFilter, size: number, offset: number): Promise<string[]> {
  const w = where(ctx, f);
  const sort = f.sort ?? "name";
  const join = !sort.endsWith("name") ? `LEFT JOIN employments e ON ${main}` : "";
  return (await ctx.db.rows<{ id: string }>(`SELECT p.id FROM people p ${join} WHERE ${w.sql} ORDER BY ${orders[sort]} LIMIT ? OFFSET ?`, [...w.values, size, offset])).map((r) => r.id);
}

export async function countAll(ctx: Ctx, f: PeopleFilter): Promise<number> {
  const w = where(ctx, f);
  const [row] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM people p WHERE ${w.sql}`, w.values);
  return row?.n ?? 0;
}

interface Flat {
  id: string; name: string; email: string | null; employeeNumber: string | null; position: string | null; workerType: string | null; startedOn: string | null; endedOn: string | null;
  state: "active" | "ended" | null; unitId: string | null; unit: string | null; siteId: string | null; site: string | null; zone: string | null; superiorId: string | null; superior: string | null;
}

/** Rows in the order of `ids`. */
export async function rowsOf(ctx: Ctx, ids: readonly string[]): Promise<PersonRow[]> {
  const rows = await ctx.db.rows<Flat>(
    `SELECT p.id, p.display_name AS name, p.email, e.employee_number AS "employeeNumber", e.position, e.worker_type AS "workerType", e.started_on AS "startedOn", e.ended_on AS "endedOn", e.state,
       o.id AS "unitId", o.name AS unit, si.id AS "siteId", si.name AS site, si.zone, sp.id AS "superiorId", sp.display_name AS superior
     FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN people p ON p.id = t.id AND p.tenant_id = ? LEFT JOIN employments e ON ${main}
       LEFT JOIN org_units o ON o.id = e.org_unit_id LEFT JOIN sites si ON si.id = e.site_id
       LEFT JOIN superiors s ON s.employment_id = e.id AND s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid' LEFT JOIN people sp ON sp.id = s.superior_id`,
    [JSON.stringify(ids.map((id) => ({ id }))), ctx.tenantId]);
  const byId = new Map(rows.map((r) => [r.id, r]));
  return ids.flatMap((id) => {
    const r = byId.get(id);
    return r ? [{
      id, name: r.name, email: r.email, employeeNumber: r.employeeNumber, position: r.position, workerType: r.workerType, startedOn: r.startedOn, endedOn: r.endedOn, state: r.state ?? "none",
      orgUnit: r.unitId === null ? null : { id: r.unitId, name: r.unit ?? "" }, site: r.siteId === null ? null : { id: r.siteId, name: r.site ?? "", zone: r.zone ?? "UTC" },
      superior: r.superiorId === null ? null : { id: r.superiorId, name: r.superior ?? "" },
    }] : [];
  });
}

export async function facets(ctx: Ctx): Promise<{ positions: { value: string; people: number }[]; workerTypes: { value: string; people: number }[]; active: number; ended: number; withoutSuperior: number }> {
  const seen = visiblePeople(ctx, "people.read", "e.person_id");
  const by = (column: "position" | "worker_type") => ctx.db.rows<{ value: string; people: number }>(
    `SELECT e.${column} AS value, count(*) AS people FROM employments e WHERE e.tenant_id = ? AND e.state = 'active' AND e.${column} IS NOT NULL AND ${seen.sql} GROUP BY e.${column} ORDER BY count(*) DESC, e.${column} LIMIT 200`,
    [ctx.tenantId, ...seen.values]);
  const states = await ctx.db.rows<{ state: string; n: number }>(`SELECT e.state, count(DISTINCT e.person_id) AS n FROM employments e WHERE e.tenant_id = ? AND ${seen.sql} GROUP BY e.state`, [ctx.tenantId, ...seen.values]);
  const [alone] = await ctx.db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM employments e WHERE e.tenant_id = ? AND e.state = 'active' AND ${seen.sql} AND NOT EXISTS (SELECT 1 FROM superiors s WHERE s.employment_id = e.id AND s.superseded_at IS NULL AND s.valid_to IS NULL)`,
    [ctx.tenantId, ...seen.values]);
  const of = (state: string): number => states.find((s) => s.state === state)?.n ?? 0;
  return { positions: await by("position"), workerTypes: await by("worker_type"), active: of("active"), ended: of("ended"), withoutSuperior: alone?.n ?? 0 };
}
