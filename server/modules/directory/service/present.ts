/** Runs as the contract shows them. */
import type { z } from "zod";
import type { Ctx } from "../../../kernel/ctx.ts";
import { find } from "../../../kernel/jobs/store.ts";
import type { RunDetail, RunRow, RunRowDetail } from "../contract.ts";
import { noCounts, type FeedRow, type FeedRun } from "../store/columns.ts";
import * as store from "../store/runs.ts";
import { questionsOf } from "./questions.ts";

type Detail = z.output<typeof RunDetail>;
type Row = z.output<typeof RunRow>;

export async function presentRuns(ctx: Ctx, runs: readonly FeedRun[]): Promise<Row[]> {
  const feeds = new Map((await store.allFeeds(ctx)).map((f) => [f.id, f.name]));
  const names = await store.namesOf(ctx, [...new Set(runs.map((r) => r.startedBy))]);
  return runs.map((r) => ({
    id: r.id, feed: { id: r.feedId, name: feeds.get(r.feedId) ?? "" }, fileName: r.fileName, state: r.state, counts: { ...noCounts, ...r.counts }, problem: r.problem, startedAt: r.startedAt, plannedAt: r.plannedAt, appliedAt: r.appliedAt,
    startedBy: { id: r.startedBy, name: names.get(r.startedBy) ?? null },
  }));
}

export async function presentRun(ctx: Ctx, run: FeedRun): Promise<Detail> {
  const [row] = await presentRuns(ctx, [run]);
  if (!row) throw new Error("a run without a row");
  const job = run.jobId === null ? undefined : await find(ctx.db, run.jobId);
  const { encoding, delimiter, headerRow, dateOrder, zeros, superiors } = run.options;
  return {
    ...row, size: run.options.size, encoding: run.encoding, encodingTrust: run.options.encodingTrust, delimiter: run.delimiter, isDelimiterSure: run.options.isDelimiterSure, headerRow: run.options.header,
    columns: run.columns.map((c) => ({ ...c, samples: [...c.samples], target: run.mapping[c.index] ?? null })), sample: run.sample.map((s) => ({ row: s.row, cells: [...s.cells] })),
    options: { encoding, delimiter, headerRow, dateOrder, zeros, superiors }, questions: questionsOf(run.columns, run.mapping, run.options, run.encoding),
    job: job ? { id: job.id, state: job.state, done: job.doneCount, total: job.totalCount, error: job.error } : null, superiors: run.options.superiorsAre,
  };
}

export const presentRow = (r: FeedRow): z.output<typeof RunRowDetail> => ({
  row: r.rowNumber, verdict: r.verdict, number: r.key, name: r.diff["name"]?.[1] ?? r.proposed.values?.["display"] ?? null, personId: r.personId,
  reasons: r.reasons, warnings: r.warnings, cells: r.cells, diff: r.diff, appliedAt: r.appliedAt,
} as z.output<typeof RunRowDetail>);
