/** The life of one reading: upload → mapping → check → apply. Each step is taken from the states that allow it, once. */
import type { Input, Output } from "../../../kernel/contract.ts";
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import { end, find } from "../../../kernel/jobs/store.ts";
import { prepared } from "../../../kernel/module.ts";
import { Options, type directory } from "../contract.ts";
import { fail } from "../failures.ts";
import { isTarget, rememberKey, type Target } from "../rules.ts";
import { noCounts, type Feed, type FeedRun, type RunOptions } from "../store/columns.ts";
import * as store from "../store/runs.ts";
import { inspect, type Inspection } from "./inspect.ts";
import { presentRun } from "./present.ts";
import { questionsOf } from "./questions.ts";
import { known } from "./read.ts";

type In<K extends keyof typeof directory> = Input<(typeof directory)[K]>;
type Out<K extends keyof typeof directory> = Promise<Output<(typeof directory)[K]>>;

const defaults: Options = { encoding: null, delimiter: null, headerRow: null, dateOrder: null, zeros: "keep", superiors: "auto" };

const memoryOf = (feed: Feed | undefined): Map<string, Target | null> => new Map((feed?.mapping ?? []).map(([h, t]) => [h, t]));
const optionsOf = (chosen: Options, i: Inspection, size: number): RunOptions => ({
  ...chosen, size, offset: i.offset, header: i.header, rowCount: i.rowCount, encodingTrust: i.encodingTrust, isDelimiterSure: i.isDelimiterSure, superiorsAre: null,
});

/** The feed whose remembered headers are nearly all those of this file. */
function feedLike(feeds: readonly Feed[], headers: readonly string[]): Feed | undefined {
  const keys = new Set(headers.map(rememberKey));
  return feeds.map((feed) => ({ feed, same: feed.mapping.filter(([h]) => keys.has(h)).length })).filter(({ feed, same }) => same >= 3 && same >= keys.size * 0.8 && same >= feed.mapping.length * 0.8)
    .sort((a, b) => b.same - a.same)[0]?.feed;
}

const nameFor = (fileName: string, taken: ReadonlySet<string>): string => {
  const base = fileName.replace(/\.[^.]*$/, "").replace(/[-_ .]*\d{4}[-_.]?\d{2}[-_.]?\d{2}.*$/, "").trim() || "CSV";
  for (let n = 1; ; n++) { const name = n === 1 ? base : `${base} ${n}`; if (!taken.has(name)) return name; }
};

export const upload = prepared(
  async (ctx: PrepareCtx, input: In<"upload">) => {
    if (!ctx.upload) throw fail.empty_file();
    const reading = ctx as unknown as Ctx;
    const feeds = await store.allFeeds(reading);
    const chosen = feeds.find((f) => f.id === input.feedId);
    const first = await inspect(ctx, ctx.upload, defaults, memoryOf(chosen));
    const feed = chosen ?? feedLike(feeds, first.columns.map((c) => c.header));
    const options = { ...defaults, ...(feed ? { dateOrder: feed.options.dateOrder ?? null, zeros: feed.options.zeros ?? "keep", superiors: feed.options.superiors ?? "auto" } : {}) };
    return { inspection: feed && feed !== chosen ? await inspect(ctx, ctx.upload, defaults, memoryOf(feed)) : first, feedId: feed?.id, options };
  },
  async (ctx: Ctx, input: In<"upload">, { inspection: i, feedId, options }: { inspection: Inspection; feedId: string | undefined; options: Options }): Out<"upload"> => {
    if (!ctx.upload) throw fail.empty_file();
    let id = feedId;
    if (id === undefined) {
      id = ctx.newId();
      const name = nameFor(input.name, new Set((await store.allFeeds(ctx)).map((f) => f.name)));
      await store.insertFeed(ctx, { id, tenantId: ctx.tenantId, kind: "csv", name, mapping: [], options: {}, createdAt: ctx.now, updatedAt: ctx.now, rowVersion: 1 });
      ctx.audit("directory.feed_created", { kind: "feed", id }, { after: { name } });
    }
    const run: FeedRun = {
      id: ctx.newId(), tenantId: ctx.tenantId, feedId: id, fileName: input.name, fileSha256: ctx.upload.sha256, encoding: i.encoding, delimiter: i.delimiter, state: "read", counts: { ...noCounts, rows: 0 },
      mapping: i.columns.map((c) => c.guess), options: optionsOf(options, i, ctx.upload.size), columns: [...i.columns], sample: [...i.sample], problem: null,
      startedAt: ctx.now, plannedAt: null, appliedAt: null, startedBy: ctx.actor.personId ?? ctx.actor.id, jobId: null,
    };
    await store.insertRun(ctx, run);
    ctx.audit("directory.file_read", { kind: "feed_run", id: run.id }, { after: { feedId: id, file: run.fileName, sha256: run.fileSha256, encoding: run.encoding, rows: i.rowCount } });
    return presentRun(ctx, run);
  });

const changeable = ["read", "planned", "failed", "cancelled"] as const;

function checkState(run: FeedRun): void {
  if (run.state === "planning" || run.state === "applying") throw fail.is_busy();
  if (run.state === "applied" || run.counts.applied > 0) throw fail.closed();
}

export const setMapping = prepared(
  async (ctx: PrepareCtx, input: In<"setMapping">): Promise<Inspection | null> => {
    const run = await known(ctx as unknown as Ctx, input.runId);
    checkState(run);
    const next = { ...run.options, ...definedOf(input.options) };
    const isSame = next.encoding === run.options.encoding && next.delimiter === run.options.delimiter && next.headerRow === run.options.headerRow;
    if (isSame) return null;
    const feed = await store.feed(ctx as unknown as Ctx, run.feedId);
    return inspect(ctx, { sha256: run.fileSha256, size: run.options.size }, next, memoryOf(feed));
  },
  async (ctx: Ctx, input: In<"setMapping">, again: Inspection | null): Out<"setMapping"> => {
    const run = await known(ctx, input.runId);
    checkState(run);
    const chosen = Options.parse({ ...pick(run.options), ...definedOf(input.options) });
    const columns = again ? [...again.columns] : run.columns;
    const mapping = again ? carriedOver(run, again) : columns.map((c): Target | null => run.mapping[c.index] ?? null);
    const seen = new Set<number>();
    for (const { index, target } of input.columns) {
      if (index >= columns.length || (target !== null && !isTarget(target))) throw fail.mapping_unknown({ fields: [{ path: "columns", code: "unknown", message: `column ${index}: ${target ?? ""}` }] });
      if (seen.has(index)) throw fail.mapping_twice();
      seen.add(index);
      mapping[index] = target;
    }
    const change: Partial<FeedRun> = {
      mapping, columns, state: "read", problem: null, counts: noCounts, plannedAt: null, jobId: null,
      options: again ? optionsOf(chosen, again, run.options.size) : { ...run.options, ...chosen, superiorsAre: null },
      ...(again ? { encoding: again.encoding, delimiter: again.delimiter, sample: [...again.sample] } : {}),
    };
    if (!await store.moveRun(ctx, run.id, changeable, change)) throw fail.is_busy();
    ctx.audit("directory.mapping_set", { kind: "feed_run", id: run.id }, { before: { mapping: run.mapping, options: asState(pick(run.options)) }, after: { mapping, options: asState(chosen) } });
    return presentRun(ctx, { ...run, ...change });
  });

/** Read anew, a column that kept its name keeps its meaning; the others are guessed again. */
function carriedOver(run: FeedRun, again: Inspection): (Target | null)[] {
  const mapping = again.columns.map((c): Target | null => (c.header === run.columns[c.index]?.header ? run.mapping[c.index] ?? null : null));
  for (const c of again.columns) if (c.header !== run.columns[c.index]?.header && c.guess !== null && !mapping.includes(c.guess)) mapping[c.index] = c.guess;
  return mapping;
}

const asState = (o: Options): Record<string, string | number | null> => ({ ...o });
const pick = ({ encoding, delimiter, headerRow, dateOrder, zeros, superiors }: Options): Options => ({ encoding, delimiter, headerRow, dateOrder, zeros, superiors });
const definedOf = (o: In<"setMapping">["options"]): Partial<Options> => Object.fromEntries(Object.entries(o ?? {}).filter(([, v]) => v !== undefined));

export async function plan(ctx: Ctx, { runId }: In<"plan">): Out<"plan"> {
  const run = await known(ctx, runId);
  checkState(run);
  const blocking = questionsOf(run.columns, run.mapping, run.options, run.encoding).filter((q) => q.blocks);
  if (blocking.some((q) => q.code === "target_twice")) throw fail.mapping_twice();
  if (blocking.length > 0) throw fail.mapping_incomplete({ fields: blocking.map((q) => ({ path: "columns", code: q.code, message: q.text })) });
  const jobId = await ctx.enqueue({ kind: "directory.plan", key: `directory.plan:${runId}:${ctx.newId()}`, payload: { runId }, total: run.options.rowCount, priority: 3 });
  if (!await store.moveRun(ctx, runId, changeable, { state: "planning", jobId, problem: null })) throw fail.is_busy();
  await remember(ctx, run);
  ctx.audit("directory.plan_started", { kind: "feed_run", id: runId }, { before: { state: run.state }, after: { state: "planning", mapping: run.mapping } });
  return { jobId };
}

/** The mapping that was good enough to check with is offered for the next file of this feed. */
async function remember(ctx: Ctx, run: FeedRun): Promise<void> {
  const feed = await store.feed(ctx, run.feedId);
  if (!feed) return;
  const memory = memoryOf(feed);
  const now = new Set<string>();
  run.columns.forEach((c) => {
    const key = rememberKey(c.header);
    if (key === "" || now.has(key)) return;
    now.add(key);
    memory.set(key, run.mapping[c.index] ?? null);
  });
  const { dateOrder, zeros, superiors } = run.options;
  await store.updateFeed(ctx, feed.id, { mapping: [...memory].slice(-1_000), options: { dateOrder, zeros, superiors }, updatedAt: ctx.now, rowVersion: feed.rowVersion + 1 });
}

export async function apply(ctx: Ctx, { runId }: In<"apply">): Out<"apply"> {
  const run = await known(ctx, runId);
  if (run.state === "planning" || run.state === "applying") throw fail.is_busy();
  if (run.state !== "planned") throw fail.not_planned();
  const jobId = await ctx.enqueue({ kind: "directory.apply", key: `directory.apply:${runId}:${ctx.newId()}`, payload: { runId }, total: run.counts.create + run.counts.change, priority: 3 });
  if (!await store.moveRun(ctx, runId, ["planned"], { state: "applying", jobId })) throw fail.not_planned();
  ctx.audit("directory.apply_started", { kind: "feed_run", id: runId }, { before: { state: "planned" }, after: { state: "applying", create: run.counts.create, change: run.counts.change } });
  return { jobId };
}

/** Stops a job after its current unit; what is written stays and is counted. */
export async function cancel(ctx: Ctx, { runId }: In<"cancel">): Out<"cancel"> {
  const run = await known(ctx, runId);
  if (run.state === "applied" || run.state === "cancelled") throw fail.closed();
  const counts = run.state === "applying" ? await store.countRows(ctx, runId, run.counts.waiting) : run.counts;
  const job = run.jobId === null ? undefined : await find(ctx.db, run.jobId);
  if (job) await end(ctx.db, { id: job.id, epoch: job.leaseEpoch }, ctx.now, "cancelled", "stopped by a person");
  await store.updateRun(ctx, runId, { state: "cancelled", counts });
  ctx.audit("directory.run_cancelled", { kind: "feed_run", id: runId }, { before: { state: run.state }, after: { state: "cancelled", applied: counts.applied } });
  return { state: "cancelled" };
}
