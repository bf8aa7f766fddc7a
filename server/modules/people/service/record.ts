/** People and employments recorded and changed by hand. */
import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import type { people } from "../contract.ts";
import { fail } from "../failures.ts";
import { displayName } from "../rules.ts";
import * as snapshots from "../store/snapshots.ts";
import { loopingAmong } from "../store/line.ts";
import { announce } from "./announce.ts";
import * as batch from "./batch.ts";
import { companyDay } from "./day.ts";

type In<K extends keyof typeof people> = Input<(typeof people)[K]>;
type Out<K extends keyof typeof people> = Promise<Output<(typeof people)[K]>>;

export interface PersonToRecord {
  readonly givenName: string;
  readonly familyName: string;
  readonly displayName?: string;
  readonly email?: string | null;
  readonly language?: string | null;
  readonly employment?: {
    readonly employeeNumber?: string | null; readonly startedOn?: string | null; readonly endedOn?: string | null; readonly orgUnitId?: string | null; readonly siteId?: string | null;
    readonly position?: string | null; readonly workerType?: string | null; readonly superiorId?: string | null;
  };
}

async function originOf(ctx: Ctx): Promise<batch.Origin> {
  return { source: ctx.actor.kind === "person" ? "console" : ctx.actor.id, sourceId: ctx.actor.kind === "person" ? ctx.actor.personId : null, day: await companyDay(ctx) };
}

async function checkNumber(ctx: Ctx, number: string | null, own: string | null): Promise<void> {
  if (number === null) return;
  if ((await snapshots.byNumber(ctx, [number])).some((s) => s.state === "active" && s.employmentId !== own)) throw fail.number_taken({ fields: [{ path: "employeeNumber", code: "taken", message: "is taken" }] });
}
async function checkEmail(ctx: Ctx, email: string | null, own: string | null): Promise<void> {
  if (email === null) return;
  if ((await snapshots.byEmail(ctx, [email])).some((s) => s.personId !== own)) throw fail.email_taken({ fields: [{ path: "email", code: "taken", message: "is taken" }] });
}
function checkDates(startedOn: string | null, endedOn: string | null): void {
  if (startedOn !== null && endedOn !== null && endedOn < startedOn) throw fail.ends_before_start();
}

/** State of a person as the ledger keeps it. */
export const stateOf = (s: snapshots.Snapshot): Record<string, string | null> => ({
  givenName: s.given, familyName: s.family, displayName: s.display, email: s.email, language: s.language, employeeNumber: s.employeeNumber, startedOn: s.startedOn, endedOn: s.endedOn,
  orgUnitId: s.orgUnitId, siteId: s.siteId, position: s.position, workerType: s.workerType, superiorId: s.superiorId,
});
async function known(ctx: Ctx, personId: string): Promise<snapshots.Snapshot> {
  const [s] = await snapshots.byPerson(ctx, [personId]);
  if (!s) throw fail.not_found();
  return s;
}
async function knownEmployment(ctx: Ctx, personId: string, employmentId: string): Promise<snapshots.Snapshot> {
  const s = await snapshots.byEmployment(ctx, employmentId);
  if (s?.personId !== personId) throw fail.not_found();
  return s;
}

function newEmployment(ctx: Ctx, e: NonNullable<PersonToRecord["employment"]>): batch.NewEmployment {
  return {
    employmentId: ctx.newId(), employeeNumber: e.employeeNumber ?? null, startedOn: e.startedOn ?? null, endedOn: e.endedOn ?? null, orgUnitId: e.orgUnitId ?? null, siteId: e.siteId ?? null,
    position: e.position ?? null, workerType: e.workerType ?? null,
  };
}

/** Records a person, with an employment if given. Refuses `people.number_taken`, `people.email_taken`, `people.name_missing`. */
export async function recordPerson(ctx: Ctx, person: PersonToRecord): Promise<string> {
  const origin = await originOf(ctx);
  const email = person.email?.trim().toLowerCase() || null;
  if (displayName(person.givenName, person.familyName) === "") throw fail.name_missing();
  const employment = person.employment ? newEmployment(ctx, person.employment) : null;
  checkDates(employment?.startedOn ?? null, employment?.endedOn ?? null);
  await checkNumber(ctx, employment?.employeeNumber ?? null, null);
  await checkEmail(ctx, email, null);
  const personId = ctx.newId();
  await batch.insertPeople(ctx, [{ personId, given: person.givenName, family: person.familyName, display: person.displayName ?? null, email, language: person.language ?? null, employment }], origin);
  const superiorId = person.employment?.superiorId ?? null;
  if (employment && superiorId !== null) await batch.putSuperiors(ctx, [{ employmentId: employment.employmentId, superiorId, from: employment.startedOn ?? origin.day }], origin, true);
  const after = await known(ctx, personId);
  ctx.audit("people.recorded", { kind: "person", id: personId }, { after: stateOf(after), subject: personId });
  if (employment) ctx.emit("people.employment_started", { personId, employmentId: employment.employmentId, startedOn: employment.startedOn });
  announce(ctx, { personIds: [personId], endedPersonIds: [], source: origin.source, sourceId: origin.sourceId });
  return personId;
}

export async function record(ctx: Ctx, input: In<"record">): Out<"record"> {
  const { givenName, familyName, displayName: display, email, language, ...e } = input;
  const isEmployed = Object.values(e).some((v) => v !== undefined && v !== null);
  const id = await recordPerson(ctx, { givenName, familyName, ...(display === undefined ? {} : { displayName: display }), email: email ?? null, language: language ?? null, ...(isEmployed ? { employment: { startedOn: e.startedOn ?? null, ...definedOf(e) } } : {}) });
  return { id, version: 1 };
}
const definedOf = (e: Readonly<Record<string, string | null | undefined>>): NonNullable<PersonToRecord["employment"]> => Object.fromEntries(Object.entries(e).filter(([, v]) => v !== undefined));

async function finish(ctx: Ctx, action: string, was: snapshots.Snapshot, origin: batch.Origin, attributes: readonly string[], reason: string | undefined): Promise<snapshots.Snapshot> {
  const [now] = was.employmentId === null ? await snapshots.byPerson(ctx, [was.personId]) : [await snapshots.byEmployment(ctx, was.employmentId)];
  if (!now) throw fail.not_found();
  ctx.audit(action, { kind: "person", id: was.personId }, { before: stateOf(was), after: stateOf(now), subject: was.personId, ...(reason === undefined || reason === "" ? {} : { reason }) });
  ctx.emit("people.fact_recorded", { personId: was.personId, attributes });
  announce(ctx, { personIds: [was.personId], endedPersonIds: was.state === "active" && now.state === "ended" ? [was.personId] : [], source: origin.source, sourceId: origin.sourceId });
  return now;
}

export async function change(ctx: Ctx, input: In<"change">): Out<"change"> {
  const was = await known(ctx, input.personId);
  if (was.personVersion !== input.version) throw fail.changed_meanwhile();
  const origin = await originOf(ctx);
  if (input.from !== undefined && input.from > origin.day) throw fail.from_future();
  const given = input.givenName ?? was.given;
  const family = input.familyName ?? was.family;
  const isRenamed = given !== was.given || family !== was.family;
  const display = input.displayName ?? (isRenamed ? displayName(given, family) : was.display);
  if (display === "") throw fail.name_missing();
  const values: Record<string, string | null> = {};
  if (input.email !== undefined && input.email !== was.email) values["email"] = input.email;
  if (input.language !== undefined && input.language !== was.language) values["language"] = input.language;
  await checkEmail(ctx, values["email"] ?? null, was.personId);
  await batch.changePeople(ctx, [{ was, values, from: input.from ?? origin.day, ...(isRenamed || display !== was.display ? { names: { given, family, display } } : {}) }], origin);
  const now = await finish(ctx, "people.changed", was, origin, [...Object.keys(values), ...(isRenamed ? ["name"] : [])], input.reason);
  return { id: was.personId, version: now.personVersion };
}

export async function startEmployment(ctx: Ctx, input: In<"startEmployment">): Out<"startEmployment"> {
  const was = await known(ctx, input.personId);
  if (was.state === "active") throw fail.still_employed();
  const origin = await originOf(ctx);
  const { personId, reason, ...fields } = input;
  const employment = newEmployment(ctx, definedOf(fields));
  checkDates(employment.startedOn, employment.endedOn);
  await checkNumber(ctx, employment.employeeNumber, null);
  await batch.insertEmployments(ctx, [{ personId, ...employment }], origin);
  await finish(ctx, "people.employment_started", { ...was, employmentId: employment.employmentId }, origin, ["employment"], reason);
  ctx.emit("people.employment_started", { personId, employmentId: employment.employmentId, startedOn: employment.startedOn });
  return { id: employment.employmentId, version: 1 };
}

const attributeOf = { employeeNumber: "employee_number", startedOn: "started_on", endedOn: "ended_on", orgUnitId: "org_unit", siteId: "site", position: "position", workerType: "worker_type" } as const;

export async function changeEmployment(ctx: Ctx, input: In<"changeEmployment">): Out<"changeEmployment"> {
  const was = await knownEmployment(ctx, input.personId, input.employmentId);
  if (was.employmentVersion !== input.version) throw fail.changed_meanwhile();
  const origin = await originOf(ctx);
  if (input.from !== undefined && input.from > origin.day) throw fail.from_future();
  const values: Record<string, string | null> = {};
  for (const [field, attribute] of Object.entries(attributeOf) as [keyof typeof attributeOf, string][]) {
    const v = input[field];
    if (v !== undefined && v !== was[field]) values[attribute] = v;
  }
  checkDates(input.startedOn === undefined ? was.startedOn : input.startedOn, input.endedOn === undefined ? was.endedOn : input.endedOn);
  if ("employee_number" in values) await checkNumber(ctx, values["employee_number"] ?? null, was.employmentId);
  await batch.changePeople(ctx, [{ was, values, from: input.from ?? origin.day }], origin);
  const now = await finish(ctx, "people.changed", was, origin, Object.keys(values), input.reason);
  if (was.state === "active" && now.state === "ended") ctx.emit("people.employment_ended", { personId: was.personId, employmentId: input.employmentId, endedOn: now.endedOn });
  return { id: input.employmentId, version: now.employmentVersion };
}

/** Sets the last day; a day before today ends the employment at once, today or later when that day is over at its site. */
export async function endEmployment(ctx: Ctx, input: In<"endEmployment">): Out<"endEmployment"> {
  const was = await knownEmployment(ctx, input.personId, input.employmentId);
  if (was.state === "ended") throw fail.already_ended();
  checkDates(was.startedOn, input.endedOn);
  const origin = await originOf(ctx);
  await batch.changePeople(ctx, [{ was, values: { ended_on: input.endedOn }, from: origin.day }], origin);
  const now = await finish(ctx, "people.employment_ended", was, origin, ["ended_on"], input.reason);
  if (now.state === "ended") ctx.emit("people.employment_ended", { personId: was.personId, employmentId: input.employmentId, endedOn: input.endedOn });
  return { id: input.employmentId, version: now.employmentVersion };
}

export async function setSuperior(ctx: Ctx, input: In<"setSuperior">): Out<"setSuperior"> {
  const was = await knownEmployment(ctx, input.personId, input.employmentId);
  const origin = await originOf(ctx);
  if (input.from !== undefined && input.from > origin.day) throw fail.from_future();
  if (input.superiorId === input.personId) throw fail.superior_loop();
  if (input.superiorId !== null && (await snapshots.byPerson(ctx, [input.superiorId])).length === 0) throw fail.superior_gone();
  if (input.superiorId !== was.superiorId) {
    await batch.putSuperiors(ctx, [{ employmentId: input.employmentId, superiorId: input.superiorId, from: input.from ?? origin.day }], origin);
    if ((await loopingAmong(ctx, [input.personId])).size > 0) throw fail.superior_loop();
  }
  const now = await finish(ctx, "people.superior_set", was, origin, ["superior"], input.reason);
  return { id: input.employmentId, version: now.employmentVersion };
}
