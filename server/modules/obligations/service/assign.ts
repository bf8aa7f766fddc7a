/** The one way a duty begins or ends for many: from rollouts, from changed people, from a withdrawn requirement. */
import { createHash } from "node:crypto";
import type { Ctx } from "../../../kernel/ctx.ts";
import { compile, type Reading, type Sql } from "../../audiences/index.ts";
import type { Terms } from "../../requirements/index.ts";
import { dueOf, floorOf, overdueAt, type Resolved } from "../rules.ts";
import * as store from "../store/assign.ts";

export interface Batch {
  /** What the ledger entries of this batch are about. */
  readonly target: { readonly kind: "rollout" | "obligation_batch"; readonly id: string };
  readonly rolloutId: string | null;
}
export interface Assigned { readonly started: number; readonly reasons: number; readonly opened: number }

/** SHA-256 over one sorted line per row, for a mass entry of the ledger. */
export function digestOf(lines: readonly string[]): { count: number; digest: string } {
  const hash = createHash("sha256");
  for (const line of lines.toSorted()) hash.update(`${line}\n`);
  return { count: lines.length, digest: hash.digest("hex") };
}

const targetOf = (terms: Terms, tenantZone: string): store.Target =>
  ({ requirementId: terms.requirement.id, courseId: terms.requirement.courseId, sourceId: terms.rule.audienceId, tenantZone });

const floorsOf = (ctx: Ctx, zones: store.Zones, graceDays: number): store.FloorRow[] => zones.all.map((zone) => {
  const floor = floorOf(zone, ctx.now, zones.floorDays);
  return { zone, floor_on: floor.on, floor_at: floor.at, floor_overdue_at: overdueAt(floor.on, graceDays, zone) };
});

/** Due days by zone (and hire day): as many lookups as there are different ones, not as there are people. */
export async function dueRows(ctx: Reading, terms: Terms, zones: store.Zones, members: Sql): Promise<store.DueRow[]> {
  const { due, graceDays } = terms.rule;
  const byHireDay = due.kind === "relative" && due.from === "hired";
  const bases = byHireDay ? await store.hireDays(ctx, members, zones.tenantZone) : zones.all.map((zone) => ({ zone, hired: null }));
  return bases.map(({ zone, hired }) => {
    const day: Resolved | null = dueOf(due, zone, hired, ctx.now);
    if (day === null) return { zone, hired: "", due_on: null, due_at: null, overdue_at: null, note: "no_hire_date" };
    const note = day.at < floorOf(zone, ctx.now, zones.floorDays).at ? "floor" : null;
    return { zone, hired: hired ?? "", due_on: day.on, due_at: day.at, overdue_at: overdueAt(day.on, graceDays, zone), note };
  });
}

/**
 * Makes every member among `people` owe the requirement, in one unit of ≤ 2,000. Again: changes nothing.
 * One ledger entry and one event for all of it.
 */
export async function assign(ctx: Ctx, terms: Terms, people: Sql, batch: Batch): Promise<Assigned> {
  const zones = await store.zones(ctx);
  const target = targetOf(terms, zones.tenantZone);
  const members = (await compile(ctx, terms.condition)).members(people);
  const due = await dueRows(ctx, terms, zones, members);
  const floors = floorsOf(ctx, zones, terms.rule.graceDays);
  const started = await store.startObligations(ctx, target, members);
  const reasons = await store.addReasons(ctx, target, members, due, terms.rule.due.kind === "relative" && terms.rule.due.from === "hired");
  if (reasons === 0 && started === 0) return { started: 0, reasons: 0, opened: 0 };
  // Whoever started has a reason since now: as many reasons as starts means one each.
  const hasOneEach = reasons === started;
  const fresh = started === 0 ? [] : await store.openCycles(ctx, target, people, due, floors, "new", hasOneEach);
  // Whatever started without being new has come back.
  const back = started > fresh.length ? await store.openCycles(ctx, target, people, due, floors, "back", hasOneEach) : [];
  if (back.length > 0) await store.forgetRenewals(ctx, back.map((o) => o.line.slice(0, o.line.indexOf(" "))));
  const opened = [...fresh, ...back];
  if (reasons > opened.length) await moveNearer(ctx, terms, target, people, batch, zones.floorDays);
  ctx.audit("obligations.started", batch.target, {
    after: { requirementId: terms.requirement.id, edition: terms.rule.edition, startedCount: started, reasonCount: reasons, openedCount: opened.length },
    rows: digestOf(opened.map((o) => o.line)),
  });
  ctx.emit("obligations.started", { rolloutId: batch.rolloutId, requirementId: terms.requirement.id, count: started });
  return { started, reasons, opened: opened.length };
}

type Candidate = { readonly on: string; readonly at: string; readonly zone: string };
async function move(ctx: Ctx, terms: { requirementId: string; graceDays: number }, batch: Batch, rows: readonly store.OpenFirst[], pick: (row: store.OpenFirst, dues: readonly Candidate[]) => Candidate | null): Promise<void> {
  const byCycle = Map.groupBy(rows, (r) => r.cycle_id);
  const moved: store.Moved[] = [];
  for (const [id, group] of byCycle) {
    const first = group[0];
    const dues = group.flatMap((r) => (r.reason_on === null || r.reason_at === null ? [] : [{ on: r.reason_on, at: r.reason_at, zone: r.reason_zone }]));
    const to = first ? pick(first, dues.toSorted((a, b) => a.at.localeCompare(b.at) || a.zone.localeCompare(b.zone))) : null;
    if (to) moved.push({ id, due_on: to.on, due_zone: to.zone, due_at: to.at, overdue_at: overdueAt(to.on, terms.graceDays, to.zone) });
  }
  if (moved.length === 0) return;
  await store.moveDue(ctx, moved);
  ctx.audit("obligations.due_changed", batch.target, { after: { requirementId: terms.requirementId, count: moved.length }, rows: digestOf(moved.map((m) => `${m.id} ${m.due_on} ${m.due_zone}`)) });
  ctx.emit("obligations.due_changed", { requirementId: terms.requirementId, count: moved.length });
}

/** A further reason may make an open first cycle due earlier, but never earlier than people can reasonably meet. */
const moveNearer = async (ctx: Ctx, terms: Terms, target: store.Target, people: Sql, batch: Batch, floorDays: number): Promise<void> =>
  move(ctx, { requirementId: terms.requirement.id, graceDays: terms.rule.graceDays }, batch, await store.withNewReasons(ctx, target, people), (row, dues) => {
    const [first] = dues;
    if (!first) return null;
    const floor = floorOf(first.zone, ctx.now, floorDays);
    const to = first.at < floor.at ? { ...floor, zone: first.zone } : first;
    return row.due_at === null || to.at < row.due_at ? to : null;
  });

/** With a reason gone, the earliest of those left decides; that can only be later. */
const moveLater = async (ctx: Ctx, terms: { requirementId: string; graceDays: number }, obligationIds: readonly string[], batch: Batch): Promise<void> =>
  move(ctx, terms, batch, await store.withRemainingReasons(ctx, obligationIds), (row, [first]) => (first && row.due_at !== null && first.at > row.due_at ? first : null));

async function end(ctx: Ctx, terms: { requirementId: string; graceDays: number }, endings: readonly store.Ending[], batch: Batch): Promise<number> {
  if (endings.length === 0) return 0;
  const ended = await store.endReasons(ctx, endings);
  const gone = new Set(ended.map((e) => e.id));
  const left = [...new Set(endings.map((e) => e.obligation_id))].filter((id) => !gone.has(id));
  if (left.length > 0) await moveLater(ctx, terms, left, batch);
  ctx.audit("obligations.ended", batch.target, {
    after: { requirementId: terms.requirementId, reasonCount: endings.length, endedCount: ended.length },
    rows: digestOf([...endings.map((e) => `reason ${e.id} ${e.obligation_id} ${e.person_id}`), ...ended.map((e) => `obligation ${e.id} ${e.person_id}`)]),
  });
  if (ended.length > 0) ctx.emit("obligations.ended", { requirementId: terms.requirementId, count: ended.length });
  return ended.length;
}

/** Ends the reasons of these people that the rule in force no longer gives; the last one ends the obligation. */
export async function endUnfounded(ctx: Ctx, terms: Terms, people: Sql, batch: Batch): Promise<number> {
  const { tenantZone } = await store.zones(ctx);
  const members = (await compile(ctx, terms.condition)).members(people);
  return end(ctx, { requirementId: terms.requirement.id, graceDays: terms.rule.graceDays }, await store.unfounded(ctx, targetOf(terms, tenantZone), people, members), batch);
}

/** Ends up to `size` reasons of a withdrawn requirement; the number it found. */
export async function endSome(ctx: Ctx, requirementId: string, size: number, batch: Batch): Promise<number> {
  const endings = await store.reasonsOf(ctx, requirementId, size);
  await end(ctx, { requirementId, graceDays: 0 }, endings, batch);
  return endings.length;
}
