/**
 * People: one human is one person for ever; an employment is one engagement (a rehire is a new one). Every HR value is a fact
 * with valid time (days, `valid_to` is the first day it no longer holds) and recorded time; facts are superseded, never
 * overwritten or removed. The columns of `people` and `employments` are the cache of today's values.
 * Lists of anything that belongs to people add `visiblePeople(ctx, permission, column)` to their WHERE.
 * Listen to `people.changed` ({ personIds ≤ 2,000, endedPersonIds, source, sourceId }): it is sent for every change, by hand or in mass.
 */
import type { Ctx } from "../../kernel/ctx.ts";
import type { Handlers, Loader, Module } from "../../kernel/module.ts";
import { people as contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { schedules } from "./jobs.ts";
import * as service from "./service.ts";
import * as detailStore from "./store/detail.ts";
import { byPerson } from "./store/snapshots.ts";
import { orgUnit, site } from "./store/units.ts";
import { companyZone } from "./service/day.ts";
import { states } from "./service/units.ts";

export { visiblePeople, reportsOf, isReportOf, superiorsOf, loopingAmong, type Condition } from "./store/line.ts";
export { change as changePerson, recordPerson, type PersonToRecord } from "./service/record.ts";
export { changePeople, insertEmployments, insertPeople, putSuperiors, type Change, type NewEmployment, type NewPerson, type Origin, type SuperiorChange } from "./service/batch.ts";
export { announce, type PeopleChanged } from "./service/announce.ts";
export { ensureOrgUnits, ensureSites, orgUnitFinder, siteFinder } from "./service/units.ts";
export { companyDay, companyZone } from "./service/day.ts";
export { byEmail, byEmployments, byNumber, byPerson, looseFacts, type Snapshot } from "./store/snapshots.ts";
export { roster, unemployed, type RosterRow } from "./store/roster.ts";
export { displayName, fold, hasEnded, line, loops, today } from "./rules.ts";
export { linkPending, setCheckedSuperiors, waitingSince } from "./service/pending.ts";

export interface Person { readonly id: string; readonly name: string; readonly email: string | null; readonly language: string | null; readonly employeeNumber: string | null; readonly orgUnitId: string | null; readonly superiorId: string | null; readonly zone: string }

/** Who this is, with today's main employment; undefined if unknown. */
export async function person(ctx: Ctx, personId: string): Promise<Person | undefined> {
  const [s] = await byPerson(ctx, [personId]);
  return s && { id: s.personId, name: s.display, email: s.email, language: s.language, employeeNumber: s.employeeNumber, orgUnitId: s.orgUnitId, superiorId: s.superiorId, zone: s.siteZone ?? await companyZone(ctx) };
}

/** The zone a person's days are counted in: that of the site, else the company's. */
export async function zoneOf(ctx: Ctx, personId: string): Promise<string> {
  const [s] = await byPerson(ctx, [personId]);
  return s?.siteZone ?? companyZone(ctx);
}

const loaders: Record<string, Loader> = {
  person: async (ctx, id) => { const p = await detailStore.person(ctx, id); return p && { tenantId: p.tenantId, personId: p.id }; },
  employment: async (ctx, id) => {
    const [row] = await ctx.db.rows<{ personId: string }>(`SELECT person_id AS "personId" FROM employments WHERE id = ? AND tenant_id = ?`, [id, ctx.tenantId]);
    return row && { tenantId: ctx.tenantId, personId: row.personId };
  },
  orgUnit: async (ctx, id) => { const u = await orgUnit(ctx, id); return u && { tenantId: u.tenantId }; },
  site: async (ctx, id) => { const s = await site(ctx, id); return s && { tenantId: s.tenantId }; },
};

export const peopleModule: Module = {
  name: "people", contract, handlers: service satisfies Handlers<typeof contract>, failures: fail, loaders, schedules, states,
  emits: ["people.changed", "people.employment_started", "people.employment_ended", "people.fact_recorded", "people.site_changed"],
};
