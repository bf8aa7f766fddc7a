/** Set-based writes: one statement per table whatever the number of rows (≤ 2,000 per call). */
import type { Ctx } from "../../../kernel/ctx.ts";

type Kind = "text" | "integer" | "instant" | "day" | "flag";
export type Columns = Readonly<Record<string, Kind>>;

async function insert(ctx: Ctx, table: string, columns: Columns, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).join(", ");
  await ctx.db.run(`INSERT INTO ${table} (tenant_id, ${names}) SELECT ${literal(ctx.tenantId)}, ${Object.keys(columns).map((c) => `t.${c}`).join(", ")} FROM ${ctx.db.sql.rowsOf(columns)}`, [JSON.stringify(rows)]);
}

// Tenant ids are made by Muster; still nothing but the id's own alphabet gets into a statement.
function literal(tenantId: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(tenantId)) throw new Error("not a tenant id");
  return `'${tenantId}'`;
}

export interface PersonColumns { id: string; display_name: string; sort_name: string; search_text: string; email: string | null; language: string | null; created_at: string }
export const insertPeople = (ctx: Ctx, rows: readonly PersonColumns[]): Promise<void> =>
  insert(ctx, "people", { id: "text", display_name: "text", sort_name: "text", search_text: "text", email: "text", language: "text", created_at: "instant" }, rows);

export interface NameColumns { id: string; person_id: string; given: string; family: string; display: string; valid_from: string; valid_to: string | null; recorded_at: string }
export const insertNames = (ctx: Ctx, rows: readonly NameColumns[]): Promise<void> =>
  insert(ctx, "person_names", { id: "text", person_id: "text", given: "text", family: "text", display: "text", valid_from: "day", valid_to: "day", recorded_at: "instant" }, rows);

export interface EmploymentColumns {
  id: string; person_id: string; employee_number: string | null; started_on: string | null; ended_on: string | null; org_unit_id: string | null; site_id: string | null;
  position: string | null; worker_type: string | null; state: "active" | "ended"; created_at: string;
}
export const insertEmployments = (ctx: Ctx, rows: readonly EmploymentColumns[]): Promise<void> =>
  insert(ctx, "employments", {
    id: "text", person_id: "text", employee_number: "text", started_on: "day", ended_on: "day", org_unit_id: "text", site_id: "text", position: "text", worker_type: "text", state: "text", created_at: "instant",
  }, rows);

export interface FactColumns {
  id: string; person_id: string; employment_id: string | null; attribute: string; value: string | null; valid_from: string; valid_to: string | null; recorded_at: string; source: string; source_id: string | null;
}
export const insertFacts = (ctx: Ctx, rows: readonly FactColumns[]): Promise<void> =>
  insert(ctx, "facts", {
    id: "text", person_id: "text", employment_id: "text", attribute: "text", value: "text", valid_from: "day", valid_to: "day", recorded_at: "instant", source: "text", source_id: "text",
  }, rows);

export interface SuperiorColumns {
  id: string; employment_id: string; superior_id: string; line: "solid"; valid_from: string; valid_to: string | null; recorded_at: string; source: string; source_id: string | null;
}
export const insertSuperiors = (ctx: Ctx, rows: readonly SuperiorColumns[]): Promise<void> =>
  insert(ctx, "superiors", { id: "text", employment_id: "text", superior_id: "text", line: "text", valid_from: "day", valid_to: "day", recorded_at: "instant", source: "text", source_id: "text" }, rows);

/** Marks rows as no longer what we believe; they stay for ever. */
export async function supersede(ctx: Ctx, table: "facts" | "superiors" | "person_names", ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await ctx.db.run(`UPDATE ${table} SET superseded_at = ? WHERE tenant_id = ? AND id IN (SELECT t.id FROM ${ctx.db.sql.rowsOf({ id: "text" })})`, [ctx.now, ctx.tenantId, JSON.stringify(ids.map((id) => ({ id })))]);
}

/** Facts in force, of the given people and attributes. */
export const currentFacts = (ctx: Ctx, keys: readonly { person_id: string; employment_id: string | null; attribute: string }[]): Promise<FactColumns[]> =>
  keys.length === 0 ? Promise.resolve([]) : ctx.db.rows<FactColumns>(
    `SELECT f.id, f.person_id, f.employment_id, f.attribute, f.value, f.valid_from, f.valid_to, f.recorded_at, f.source, f.source_id
     FROM ${ctx.db.sql.rowsOf({ person_id: "text", employment_id: "text", attribute: "text" })} JOIN facts f ON f.person_id = t.person_id AND f.attribute = t.attribute
     WHERE f.tenant_id = ? AND f.superseded_at IS NULL AND f.valid_to IS NULL AND coalesce(f.employment_id, '') = coalesce(t.employment_id, '')`, [JSON.stringify(keys), ctx.tenantId]);

export const currentSuperiors = (ctx: Ctx, employmentIds: readonly string[]): Promise<SuperiorColumns[]> =>
  ctx.db.rows<SuperiorColumns>(
    `SELECT s.id, s.employment_id, s.superior_id, s.line, s.valid_from, s.valid_to, s.recorded_at, s.source, s.source_id FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN superiors s ON s.employment_id = t.id
     WHERE s.tenant_id = ? AND s.superseded_at IS NULL AND s.valid_to IS NULL AND s.line = 'solid'`, [JSON.stringify(employmentIds.map((id) => ({ id }))), ctx.tenantId]);

export const currentNames = (ctx: Ctx, personIds: readonly string[]): Promise<NameColumns[]> =>
  ctx.db.rows<NameColumns>(
    `SELECT n.id, n.person_id, n.given, n.family, n.display, n.valid_from, n.valid_to, n.recorded_at FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN person_names n ON n.person_id = t.id
     WHERE n.tenant_id = ? AND n.superseded_at IS NULL AND n.valid_to IS NULL`, [JSON.stringify(personIds.map((id) => ({ id }))), ctx.tenantId]);

export interface PersonUpdate { id: string; display_name: string; sort_name: string; email: string | null; language: string | null }
export async function updatePeople(ctx: Ctx, rows: readonly PersonUpdate[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db.run(
    `UPDATE people SET display_name = t.display_name, sort_name = t.sort_name, email = t.email, language = t.language, row_version = row_version + 1
     FROM ${ctx.db.sql.rowsOf({ id: "text", display_name: "text", sort_name: "text", email: "text", language: "text" })} WHERE people.id = t.id AND people.tenant_id = ?`, [JSON.stringify(rows), ctx.tenantId]);
}

export type EmploymentUpdate = Omit<EmploymentColumns, "person_id" | "created_at">;
export async function updateEmployments(ctx: Ctx, rows: readonly EmploymentUpdate[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db.run(
    `UPDATE employments SET employee_number = t.employee_number, started_on = t.started_on, ended_on = t.ended_on, org_unit_id = t.org_unit_id, site_id = t.site_id, position = t.position,
       worker_type = t.worker_type, state = t.state, row_version = row_version + 1
     FROM ${ctx.db.sql.rowsOf({ id: "text", employee_number: "text", started_on: "day", ended_on: "day", org_unit_id: "text", site_id: "text", position: "text", worker_type: "text", state: "text" })}
     WHERE employments.id = t.id AND employments.tenant_id = ?`, [JSON.stringify(rows), ctx.tenantId]);
}

export async function touchEmployments(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await ctx.db.run(`UPDATE employments SET row_version = row_version + 1 WHERE tenant_id = ? AND id IN (SELECT t.id FROM ${ctx.db.sql.rowsOf({ id: "text" })})`, [ctx.tenantId, JSON.stringify(ids.map((id) => ({ id })))]);
}

export interface SearchSource { id: string; display: string; email: string | null; number: string | null }
export const searchSources = (ctx: Ctx, personIds: readonly string[]): Promise<SearchSource[]> =>
  ctx.db.rows<SearchSource>(
    `SELECT p.id, p.display_name AS display, p.email, e.employee_number AS number FROM ${ctx.db.sql.rowsOf({ id: "text" })} JOIN people p ON p.id = t.id LEFT JOIN employments e ON e.person_id = p.id
     WHERE p.tenant_id = ? ORDER BY p.id, e.state, e.id`, [JSON.stringify(personIds.map((id) => ({ id }))), ctx.tenantId]);
export async function updateSearch(ctx: Ctx, rows: readonly { id: string; search_text: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.db.run(`UPDATE people SET search_text = t.search_text FROM ${ctx.db.sql.rowsOf({ id: "text", search_text: "text" })} WHERE people.id = t.id AND people.tenant_id = ?`, [JSON.stringify(rows), ctx.tenantId]);
}
