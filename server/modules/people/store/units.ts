import type { Ctx } from "../../../kernel/ctx.ts";
import { visiblePeople } from "./line.ts";
import { orgUnits, sites, type OrgUnitRecord, type SiteRecord } from "./columns.ts";

export const allOrgUnits = async (ctx: Ctx): Promise<OrgUnitRecord[]> =>
  (await ctx.db("org_units").where({ tenant_id: ctx.tenantId }).orderBy("path")).map((r) => orgUnits.fromRow(r));
export const orgUnit = async (ctx: Ctx, id: string): Promise<OrgUnitRecord | undefined> => {
  const row = await ctx.db("org_units").where({ tenant_id: ctx.tenantId, id }).first();
  return row && orgUnits.fromRow(row);
};
export const insertOrgUnit = async (ctx: Ctx, unit: OrgUnitRecord): Promise<void> => { await ctx.db("org_units").insert(orgUnits.toRow(unit)); };
export const renameOrgUnit = async (ctx: Ctx, id: string, name: string): Promise<void> => { await ctx.db("org_units").where({ tenant_id: ctx.tenantId, id }).update({ name }); };

/** Moves a unit and everything below it: their paths begin with the new one from now on. */
export async function moveOrgUnit(ctx: Ctx, unit: OrgUnitRecord, parentId: string | null, path: string): Promise<number> {
  await ctx.db("org_units").where({ tenant_id: ctx.tenantId, id: unit.id }).update({ parent_id: parentId });
  return ctx.db.run("UPDATE org_units SET path = cast(? AS text) || substr(path, length(cast(? AS text)) + 1) WHERE tenant_id = ? AND substr(path, 1, length(cast(? AS text))) = ?",
    [path, unit.path, ctx.tenantId, unit.path, unit.path]);
}

export const peopleByUnit = async (ctx: Ctx): Promise<Map<string, number>> => {
  const seen = visiblePeople(ctx, "people.read", "e.person_id");
  const rows = await ctx.db.rows<{ id: string; n: number }>(
    `SELECT e.org_unit_id AS id, count(*) AS n FROM employments e WHERE e.tenant_id = ? AND e.state = 'active' AND e.org_unit_id IS NOT NULL AND ${seen.sql} GROUP BY e.org_unit_id`, [ctx.tenantId, ...seen.values]);
  return new Map(rows.map((r) => [r.id, r.n]));
};
export const peopleBySite = async (ctx: Ctx): Promise<Map<string, number>> => {
  const seen = visiblePeople(ctx, "people.read", "e.person_id");
  const rows = await ctx.db.rows<{ id: string; n: number }>(
    `SELECT e.site_id AS id, count(*) AS n FROM employments e WHERE e.tenant_id = ? AND e.state = 'active' AND e.site_id IS NOT NULL AND ${seen.sql} GROUP BY e.site_id`, [ctx.tenantId, ...seen.values]);
  return new Map(rows.map((r) => [r.id, r.n]));
};

export const allSites = async (ctx: Ctx): Promise<SiteRecord[]> => (await ctx.db("sites").where({ tenant_id: ctx.tenantId }).orderBy("name")).map((r) => sites.fromRow(r));
export const site = async (ctx: Ctx, id: string): Promise<SiteRecord | undefined> => {
  const row = await ctx.db("sites").where({ tenant_id: ctx.tenantId, id }).first();
  return row && sites.fromRow(row);
};
export const insertSite = async (ctx: Ctx, value: SiteRecord): Promise<void> => { await ctx.db("sites").insert(sites.toRow(value)); };
export const updateSite = async (ctx: Ctx, value: SiteRecord): Promise<void> => { await ctx.db("sites").where({ tenant_id: ctx.tenantId, id: value.id }).update({ name: value.name, zone: value.zone, country: value.country }); };

const after = async (ctx: Ctx, table: string, afterId: string, size: number): Promise<Record<string, unknown>[]> => ctx.db(table).where({ tenant_id: ctx.tenantId }).where("id", ">", afterId).orderBy("id").limit(size);
export const unitsAfter = async (ctx: Ctx, afterId: string, size: number): Promise<OrgUnitRecord[]> => (await after(ctx, "org_units", afterId, size)).map((r) => orgUnits.fromRow(r));
export const sitesAfter = async (ctx: Ctx, afterId: string, size: number): Promise<SiteRecord[]> => (await after(ctx, "sites", afterId, size)).map((r) => sites.fromRow(r));
