/** A row against what is believed now: the verdict, the differences as people read them, and the change to write. */
import type { Snapshot } from "../../people/index.ts";
import type { RowValues } from "./row.ts";
import type { SuperiorLink } from "./whole.ts";

export type Diff = Record<string, [string | null, string | null]>;
export interface Comparison {
  readonly verdict: "create" | "change" | "unchanged";
  readonly diff: Diff;
  /** New values by attribute of `people`; org units as paths, sites as names: their ids are found or made when applying. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly names: { readonly given: string; readonly family: string; readonly display: string } | null;
  /** The known employment has ended and the row starts a later one. */
  readonly isRehire: boolean;
  readonly setsSuperior: boolean;
}

export interface Surroundings {
  /** Id of an org unit by path, of a site by name; undefined if there is none yet. */
  orgUnit(path: string): string | undefined;
  site(name: string): string | undefined;
  /** How a superior is shown: "100000 Nils Nakamura". */
  superior(link: SuperiorLink): string | null;
}

const columns = { email: "email", language: "language", started: "started_on", ended: "ended_on", position: "position", worker_type: "worker_type" } as const;
const current = (s: Snapshot): Readonly<Record<string, string | null>> => ({
  email: s.email, language: s.language, started_on: s.startedOn, ended_on: s.endedOn, position: s.position, worker_type: s.workerType,
});
const isLoose = (target: string): boolean => target === "fte" || target.startsWith("custom.");
export const looseTargets = (targets: readonly string[]): string[] => [...targets.filter(isLoose), ...(targets.includes("superior") ? ["superior_pending"] : [])];

const superiorShown = (s: Snapshot): string | null => s.superiorId === null ? null : [s.superiorNumber, s.superiorName].filter((x) => x !== null).join(" ");

function fresh(values: RowValues, superior: SuperiorLink | undefined, around: Surroundings): Comparison {
  const out: Record<string, string | null> = {};
  const diff: Diff = {};
  const put = (attribute: string, value: string | null | undefined): void => {
    if (value === undefined || value === null) return;
    out[attribute] = value;
    diff[attribute] = [null, value];
  };
  if (values["display"] !== undefined) diff["name"] = [null, values["display"]];
  put("employee_number", values["number"]);
  for (const [target, attribute] of Object.entries(columns)) put(attribute, values[target]);
  put("org_unit", values["org_unit"]);
  put("site", values["site"]);
  for (const target of Object.keys(values)) if (isLoose(target)) put(target, values[target]);
  const shown = superior === undefined ? null : around.superior(superior);
  if (shown !== null) diff["superior"] = [null, shown];
  if (superior && "later" in superior) out["superior_pending"] = superior.later;
  return {
    verdict: "create", diff, values: out, names: { given: values["given"] ?? "", family: values["family"] ?? "", display: values["display"] ?? "" }, isRehire: false, setsSuperior: superior !== undefined && superior !== null && !("later" in superior),
  };
}

/** `loose`: current facts without a column of their own. */
export function compare(values: RowValues, superior: SuperiorLink | undefined, was: Snapshot | undefined, loose: Readonly<Record<string, string | null>>, around: Surroundings): Comparison {
  if (!was) return fresh(values, superior, around);
  const starts = values["started"];
  const isRehire = was.state === null || was.state === "ended" && typeof starts === "string" && (values["ended"] ?? null) === null && (was.endedOn === null || starts > was.endedOn);
  const out: Record<string, string | null> = {};
  const diff: Diff = {};
  const old = isRehire ? { ...current(was), started_on: null, ended_on: null, position: null, worker_type: null } : current(was);
  const put = (attribute: string, before: string | null, after: string | null | undefined): void => {
    if (after === undefined || after === before) return;
    out[attribute] = after;
    diff[attribute] = [before, after];
  };
  for (const [target, attribute] of Object.entries(columns)) put(attribute, old[attribute] ?? null, values[target]);
  if (values["number"] !== undefined && values["number"] !== null && was.employeeNumber === null || isRehire) put("employee_number", isRehire ? null : was.employeeNumber, values["number"] ?? was.employeeNumber);
  const unit = values["org_unit"];
  if (unit !== undefined && (isRehire || (unit === null ? was.orgUnitId !== null : around.orgUnit(unit) !== (was.orgUnitId ?? "none")))) put("org_unit", isRehire ? null : was.orgUnitCode, unit);
  const site = values["site"];
  if (site !== undefined && (isRehire || (site === null ? was.siteId !== null : around.site(site) !== (was.siteId ?? "none")))) put("site", isRehire ? null : was.siteName, site);
  for (const target of Object.keys(values)) if (isLoose(target)) put(target, isRehire ? null : loose[target] ?? null, values[target]);
  const names = values["display"] === undefined || values["display"] === null ? null : { given: values["given"] ?? "", family: values["family"] ?? "", display: values["display"] };
  const isRenamed = names !== null && (names.given !== was.given || names.family !== was.family || names.display !== was.display);
  if (isRenamed) {
    if (names.display !== was.display) diff["name"] = [was.display, names.display];
    if (names.given !== was.given) diff["given_name"] = [was.given, names.given];
    if (names.family !== was.family) diff["family_name"] = [was.family, names.family];
  }
  const setsSuperior = superiorDiffers(superior, was, loose, isRehire);
  if (setsSuperior && superior !== undefined) {
    diff["superior"] = [isRehire ? null : loose["superior_pending"] ?? superiorShown(was), around.superior(superior)];
    const pending = superior && "later" in superior ? superior.later : null;
    if ((loose["superior_pending"] ?? null) !== pending) out["superior_pending"] = pending;
  }
  const changed = Object.keys(diff).length > 0;
  return { verdict: changed ? "change" : "unchanged", diff, values: out, names: isRenamed ? names : null, isRehire: isRehire && changed, setsSuperior };
}

function superiorDiffers(superior: SuperiorLink | undefined, was: Snapshot, loose: Readonly<Record<string, string | null>>, isRehire: boolean): boolean {
  if (superior === undefined) return false;
  if (isRehire) return superior !== null;
  const pending = loose["superior_pending"] ?? null;
  if (superior === null) return was.superiorId !== null || pending !== null;
  if ("later" in superior) return pending !== superior.later || was.superiorId !== null;
  return "row" in superior || superior.personId !== was.superiorId || pending !== null;
}
