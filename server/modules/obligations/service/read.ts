import { shiftInstant } from "../../../kernel/clock.ts";
import type { Ctx } from "../../../kernel/ctx.ts";
import type { Input, Output } from "../../../kernel/contract.ts";
import type { Value } from "../../../kernel/db/database.ts";
import { explanationOf } from "../../audiences/index.ts";
import { visiblePeople } from "../../people/index.ts";
import { inOrgUnit, likeOf } from "../../proofs/index.ts";
import { termsOf } from "../../requirements/index.ts";
import type { Card, Cycle, ObligationRow, Why, contract } from "../contract.ts";
import type { z } from "zod";
import { fail } from "../failures.ts";
import { dayIn, forEver, moreUrgent, standingAt, type Standing } from "../rules.ts";
import * as store from "../store/read.ts";

type Open = Pick<store.HeadRow, "cycle_id" | "number" | "due_on" | "due_zone" | "due_at" | "overdue_at">;
const openOf = (r: Open): Standing["open"] => (r.cycle_id === null || r.due_zone === null ? null
  : { due: { on: r.due_on, zone: r.due_zone, at: r.due_at }, overdueAt: r.overdue_at, isRenewal: (r.number ?? 1) > 1 });

function card(r: store.MineRow, causes: Card["why"], now: string): Card {
  const open = openOf(r);
  const standing = standingAt({ endedAt: null, coveredUntil: r.covered_until, wasCovered: r.done_at !== null, open }, now);
  return {
    obligationId: r.id, requirementId: r.requirement_id, requirementTitle: r.title, requirementReason: r.reason, ...standing, cycleId: r.cycle_id, cycleNumber: r.number,
    due: open?.due ?? { on: null, zone: r.done_zone ?? "UTC", at: null }, overdueAt: r.overdue_at, why: causes,
    course: { id: r.course_id, title: r.course_title, minutes: r.minutes ?? 0, language: r.language },
    attempt: r.attempt_id === null ? null : { id: r.attempt_id, state: "open", doneCount: Number(r.done_count ?? 0), unitCount: r.unit_count ?? 0, activeAt: r.active_at ?? now },
    completedAt: r.done_at, validThroughOn: r.valid_through_on, renewsAt: r.renews_at,
    certificate: r.certificate_id === null ? null : {
      id: r.certificate_id, number: r.certificate_number ?? "", code: r.certificate_code ?? "", state: r.certificate_state === "revoked" ? "revoked" : "valid",
      pdfState: r.pdf_state === "ready" ? "ready" : r.pdf_state === "failed" ? "failed" : "queued",
    },
  };
}

const isDone = (c: Card): boolean => c.cycleId === null && c.status === "compliant";
const isSoon = (c: Card): boolean => c.flags.some((f) => f === "overdue" || f === "grace" || f === "due_soon");

export async function mine(ctx: Ctx): Promise<Output<typeof contract.mine>> {
  const personId = ctx.actor.personId ?? "";
  const rows = await store.mine(ctx, personId);
  const causes = Map.groupBy(rows.length === 0 ? [] : await store.mineWhy(ctx, personId), (r) => r.obligation_id);
  const cards = rows.map((r) => card(r, (causes.get(r.id) ?? []).map((w) => explanationOf(w.explanation)), ctx.now));
  const [next, ...rest] = cards.filter((c) => !isDone(c)).toSorted(moreUrgent);
  const done = cards.filter(isDone).toSorted((a, b) => (b.completedAt ?? "").localeCompare(a.completedAt ?? ""));
  const renewal = done.filter((c) => c.renewsAt !== null).toSorted((a, b) => (a.renewsAt ?? forEver).localeCompare(b.renewsAt ?? forEver))[0];
  return {
    asOf: ctx.now, next: next ?? null, dueThisWeek: rest.filter(isSoon), later: rest.filter((c) => !isSoon(c)), done,
    nextDate: next || !renewal?.renewsAt ? null : { on: dayIn(renewal.renewsAt, renewal.due.zone), zone: renewal.due.zone, at: renewal.renewsAt },
  };
}

const standingOf = (r: store.HeadRow, now: string): ReturnType<typeof standingAt> =>
  standingAt({ endedAt: r.ended_at, coveredUntil: r.covered_until, wasCovered: Number(r.was_covered) === 1, open: openOf(r) }, now);
const dueOf = (r: store.HeadRow): ObligationRow["due"] => openOf(r)?.due ?? { on: null, zone: r.home_zone, at: null };

export const presentRow = (r: store.HeadRow, now: string): ObligationRow => ({
  id: r.id, ...standingOf(r, now), due: dueOf(r), validThroughOn: r.valid_through_on, startedAt: r.started_at, endedAt: r.ended_at,
  person: { id: r.person_id, displayName: r.display_name, orgUnit: r.org_unit }, requirement: { id: r.requirement_id, title: r.title }, course: { id: r.course_id, title: r.course_title },
});

export const presentCycle = (c: store.CycleRow): z.input<typeof Cycle> => ({
  id: c.id, number: c.number, openedAt: c.opened_at, due: { on: c.due_on, zone: c.due_zone, at: c.due_at }, closedAt: c.closed_at, closeCode: c.close_code, proofId: c.proof_id,
  validThroughOn: c.valid_through_on, isRevoked: c.revoked_at !== null,
});

async function explain(ctx: Ctx, head: store.HeadRow | undefined): Promise<z.input<typeof Why>> {
  if (!head) throw fail.unknown();
  const terms = head.live_rule_id === null ? null : await termsOf(ctx, head.requirement_id, head.live_rule_id);
  return {
    obligationId: head.id, personId: head.person_id, ...standingOf(head, ctx.now), due: dueOf(head),
    requirement: { id: head.requirement_id, code: head.code, title: head.title, reason: head.reason },
    rule: terms && {
      id: terms.rule.id, edition: terms.rule.edition, due: terms.rule.due, validity: terms.rule.validity, graceDays: terms.rule.graceDays, windowDays: terms.rule.windowDays,
      effectiveOn: terms.rule.effectiveOn, publishedBy: terms.rule.publishedBy,
    },
    reasons: (await store.reasons(ctx, head.id)).map((r) => ({
      id: r.id, kind: r.kind, explanation: explanationOf(r.explanation), due: { on: r.due_on, zone: r.due_zone, at: r.due_at },
      note: r.due_note === "floor" || r.due_note === "no_hire_date" ? r.due_note : null, startedAt: r.started_at, endedAt: r.ended_at,
      employment: r.employment_id === null ? null : { id: r.employment_id, orgUnit: r.org_unit, position: r.position, site: r.site },
    })),
    cycles: (await store.cycles(ctx, "obligation_id", head.id)).map(presentCycle),
  };
}

export async function mineWhy(ctx: Ctx, { requirementId }: Input<typeof contract.mineWhy>): Promise<Output<typeof contract.mineWhy>> {
  const [head] = await store.heads(ctx, { sql: "o.person_id = ? AND o.requirement_id = ?", values: [ctx.actor.personId ?? "", requirementId] }, "o.id", 1, 0);
  return explain(ctx, head);
}
export async function why(ctx: Ctx, { obligationId }: Input<typeof contract.why>): Promise<Output<typeof contract.why>> {
  const [head] = await store.heads(ctx, { sql: "o.id = ?", values: [obligationId] }, "o.id", 1, 0);
  return explain(ctx, head);
}

type Filter = Pick<Input<typeof contract.list>, "requirementId" | "personId" | "orgUnitId" | "status" | "search">;
const soonMs = 7 * 86_400_000;
/** SQL of each status for lists; the flags of the rows are computed by `standingAt`. */
function statusSql(status: NonNullable<Filter["status"]>, now: string): { sql: string; values: Value[] } {
  const uncovered = "o.ended_at IS NULL AND (o.covered_until IS NULL OR o.covered_until <= ?)";
  switch (status) {
    case "not_owed": return { sql: "o.ended_at IS NOT NULL", values: [] };
    case "compliant": return { sql: "o.ended_at IS NULL AND o.covered_until > ?", values: [now] };
    case "open": return { sql: uncovered, values: [now] };
    case "overdue": return { sql: `${uncovered} AND c.overdue_at <= ?`, values: [now, now] };
    case "grace": return { sql: `${uncovered} AND c.due_at <= ? AND c.overdue_at > ?`, values: [now, now, now] };
    case "due_soon": return { sql: "o.ended_at IS NULL AND c.due_at > ? AND c.due_at <= ?", values: [now, shiftInstant(now, soonMs)] };
    case "lapsed": return { sql: "o.ended_at IS NULL AND (o.covered_until IS NULL OR o.covered_until <= ?) AND EXISTS (SELECT 1 FROM cycles y JOIN proofs z ON z.id = y.proof_id WHERE y.obligation_id = o.id AND y.close_code = 'done' AND z.revoked_at IS NULL)", values: [now] };
    case "unresolved": return { sql: "o.ended_at IS NULL AND c.id IS NOT NULL AND c.due_at IS NULL", values: [] };
  }
}

/** The condition on `o`, `c` (and `p`, `q` when words are sought) for a filter within what the actor may see. */
export function condition(ctx: Ctx, f: Filter, permission: string): { sql: string; values: Value[] } {
  const seen = visiblePeople(ctx, permission, "o.person_id");
  const parts = [seen.sql];
  const values: Value[] = [...seen.values];
  const add = (sql: string, ...more: Value[]): void => { parts.push(sql); values.push(...more); };
  if (f.requirementId !== undefined) add("o.requirement_id = ?", f.requirementId);
  if (f.personId !== undefined) add("o.person_id = ?", f.personId);
  if (f.orgUnitId !== undefined) add(inOrgUnit("o.person_id"), f.orgUnitId, ctx.tenantId);
  if (f.status === undefined) parts.push("o.ended_at IS NULL");
  else { const s = statusSql(f.status, ctx.now); add(s.sql, ...s.values); }
  const words = f.search?.trim() ?? "";
  if (words !== "") add("(lower(p.display_name) LIKE ? ESCAPE '!' OR lower(q.title) LIKE ? ESCAPE '!')", likeOf(words), likeOf(words));
  return { sql: parts.join(" AND "), values };
}

export const orders = { due: "c.due_at IS NULL, c.due_at, o.id", name: "p.sort_name, p.id, q.title, o.id", "-started": "o.started_at DESC, o.id" } as const;

export async function list(ctx: Ctx, input: Input<typeof contract.list>): Promise<Output<typeof contract.list>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  const where = condition(ctx, input, "obligations.read");
  const rows = await store.heads(ctx, where, orders[input.sort ?? "due"], size, (page - 1) * size);
  return { rows: rows.map((r) => presentRow(r, ctx.now)), total: await store.total(ctx, where), page, size };
}

export const counts = (ctx: Ctx, input: Input<typeof contract.counts>): Promise<Output<typeof contract.counts>> => store.figures(ctx, condition(ctx, input, "obligations.read"));
