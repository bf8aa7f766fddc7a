import type { Ctx, PrepareCtx } from "../../kernel/ctx.ts";
import type { Input, Output } from "../../kernel/contract.ts";
import { prepared } from "../../kernel/module.ts";
import { dayIn, zones } from "../obligations/index.ts";
import { likeOf } from "../proofs/index.ts";
import { draftTerms, publishRule, termsOf } from "../requirements/index.ts";
import type { Difference, Rollout, contract } from "./contract.ts";
import { differenceOf } from "./difference.ts";
import { fail } from "./failures.ts";
import * as store from "./store.ts";

const row = (r: store.Listed): Output<typeof contract.list>["rows"][number] => ({
  id: r.id, title: r.title, requirement: { id: r.requirementId, title: r.requirementTitle }, edition: r.edition, state: r.state, peopleCount: r.peopleCount, doneCount: r.doneCount,
  createdAt: r.createdAt, createdBy: r.createdBy, startedAt: r.startedAt, finishedAt: r.finishedAt, jobId: r.jobId,
});

async function found(ctx: Pick<Ctx, "db" | "tenantId">, rolloutId: string): Promise<store.Listed> {
  const r = await store.find(ctx as Ctx, rolloutId);
  if (!r) throw fail.unknown();
  return r;
}
async function one(ctx: Ctx, rolloutId: string): Promise<Rollout> {
  const r = await found(ctx, rolloutId);
  return { ...row(r), preview: r.preview?.difference ?? null, rowVersion: r.rowVersion };
}

export const get = (ctx: Ctx, { rolloutId }: Input<typeof contract.get>): Promise<Output<typeof contract.get>> => one(ctx, rolloutId);

export async function list(ctx: Ctx, input: Input<typeof contract.list>): Promise<Output<typeof contract.list>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  const words = input.search?.trim() ?? "";
  const r = await store.list(ctx, { requirementId: input.requirementId, state: input.state, like: words === "" ? undefined : likeOf(words) }, size, (page - 1) * size);
  return { rows: r.rows.map(row), total: r.total, page, size };
}

export async function create(ctx: Ctx, input: Input<typeof contract.create>): Promise<Output<typeof contract.create>> {
  const terms = await draftTerms(ctx, input.requirementId);
  if (await store.draftOf(ctx, terms.rule.id)) throw fail.draft_exists();
  const id = ctx.newId();
  const title = input.title ?? terms.requirement.title;
  await store.insert(ctx, {
    id, tenantId: ctx.tenantId, title, requirementId: terms.requirement.id, ruleId: terms.rule.id, state: "draft", preview: null, peopleCount: 0, doneCount: 0,
    createdAt: ctx.now, createdBy: ctx.actor.id, startedAt: null, finishedAt: null, jobId: null, rowVersion: 1,
  });
  ctx.audit("rollouts.created", { kind: "rollout", id }, { after: { title, requirementId: terms.requirement.id, edition: terms.rule.edition, state: "draft" } });
  return one(ctx, id);
}

const shown = (d: Difference): Record<string, unknown> => ({ peopleCount: d.peopleCount, gainCount: d.gainCount, keepCount: d.keepCount, loseCount: d.loseCount, conflicts: d.conflicts.map((c) => ({ code: c.code, peopleCount: c.peopleCount })) });

/** Counted on the read connection: the writer waits for nobody's preview. */
export const preview = prepared(
  async (ctx: PrepareCtx, { rolloutId }: Input<typeof contract.preview>): Promise<store.Preview> => {
    const r = await found(ctx, rolloutId);
    if (r.state !== "draft") throw fail.not_draft();
    const terms = await termsOf(ctx as unknown as Ctx, r.requirementId, r.ruleId);
    return { difference: await differenceOf(ctx, terms), ruleVersion: terms.rule.rowVersion };
  },
  async (ctx: Ctx, { rolloutId }: Input<typeof contract.preview>, made: store.Preview): Promise<Output<typeof contract.preview>> => {
    if (!(await store.update(ctx, rolloutId, "draft", { preview: made, peopleCount: made.difference.peopleCount }))) throw fail.not_draft();
    ctx.audit("rollouts.previewed", { kind: "rollout", id: rolloutId }, { after: shown(made.difference) });
    return one(ctx, rolloutId);
  },
);

export async function start(ctx: Ctx, input: Input<typeof contract.start>): Promise<Output<typeof contract.start>> {
  await store.hold(ctx, input.rolloutId);
  const r = await found(ctx, input.rolloutId);
  if (r.state !== "draft") return repeated(ctx, r.id);
  if (!r.preview) throw fail.not_previewed();
  const terms = await termsOf(ctx, r.requirementId, r.ruleId);
  if (r.preview.ruleVersion !== terms.rule.rowVersion) throw fail.preview_outdated();
  if (input.peopleCount !== r.preview.difference.peopleCount) throw fail.count_differs({ values: { peopleCount: r.preview.difference.peopleCount } });
  if (!(await store.courseIsLive(ctx, terms.requirement.courseId))) throw fail.course_not_live();
  const jobId = await ctx.enqueue({ kind: "rollouts.run", key: `rollouts.run:${r.id}`, payload: { rolloutId: r.id }, total: r.preview.difference.peopleCount, priority: 3 });
  await store.update(ctx, r.id, "draft", { state: "running", startedAt: ctx.now, jobId });
  await publishRule(ctx, terms, dayIn(ctx.now, (await zones(ctx)).tenantZone));
  await store.insertWave(ctx, r.id, r.preview.difference.peopleCount);
  ctx.audit("rollouts.started", { kind: "rollout", id: r.id }, { before: { state: "draft" }, after: { state: "running", ...shown(r.preview.difference) } });
  ctx.emit("rollouts.started", { rolloutId: r.id, requirementId: r.requirementId });
  return one(ctx, r.id);
}

/** Started twice is one run; that somebody asked again is noted. */
async function repeated(ctx: Ctx, rolloutId: string): Promise<Rollout> {
  ctx.audit("rollouts.start_repeated", { kind: "rollout", id: rolloutId });
  return one(ctx, rolloutId);
}
