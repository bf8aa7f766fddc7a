/** One unit of rows: compared once more, then written set by set. */
import type { Ctx } from "../../../kernel/ctx.ts";
import { openAccounts } from "../../access/index.ts";
import * as people from "../../people/index.ts";
import { compare, looseTargets, reason, type Comparison } from "../rules.ts";
import type { FeedRow, FeedRun } from "../store/columns.ts";
import * as rowStore from "../store/rows.ts";
import { basisOf, digestOf, surroundings } from "./plan.ts";

interface Ready { readonly row: FeedRow; readonly was: people.Snapshot | undefined; readonly to: Comparison; readonly personId: string; readonly employmentId: string }

export async function writeRows(ctx: Ctx, run: FeedRun, rows: readonly FeedRow[], origin: people.Origin): Promise<void> {
  const { ready, stale } = await sort(ctx, run, rows);
  const unit = await people.ensureOrgUnits(ctx, ready.flatMap((r) => r.to.values["org_unit"] ?? []));
  const site = await people.ensureSites(ctx, ready.flatMap((r) => r.to.values["site"] == null ? [] : [{ name: r.to.values["site"], zone: r.row.proposed.values?.["zone"] ?? null, country: r.row.proposed.values?.["country"] ?? null }]));
  /** Paths and names become ids. */
  const ids = (values: Comparison["values"]): Record<string, string | null> => {
    const out: Record<string, string | null> = { ...values };
    if (typeof out["org_unit"] === "string") out["org_unit"] = unit.get(out["org_unit"]) ?? null;
    if (typeof out["site"] === "string") out["site"] = site.get(out["site"])?.id ?? null;
    return out;
  };
  const created = ready.filter((r) => r.was === undefined);
  const rehired = ready.filter((r) => r.to.isRehire);
  const changed = ready.filter((r) => r.was !== undefined && !r.to.isRehire);
  await people.insertPeople(ctx, created.map((r): people.NewPerson => {
    const values = ids(r.to.values);
    return { personId: r.personId, ...(r.to.names ?? { given: "", family: "", display: "" }), email: values["email"] ?? null, language: values["language"] ?? null, employment: employment(r.employmentId, values) };
  }), origin);
  await people.changePeople(ctx, changed.flatMap((r) => r.was ? [{ was: r.was, values: ids(r.to.values), from: origin.day, ...(r.to.names ? { names: r.to.names } : {}) }] : []), origin);
  await people.changePeople(ctx, rehired.flatMap((r): people.Change[] => {
    const values = ids(r.to.values);
    const own = Object.fromEntries(["email", "language"].flatMap((a) => (a in values ? [[a, values[a] ?? null]] : [])));
    return r.was && (r.to.names || Object.keys(own).length > 0) ? [{ was: { ...r.was, employmentId: null }, values: own, from: origin.day, ...(r.to.names ? { names: r.to.names } : {}) }] : [];
  }), origin);
  await people.insertEmployments(ctx, rehired.map((r) => ({ personId: r.personId, ...employment(r.employmentId, ids(r.to.values)) })), origin);
  const doubts = await accounts(ctx, [...created, ...rehired], origin.day);
  await rowStore.markApplied(ctx, run.id, ready.map((r) => ({ row: r.row.rowNumber, personId: r.personId, warnings: [...r.row.warnings, ...doubts.get(r.personId) ?? []] })));
  await rowStore.markStale(ctx, run.id, stale.map((r) => ({ row: r.rowNumber, reasons: [...r.reasons, reason("stale")] })));
  if (ready.length > 0) {
    ctx.audit("directory.rows_applied", { kind: "feed_run", id: run.id }, { rows: { count: ready.length, digest: digestOf(ready.map((r) => people.line(String(r.row.rowNumber), r.personId, JSON.stringify(r.row.diff)))) } });
    people.announce(ctx, {
      personIds: ready.map((r) => r.personId), endedPersonIds: changed.filter((r) => r.was?.state === "active" && people.hasEnded(r.to.values["ended_on"] ?? null, origin.day)).map((r) => r.personId), source: "feed", sourceId: run.id,
    });
  }
}

const plainAttributes = new Set(["email", "language", "employee_number", "started_on", "ended_on", "org_unit", "site", "position", "worker_type"]);
const employment = (employmentId: string, v: Readonly<Record<string, string | null>>): people.NewEmployment => ({
  employmentId, employeeNumber: v["employee_number"] ?? null, startedOn: v["started_on"] ?? null, endedOn: v["ended_on"] ?? null, orgUnitId: v["org_unit"] ?? null, siteId: v["site"] ?? null,
  position: v["position"] ?? null, workerType: v["worker_type"] ?? null, loose: Object.fromEntries(Object.entries(v).filter(([a]) => !plainAttributes.has(a))),
});

/** Rows whose person is as it was when checked, and those that are stale. */
async function sort(ctx: Ctx, run: FeedRun, rows: readonly FeedRow[]): Promise<{ ready: Ready[]; stale: FeedRow[] }> {
  const basis = (r: FeedRow): string[] => (r.basis ?? "").split(":");
  const employed = await people.byEmployments(ctx, rows.flatMap((r) => basis(r)[2] || []));
  const alone = await people.byPerson(ctx, rows.filter((r) => r.basis !== "new" && !basis(r)[2]).flatMap((r) => r.personId ?? []));
  const byEmployment = new Map(employed.map((s) => [s.employmentId, s]));
  const byPerson = new Map(alone.map((s) => [s.personId, s]));
  const numbers = new Set((await people.byNumber(ctx, rows.filter((r) => r.basis === "new").flatMap((r) => r.proposed.values?.["number"] ?? []))).map((s) => s.employeeNumber));
  const emailHolders = await heldEmails(ctx, run, rows);
  const loose = looseTargets(run.mapping.filter((t) => t !== null));
  const facts = await people.looseFacts(ctx, employed.map((s) => s.personId), loose);
  const around = { ...await surroundings(ctx), superior: (): string | null => "" };
  const ready: Ready[] = [];
  const stale: FeedRow[] = [];
  for (const row of rows) {
    const values = row.proposed.values ?? {};
    const was = row.basis === "new" ? undefined : byEmployment.get(basis(row)[2] ?? "") ?? byPerson.get(row.personId ?? "");
    const holder = values["email"] == null ? undefined : emailHolders.get(values["email"]);
    const isDrifted = row.basis === "new" ? values["number"] != null && numbers.has(values["number"]) : basisOf(was) !== row.basis;
    if (isDrifted || (holder !== undefined && holder !== was?.personId && row.diff["email"] !== undefined)) { stale.push(row); continue; }
    const to = compare(values, row.proposed.superior, was, facts.get(was?.employmentId ?? was?.personId ?? "") ?? {}, around);
    ready.push({ row, was, to, personId: was?.personId ?? ctx.newId(), employmentId: was && !to.isRehire && was.employmentId !== null ? was.employmentId : ctx.newId() });
  }
  return { ready, stale };
}

/** Who holds the e-mail addresses of these rows, but for people who give theirs up in this very run. */
async function heldEmails(ctx: Ctx, run: FeedRun, rows: readonly FeedRow[]): Promise<Map<string, string>> {
  const found = await people.byEmail(ctx, rows.flatMap((r) => (r.diff["email"] === undefined ? [] : r.proposed.values?.["email"] ?? [])));
  if (found.length === 0) return new Map();
  const moving = await rowStore.stillToWrite(ctx, run.id, found.map((s) => s.personId));
  return new Map(found.filter((s) => s.state === "active" && !moving.has(s.personId)).map((s) => [s.email ?? "", s.personId]));
}

/** Everybody new who works here may sign in: by e-mail address, else by employee number. */
async function accounts(ctx: Ctx, rows: readonly Ready[], day: string): Promise<Map<string, FeedRow["warnings"]>> {
  const wanted = rows.filter((r) => !people.hasEnded(r.to.values["ended_on"] ?? null, day)).flatMap((r) => {
    const signInName = r.row.proposed.values?.["email"] ?? r.row.proposed.values?.["number"] ?? null;
    return signInName === null ? [] : [{ personId: r.personId, signInName }];
  });
  if (wanted.length === 0) return new Map();
  const names = new Map(wanted.map((w) => [w.personId, w.signInName]));
  return new Map((await openAccounts(ctx, wanted)).filter((o) => o.problem !== undefined).map((o) => [o.personId, [reason("account_conflict", { value: names.get(o.personId) ?? "" })]]));
}
