/** The org tree and the places of work. */
import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import { isUniqueViolation } from "../../../kernel/db/constraint.ts";
import type { LedgerState } from "../../../kernel/module.ts";
import type { people } from "../contract.ts";
import { fail } from "../failures.ts";
import type { OrgUnitRecord, SiteRecord } from "../store/columns.ts";
import * as store from "../store/units.ts";
import { companyZone } from "./day.ts";

type In<K extends keyof typeof people> = Input<(typeof people)[K]>;
type Out<K extends keyof typeof people> = Promise<Output<(typeof people)[K]>>;

const deepest = 20;
const idsOf = (path: string): string[] => path.split("/").filter((s) => s !== "");

/** Names from the top of each unit, by id: "IT/Betrieb". */
const namePaths = (units: readonly OrgUnitRecord[]): Map<string, string> => {
  const names = new Map(units.map((u) => [u.id, u.name]));
  return new Map(units.map((u) => [u.id, idsOf(u.path).map((id) => names.get(id) ?? id).join("/")]));
};

export async function orgUnits(ctx: Ctx): Out<"orgUnits"> {
  const units = await store.allOrgUnits(ctx);
  const own = await store.peopleByUnit(ctx);
  const paths = namePaths(units);
  const total = new Map<string, number>();
  for (const u of units) for (const id of idsOf(u.path)) total.set(id, (total.get(id) ?? 0) + (own.get(u.id) ?? 0));
  const rows = units.map((u) => ({ id: u.id, parentId: u.parentId, name: u.name, code: u.code, path: paths.get(u.id) ?? u.name, depth: idsOf(u.path).length - 1, people: own.get(u.id) ?? 0, peopleBelow: total.get(u.id) ?? 0 }));
  const children = new Map<string | null, typeof rows>();
  for (const r of rows) children.set(r.parentId, [...children.get(r.parentId) ?? [], r]);
  const ordered: typeof rows = [];
  const visit = (parent: string | null): void => {
    for (const r of (children.get(parent) ?? []).sort((a, b) => a.name.localeCompare(b.name, "en"))) { ordered.push(r); visit(r.id); }
  };
  visit(null);
  return { rows: ordered };
}

/** Codes are unique; a unit made by hand gets its path of names as code, so that a feed naming that path finds it. */
async function insertUnit(ctx: Ctx, name: string, parent: OrgUnitRecord | null, code: string): Promise<OrgUnitRecord> {
  const id = ctx.newId();
  const unit: OrgUnitRecord = { id, tenantId: ctx.tenantId, code, name, parentId: parent?.id ?? null, path: `${parent?.path ?? "/"}${id}/`, createdAt: ctx.now, closedOn: null };
  if (idsOf(unit.path).length > deepest) throw fail.org_unit_too_deep();
  await store.insertOrgUnit(ctx, unit);
  return unit;
}

export async function createOrgUnit(ctx: Ctx, input: In<"createOrgUnit">): Out<"createOrgUnit"> {
  const units = await store.allOrgUnits(ctx);
  const parent = units.find((u) => u.id === input.parentId) ?? null;
  const code = input.code ?? (parent ? `${namePaths(units).get(parent.id) ?? parent.name}/${input.name}` : input.name);
  if (units.some((u) => u.code === code || (u.parentId === (parent?.id ?? null) && u.name === input.name))) throw fail.org_unit_taken();
  const unit = await insertUnit(ctx, input.name, parent, code);
  ctx.audit("people.org_unit_created", { kind: "org_unit", id: unit.id }, { after: { name: unit.name, code: unit.code, parentId: unit.parentId } });
  return { id: unit.id };
}

async function knownUnit(ctx: Ctx, id: string): Promise<OrgUnitRecord> {
  const unit = await store.orgUnit(ctx, id);
  if (!unit) throw fail.not_found();
  return unit;
}

export async function renameOrgUnit(ctx: Ctx, input: In<"renameOrgUnit">): Out<"renameOrgUnit"> {
  const unit = await knownUnit(ctx, input.orgUnitId);
  if ((await store.allOrgUnits(ctx)).some((u) => u.id !== unit.id && u.parentId === unit.parentId && u.name === input.name)) throw fail.org_unit_taken();
  await store.renameOrgUnit(ctx, unit.id, input.name);
  ctx.audit("people.org_unit_renamed", { kind: "org_unit", id: unit.id }, { before: { name: unit.name, code: unit.code, parentId: unit.parentId }, after: { name: input.name, code: unit.code, parentId: unit.parentId } });
  return { id: unit.id };
}

export async function moveOrgUnit(ctx: Ctx, input: In<"moveOrgUnit">): Out<"moveOrgUnit"> {
  const unit = await knownUnit(ctx, input.orgUnitId);
  const parent = input.parentId === null ? null : await knownUnit(ctx, input.parentId);
  if (parent?.path.startsWith(unit.path) === true) throw fail.org_unit_loop();
  const units = await store.allOrgUnits(ctx);
  if (units.some((u) => u.id !== unit.id && u.parentId === input.parentId && u.name === unit.name)) throw fail.org_unit_taken();
  const path = `${parent?.path ?? "/"}${unit.id}/`;
  const height = Math.max(...units.filter((u) => u.path.startsWith(unit.path)).map((u) => idsOf(u.path).length - idsOf(unit.path).length));
  if (idsOf(path).length + height > deepest) throw fail.org_unit_too_deep();
  await store.moveOrgUnit(ctx, unit, input.parentId, path);
  ctx.audit("people.org_unit_moved", { kind: "org_unit", id: unit.id }, { before: { name: unit.name, code: unit.code, parentId: unit.parentId }, after: { name: unit.name, code: unit.code, parentId: input.parentId } });
  return { id: unit.id };
}

/** Finds org units by code, then by path of names; nothing is created. */
export async function orgUnitFinder(ctx: Ctx): Promise<(path: string) => string | undefined> {
  const units = await store.allOrgUnits(ctx);
  const byName = new Map([...namePaths(units)].map(([id, path]) => [path, id]));
  const byCode = new Map(units.map((u) => [u.code, u.id]));
  return (path) => byCode.get(path) ?? byName.get(path);
}
export async function siteFinder(ctx: Ctx): Promise<(name: string) => { id: string; zone: string } | undefined> {
  const byName = new Map((await store.allSites(ctx)).map((s) => [s.name, { id: s.id, zone: s.zone }]));
  return (name) => byName.get(name);
}

/** Ids of org units by code, then by path of names ("IT/Betrieb"); what is missing is created from the top. Returns path → id. */
export async function ensureOrgUnits(ctx: Ctx, paths: Iterable<string>): Promise<Map<string, string>> {
  const units = await store.allOrgUnits(ctx);
  const byName = new Map([...namePaths(units)].map(([id, path]) => [path, id]));
  const byCode = new Map(units.map((u) => [u.code, u]));
  const byId = new Map(units.map((u) => [u.id, u]));
  const found = new Map<string, string>();
  const find = (path: string): OrgUnitRecord | undefined => byCode.get(path) ?? byId.get(byName.get(path) ?? "");
  for (const path of new Set(paths)) {
    let parent: OrgUnitRecord | null = null;
    const names = path.split("/");
    for (let i = 1; i <= names.length; i++) {
      const part = names.slice(0, i).join("/");
      let unit = find(part);
      if (!unit) {
        unit = await insertUnit(ctx, names[i - 1] ?? part, parent, part);
        ctx.audit("people.org_unit_created", { kind: "org_unit", id: unit.id }, { after: { name: unit.name, code: unit.code, parentId: unit.parentId } });
        byCode.set(part, unit);
        byId.set(unit.id, unit);
      }
      parent = unit;
    }
    if (parent) found.set(path, parent.id);
  }
  return found;
}

export async function sites(ctx: Ctx): Out<"sites"> {
  const own = await store.peopleBySite(ctx);
  return { rows: (await store.allSites(ctx)).map((s) => ({ id: s.id, name: s.name, zone: s.zone, country: s.country, people: own.get(s.id) ?? 0 })) };
}

/** Org units and sites as their newest ledger entries hold them. */
export const states: readonly LedgerState[] = [
  { kind: "org_unit", page: async (ctx, afterId, size) => (await store.unitsAfter(ctx, afterId, size)).map((u) => ({ id: u.id, state: { name: u.name, code: u.code, parentId: u.parentId } })) },
  { kind: "site", page: async (ctx, afterId, size) => (await store.sitesAfter(ctx, afterId, size)).map((s) => ({ id: s.id, state: stateOf(s) })) },
];

const stateOf = (s: SiteRecord): Record<string, string | null> => ({ name: s.name, zone: s.zone, country: s.country });

async function insertSite(ctx: Ctx, name: string, zone: string, country: string | null): Promise<SiteRecord> {
  const site: SiteRecord = { id: ctx.newId(), tenantId: ctx.tenantId, name, zone, country, createdAt: ctx.now };
  await store.insertSite(ctx, site);
  ctx.audit("people.site_created", { kind: "site", id: site.id }, { after: stateOf(site) });
  return site;
}

export async function createSite(ctx: Ctx, input: In<"createSite">): Out<"createSite"> {
  if ((await store.allSites(ctx)).some((s) => s.name === input.name)) throw fail.site_taken();
  return { id: (await insertSite(ctx, input.name, input.zone, input.country ?? null)).id };
}

export async function changeSite(ctx: Ctx, input: In<"changeSite">): Out<"changeSite"> {
  const was = await store.site(ctx, input.siteId);
  if (!was) throw fail.not_found();
  const now: SiteRecord = { ...was, name: input.name ?? was.name, zone: input.zone ?? was.zone, country: input.country === undefined ? was.country : input.country };
  try { await store.updateSite(ctx, now); } catch (error) {
    if (isUniqueViolation(error)) throw fail.site_taken();
    throw error;
  }
  ctx.audit("people.site_changed", { kind: "site", id: was.id }, { before: stateOf(was), after: stateOf(now) });
  ctx.emit("people.site_changed", { siteId: was.id, zoneBefore: was.zone, zone: now.zone });
  return { id: was.id };
}

/** Ids of sites by name; a missing one is created in the zone given, else in the company's. Returns name → site. */
export async function ensureSites(ctx: Ctx, wanted: Iterable<{ readonly name: string; readonly zone: string | null; readonly country: string | null }>): Promise<Map<string, { id: string; zone: string }>> {
  const found = new Map((await store.allSites(ctx)).map((s) => [s.name, { id: s.id, zone: s.zone }]));
  for (const w of wanted) {
    if (found.has(w.name)) continue;
    const site = await insertSite(ctx, w.name, w.zone ?? await companyZone(ctx), w.country);
    found.set(w.name, { id: site.id, zone: site.zone });
  }
  return found;
}
