/** Looking at feeds, runs and rows; the file of refused rows. */
import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import type { FileReply, Input, Output } from "../../../kernel/contract.ts";
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import { prepared } from "../../../kernel/module.ts";
import type { directory } from "../contract.ts";
import { fail } from "../failures.ts";
import type { FeedRun } from "../store/columns.ts";
import * as rowStore from "../store/rows.ts";
import * as store from "../store/runs.ts";
import { presentRow, presentRun, presentRuns } from "./present.ts";

type In<K extends keyof typeof directory> = Input<(typeof directory)[K]>;
type Out<K extends keyof typeof directory> = Promise<Output<(typeof directory)[K]>>;

export async function known(ctx: Ctx, runId: string): Promise<FeedRun> {
  const run = await store.run(ctx, runId);
  if (!run) throw fail.not_found();
  return run;
}

export async function feeds(ctx: Ctx): Out<"feeds"> {
  const rows: Awaited<Out<"feeds">>["rows"] = [];
  for (const f of await store.allFeeds(ctx)) {
    const last = await store.runs(ctx, { feedId: f.id }, 1, 0);
    rows.push({ id: f.id, name: f.name, kind: f.kind, runs: last.total, lastRun: (await presentRuns(ctx, last.rows))[0] ?? null });
  }
  return { rows };
}

export async function runs(ctx: Ctx, { page = 1, size = 50, ...filter }: In<"runs">): Out<"runs"> {
  const found = await store.runs(ctx, filter, size, (page - 1) * size);
  return { rows: await presentRuns(ctx, found.rows), total: found.total, page, size };
}

export const run = async (ctx: Ctx, { runId }: In<"run">): Out<"run"> => presentRun(ctx, await known(ctx, runId));

export async function rows(ctx: Ctx, { runId, page = 1, size = 50, verdict, warned, search }: In<"rows">): Out<"rows"> {
  const found = await rowStore.rowPage(ctx, runId, { verdict, warned: warned !== undefined, search }, size, (page - 1) * size);
  return { rows: found.rows.map(presentRow), total: found.total, page, size };
}

async function* errorLines(ctx: Ctx, run: FeedRun): AsyncGenerator<string> {
  yield "\uFEFF" + stringify([[...run.columns.map((c) => c.header), "Row", "Reason"]], { delimiter: run.delimiter, escape_formulas: true });
  for (let after = 0; ;) {
    const page = await rowStore.refusedAfter(ctx, run.id, after, 500);
    if (page.length > 0) {
      yield stringify(page.map((r) => [...run.columns.map((_, i) => r.cells[i] ?? ""), String(r.rowNumber), r.reasons.map((x) => x.text).join(" ")]), { delimiter: run.delimiter, escape_formulas: true });
    }
    const last = page.at(-1);
    if (!last || page.length < 500) return;
    after = last.rowNumber;
  }
}

export const errorFile = prepared(
  async (ctx: PrepareCtx, { runId }: In<"errorFile">) => {
    const reading = ctx as unknown as Ctx;
    const run = await known(reading, runId);
    if (run.counts.rows === 0) throw fail.rows_missing();
    return { run, lines: errorLines(reading, run) };
  },
  async (ctx: Ctx, _input: In<"errorFile">, { run, lines }: { run: FeedRun; lines: AsyncGenerator<string> }): Promise<FileReply> => {
    ctx.audit("directory.errors_exported", { kind: "feed_run", id: run.id }, { after: { rows: run.counts.refused } });
    return { type: "text/csv; charset=utf-8", name: `${run.fileName.replace(/\.[^.]*$/, "")}-errors.csv`, body: Readable.from(lines) };
  });
