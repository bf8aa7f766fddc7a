/**
 * The write path of people, the same for one and for 2,000: caches on `people` and `employments`, facts and names with
 * valid and recorded time. Nothing is overwritten: a value that ends gets a closed copy, the old row is superseded.
 */
import type { Ctx } from "../../../kernel/ctx.ts";
import { displayName, hasEnded, isCorrection, ofEmployment, searchText, sortName, today } from "../rules.ts";
import type { Snapshot } from "../store/snapshots.ts";
import { allSites } from "../store/units.ts";
import * as write from "../store/write.ts";

/** Where values come from: "console", "setup", or a feed run. */
export interface Origin { readonly source: string; readonly sourceId: string | null; /** Today at the company. */ readonly day: string }

export interface NewEmployment {
  readonly employmentId: string;
  readonly employeeNumber: string | null;
  readonly startedOn: string | null;
  readonly endedOn: string | null;
  readonly orgUnitId: string | null;
  readonly siteId: string | null;
  readonly position: string | null;
  readonly workerType: string | null;
  /** Facts without a column of their own: "fte", "custom.…". */
  readonly loose?: Readonly<Record<string, string | null>>;
}
export interface NewPerson {
  readonly personId: string;
  readonly given: string;
  readonly family: string;
  readonly display: string | null;
  readonly email: string | null;
  readonly language: string | null;
  readonly employment: NewEmployment | null;
}

const columnsOf = (e: NewEmployment): Record<string, string | null> => ({
  employee_number: e.employeeNumber, started_on: e.startedOn, ended_on: e.endedOn, org_unit: e.orgUnitId, site: e.siteId, position: e.position, worker_type: e.workerType, ...e.loose,
});

function firstFacts(ctx: Ctx, origin: Origin, personId: string, employmentId: string | null, values: Readonly<Record<string, string | null>>, from: string): write.FactColumns[] {
  return Object.entries(values).flatMap(([attribute, value]) => value === null ? [] : [{
    id: ctx.newId(), person_id: personId, employment_id: employmentId, attribute, value, valid_from: from, valid_to: null, recorded_at: ctx.now, source: origin.source, source_id: origin.sourceId,
  }]);
}

type Ended = (endedOn: string | null, siteId: string | null) => boolean;

/** An employment ends when its last day is over at its site. Zones are looked up only for ends that depend on them. */
async function endedNow(ctx: Ctx, ends: readonly (string | null)[], origin: Origin): Promise<Ended> {
  const days = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (!ends.some((e) => e !== null && Math.abs(days(e, origin.day)) <= 1)) return (endedOn) => hasEnded(endedOn, origin.day);
  const zones = new Map((await allSites(ctx)).map((s) => [s.id, s.zone]));
  return (endedOn, siteId) => { const zone = siteId === null ? undefined : zones.get(siteId); return hasEnded(endedOn, zone === undefined ? origin.day : today(ctx.now, zone)); };
}

const asRow = (ctx: Ctx, personId: string, e: NewEmployment, isOver: Ended): write.EmploymentColumns => ({
  id: e.employmentId, person_id: personId, employee_number: e.employeeNumber, started_on: e.startedOn, ended_on: e.endedOn, org_unit_id: e.orgUnitId, site_id: e.siteId, position: e.position,
  worker_type: e.workerType, state: isOver(e.endedOn, e.siteId) ? "ended" : "active", created_at: ctx.now,
});

export async function insertPeople(ctx: Ctx, people: readonly NewPerson[], origin: Origin): Promise<void> {
  const facts: write.FactColumns[] = [];
  const names: write.NameColumns[] = [];
  const rows = people.map((p): write.PersonColumns => {
    const display = p.display ?? displayName(p.given, p.family);
    const from = p.employment?.startedOn ?? origin.day;
    names.push({ id: ctx.newId(), person_id: p.personId, given: p.given, family: p.family, display, valid_from: from, valid_to: null, recorded_at: ctx.now });
    facts.push(...firstFacts(ctx, origin, p.personId, null, { email: p.email, language: p.language }, from));
    if (p.employment) facts.push(...firstFacts(ctx, origin, p.personId, p.employment.employmentId, columnsOf(p.employment), from));
    return {
      id: p.personId, display_name: display, sort_name: sortName(p.given, p.family, display), email: p.email, language: p.language, created_at: ctx.now,
      search_text: searchText(display, p.email, p.employment?.employeeNumber === undefined || p.employment.employeeNumber === null ? [] : [p.employment.employeeNumber]),
    };
  });
  const isOver = await endedNow(ctx, people.map((p) => p.employment?.endedOn ?? null), origin);
  await write.insertPeople(ctx, rows);
  await write.insertNames(ctx, names);
  await write.insertEmployments(ctx, people.flatMap((p) => p.employment ? [asRow(ctx, p.personId, p.employment, isOver)] : []));
  await write.insertFacts(ctx, facts);
}

/** Further employments of known people (a rehire). */
export async function insertEmployments(ctx: Ctx, list: readonly (NewEmployment & { readonly personId: string })[], origin: Origin): Promise<void> {
  const isOver = await endedNow(ctx, list.map((e) => e.endedOn), origin);
  await write.insertEmployments(ctx, list.map((e) => asRow(ctx, e.personId, e, isOver)));
  await write.insertFacts(ctx, list.flatMap((e) => firstFacts(ctx, origin, e.personId, e.employmentId, columnsOf(e), e.startedOn ?? origin.day)));
  await refreshSearch(ctx, list.map((e) => e.personId));
}

/** New values of one person and one of their employments. Attributes as in facts; names apart. */
export interface Change {
  readonly was: Snapshot;
  readonly names?: { readonly given: string; readonly family: string; readonly display: string };
  readonly values: Readonly<Record<string, string | null>>;
  /** First day on which the new values hold; never after today. Corrections of dates and numbers hold from the beginning. */
  readonly from: string;
}

export async function changePeople(ctx: Ctx, changes: readonly Change[], origin: Origin): Promise<void> {
  const pick = <T>(c: Change, attribute: string, old: T): string | T | null => { const v = c.values[attribute]; return v === undefined ? old : v; };
  const isOver = await endedNow(ctx, changes.map((c) => pick(c, "ended_on", c.was.endedOn)), origin);
  const people: write.PersonUpdate[] = [];
  const employments: write.EmploymentUpdate[] = [];
  for (const c of changes) {
    if (c.names !== undefined || "email" in c.values || "language" in c.values) {
      const n = c.names ?? { given: c.was.given, family: c.was.family, display: c.was.display };
      people.push({ id: c.was.personId, display_name: n.display, sort_name: sortName(n.given, n.family, n.display), email: pick(c, "email", c.was.email), language: pick(c, "language", c.was.language) });
    }
    if (c.was.employmentId !== null && Object.keys(c.values).some(ofEmployment)) {
      const endedOn = pick(c, "ended_on", c.was.endedOn);
      const siteId = pick(c, "site", c.was.siteId);
      employments.push({
        id: c.was.employmentId, employee_number: pick(c, "employee_number", c.was.employeeNumber), started_on: pick(c, "started_on", c.was.startedOn), ended_on: endedOn,
        org_unit_id: pick(c, "org_unit", c.was.orgUnitId), site_id: siteId, position: pick(c, "position", c.was.position), worker_type: pick(c, "worker_type", c.was.workerType),
        state: isOver(endedOn, siteId) ? "ended" : "active",
      });
    }
  }
  await write.updatePeople(ctx, people);
  await write.updateEmployments(ctx, employments);
  await changeNames(ctx, changes.filter((c) => c.names !== undefined));
  await changeFacts(ctx, changes, origin);
  await refreshSearch(ctx, changes.filter((c) => c.names !== undefined || "email" in c.values || "employee_number" in c.values).map((c) => c.was.personId));
}

async function changeNames(ctx: Ctx, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const old = new Map((await write.currentNames(ctx, changes.map((c) => c.was.personId))).map((n) => [n.person_id, n]));
  const rows: write.NameColumns[] = [];
  for (const c of changes) {
    const before = old.get(c.was.personId);
    const from = before && before.valid_from > c.from ? before.valid_from : c.from;
    if (before && before.valid_from < from) rows.push({ ...before, id: ctx.newId(), valid_to: from, recorded_at: ctx.now });
    if (c.names) rows.push({ id: ctx.newId(), person_id: c.was.personId, ...c.names, valid_from: from, valid_to: null, recorded_at: ctx.now });
  }
  await write.supersede(ctx, "person_names", [...old.values()].map((n) => n.id));
  await write.insertNames(ctx, rows);
}

async function changeFacts(ctx: Ctx, changes: readonly Change[], origin: Origin): Promise<void> {
  const keys = changes.flatMap((c) => Object.keys(c.values).map((attribute) => ({ person_id: c.was.personId, employment_id: ofEmployment(attribute) ? c.was.employmentId : null, attribute })));
  const keyOf = (f: { person_id: string; employment_id: string | null; attribute: string }): string => `${f.person_id} ${f.employment_id ?? ""} ${f.attribute}`;
  const old = new Map((await write.currentFacts(ctx, keys)).map((f) => [keyOf(f), f]));
  const rows: write.FactColumns[] = [];
  const ended: string[] = [];
  for (const c of changes) {
    for (const [attribute, value] of Object.entries(c.values)) {
      const employmentId = ofEmployment(attribute) ? c.was.employmentId : null;
      const before = old.get(keyOf({ person_id: c.was.personId, employment_id: employmentId, attribute }));
      const from = before && (isCorrection(attribute) || before.valid_from > c.from) ? before.valid_from : c.from;
      if (before) {
        ended.push(before.id);
        if (before.valid_from < from) rows.push({ ...before, id: ctx.newId(), valid_to: from, recorded_at: ctx.now });
      }
      rows.push({ id: ctx.newId(), person_id: c.was.personId, employment_id: employmentId, attribute, value, valid_from: from, valid_to: null, recorded_at: ctx.now, source: origin.source, source_id: origin.sourceId });
    }
  }
  await write.supersede(ctx, "facts", ended);
  await write.insertFacts(ctx, rows);
}

export interface SuperiorChange { readonly employmentId: string; readonly superiorId: string | null; readonly from: string }

/** Sets, replaces or removes solid-line superiors. The caller has checked for loops. */
export async function putSuperiors(ctx: Ctx, changes: readonly SuperiorChange[], origin: Origin, isNew = false): Promise<void> {
  const old = new Map((isNew ? [] : await write.currentSuperiors(ctx, changes.map((c) => c.employmentId))).map((s) => [s.employment_id, s]));
  const rows: write.SuperiorColumns[] = [];
  for (const c of changes) {
    const before = old.get(c.employmentId);
    const from = before && before.valid_from > c.from ? before.valid_from : c.from;
    if (before && before.valid_from < from) rows.push({ ...before, id: ctx.newId(), valid_to: from, recorded_at: ctx.now });
    if (c.superiorId !== null) rows.push({ id: ctx.newId(), employment_id: c.employmentId, superior_id: c.superiorId, line: "solid", valid_from: from, valid_to: null, recorded_at: ctx.now, source: origin.source, source_id: origin.sourceId });
  }
  await write.supersede(ctx, "superiors", [...old.values()].map((s) => s.id));
  await write.insertSuperiors(ctx, rows);
  if (!isNew) await write.touchEmployments(ctx, changes.map((c) => c.employmentId));
}

async function refreshSearch(ctx: Ctx, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  const byId = new Map<string, { display: string; email: string | null; numbers: string[] }>();
  for (const s of await write.searchSources(ctx, [...new Set(personIds)])) {
    const entry = byId.get(s.id) ?? { display: s.display, email: s.email, numbers: [] };
    if (s.number !== null && !entry.numbers.includes(s.number)) entry.numbers.push(s.number);
    byId.set(s.id, entry);
  }
  await write.updateSearch(ctx, [...byId].map(([id, s]) => ({ id, search_text: searchText(s.display, s.email, s.numbers) })));
}
