import type { Ctx } from "../../../kernel/ctx.ts";
import type { Input, Output } from "../../../kernel/contract.ts";
import { issue, revokeOfProof } from "../../certificates/index.ts";
import type { Assurance, Basis } from "../../proofs/contract.ts";
import { record, revoke } from "../../proofs/index.ts";
import { Validity } from "../../requirements/contract.ts";
import type { contract } from "../contract.ts";
import { fail } from "../failures.ts";
import { dayIn, earnedValidity, endOfDay, floorOf, forEver, overdueAt, renewsAt, zoneDb } from "../rules.ts";
import { zones } from "../store/assign.ts";
import * as store from "../store/credit.ts";

export interface Credit {
  readonly personId: string;
  readonly courseId: string;
  readonly versionId: string;
  readonly attemptId: string | null;
  readonly achievedAt: string;
  readonly scorePercent: number | null;
  readonly basis: Basis;
  readonly assurance: Assurance;
}
export interface Settled {
  readonly cycleId: string; readonly requirementId: string; readonly requirementTitle: string; readonly validThroughOn: string | null; readonly zone: string;
  /** Instant from which it can be renewed; null when it counts for ever. */
  readonly renewsAt: string | null;
}
export interface Credited {
  readonly proofId: string;
  /** One per settled requirement, or a single one without a requirement. */
  readonly certificates: readonly { readonly certificateId: string; readonly number: string; readonly code: string; readonly requirementId: string | null }[];
  readonly settled: readonly Settled[];
}

interface Plan { readonly settling: store.Settling; readonly settled: Settled; readonly number: number; readonly version: number }

/** What a completion earns for one open cycle under its own rule, in its own zone. */
function planOf(ctx: Ctx, row: store.Settleable, proofId: string, achievedAt: string): Plan | null {
  const { cycle_id: cycleId, obligation_id: obligationId, requirement_id: requirementId, due_zone: zone } = row;
  if (cycleId === null || obligationId === null || requirementId === null || zone === null || row.validity === null) return null;
  const rule = Validity.parse(typeof row.validity === "string" ? JSON.parse(row.validity) : row.validity);
  const windowDays = row.window_days ?? 0;
  const previous = row.previous_through_on === null || row.previous_anchor_on === null ? null : { validThroughOn: row.previous_through_on, anchorOn: row.previous_anchor_on };
  const earned = earnedValidity(rule, windowDays, dayIn(achievedAt, zone), previous);
  const throughAt = earned.validThroughOn === null ? null : endOfDay(earned.validThroughOn, zone);
  const renews = earned.validThroughOn === null ? null : renewsAt(earned.validThroughOn, windowDays, zone);
  return {
    number: row.number ?? 1, version: (row.row_version ?? 0) + 1,
    settling: {
      id: cycleId, obligation_id: obligationId, proof_id: proofId, anchor_on: earned.anchorOn, valid_through_on: earned.validThroughOn, valid_through_at: throughAt,
      covered_until: throughAt ?? forEver, renews_at: renews, now: ctx.now,
    },
    settled: { cycleId, requirementId, requirementTitle: row.title ?? "", validThroughOn: earned.validThroughOn, zone, renewsAt: renews },
  };
}

/**
 * The one door to a proof: records it, settles every open cycle of the person that the course satisfies, issues the certificates,
 * all in the caller's transaction. The next cycle opens with its renewal window, by the hourly schedule.
 */
export async function credit(ctx: Ctx, c: Credit): Promise<Credited> {
  const rows = await store.settleable(ctx, c.personId, c.courseId);
  const first = rows[0];
  if (!first) throw fail.person_missing();
  const zone = first.due_zone ?? first.home_zone;
  const proof = await record(ctx, { ...c, achievedOn: dayIn(c.achievedAt, zone), zone });
  const plans = rows.flatMap((row) => planOf(ctx, row, proof.id, c.achievedAt) ?? []);
  const done = plans.length === 0 ? [] : await settled(ctx, plans);
  for (const { settling, settled: s, number, version } of done) {
    ctx.audit("obligations.cycle_closed", { kind: "cycle", id: s.cycleId, version }, {
      subject: c.personId, after: { obligationId: settling.obligation_id, requirementId: s.requirementId, number, closeCode: "done", proofId: proof.id, anchorOn: settling.anchor_on, validThroughOn: s.validThroughOn, zone: s.zone },
    });
  }
  const certificates: { certificateId: string; number: string; code: string; requirementId: string | null }[] = [];
  const common = { personId: c.personId, proofId: proof.id, courseId: c.courseId, versionId: c.versionId, achievedAt: c.achievedAt, scorePercent: c.scorePercent };
  for (const { settled: s } of done) {
    const issued = await issue(ctx, { ...common, requirementId: s.requirementId, requirementTitle: s.requirementTitle, cycleId: s.cycleId, validThroughOn: s.validThroughOn, zone: s.zone });
    certificates.push({ ...issued, requirementId: s.requirementId });
  }
  if (done.length === 0) certificates.push({ ...await issue(ctx, { ...common, requirementId: null, requirementTitle: null, cycleId: null, validThroughOn: null, zone }), requirementId: null });
  ctx.emit("proofs.recorded", { proofId: proof.id, personId: c.personId, courseId: c.courseId, cycleIds: done.map((d) => d.settled.cycleId), requirementIds: done.map((d) => d.settled.requirementId) });
  return { proofId: proof.id, certificates, settled: done.map((d) => d.settled) };
}

async function settled(ctx: Ctx, plans: readonly Plan[]): Promise<Plan[]> {
  const closed = await store.settle(ctx, plans.map((p) => p.settling));
  const done = plans.filter((p) => closed.has(p.settling.id));
  if (done.length > 0) await store.cover(ctx, done.map((p) => p.settling));
  return done;
}

/** The only counterpart of `credit`: the proof and its certificates are marked, and what nothing else covers is owed again. */
export async function revokeProof(ctx: Ctx, { proofId, reason }: Input<typeof contract.revokeProof>): Promise<Output<typeof contract.revokeProof>> {
  const proof = await revoke(ctx, proofId, reason);
  await revokeOfProof(ctx, proofId, reason);
  for (const o of await store.settledBy(ctx, proofId, forEver)) {
    const isCovered = o.covered_until !== null && o.covered_until > ctx.now;
    // An older completion may still cover: then its renewal opens with the next tick of the clock, due when it ends.
    await store.uncover(ctx, o.id, o.covered_until, isCovered && o.covered_until !== forEver ? ctx.now : null);
    if (isCovered || o.ended_at !== null || Number(o.has_open) > 0) continue;
    // A closed cycle never re-opens: the next one asks for it, with the time a first one would have.
    const floor = floorOf(o.due_zone, ctx.now, (await zones(ctx)).floorDays);
    const next = { obligationId: o.id, personId: proof.personId, requirementId: o.requirement_id, courseId: o.course_id, number: o.last_number + 1 };
    const cycleId = await store.openCycle(ctx, { ...next, dueOn: floor.on, dueAt: floor.at, overdueAt: overdueAt(floor.on, o.grace_days, o.due_zone), zone: o.due_zone, zoneDb });
    ctx.audit("obligations.cycle_opened", { kind: "cycle", id: cycleId, version: 1 }, { subject: proof.personId, reason, after: { ...next, dueOn: floor.on, zone: o.due_zone } });
    ctx.emit("obligations.cycle_opened", { cycleId, obligationId: o.id, personId: proof.personId, requirementId: o.requirement_id });
  }
  return {};
}
