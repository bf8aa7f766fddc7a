import { code, count, id, instant, json, optional, ref, table, text, type RowOf } from "../../../kernel/db/columns.ts";
import { runStates, verdicts, type Counts, type Options } from "../contract.ts";
import type { DateOrder, Diff, Reason, RowValues, SuperiorLink, Target } from "../rules.ts";

/** A column of the file as it was read. */
export interface FileColumn {
  readonly index: number;
  readonly header: string;
  readonly guess: Target | null;
  readonly filled: number;
  readonly longest: number;
  readonly samples: readonly string[];
  readonly dateOrder: DateOrder | "not_needed" | "ask" | null;
}
/** Facts about the file and the choices of a person, kept with the run. */
export interface RunOptions extends Options {
  readonly size: number;
  readonly offset: number;
  readonly header: number;
  readonly rowCount: number;
  readonly encodingTrust: "certain" | "likely" | "guessed";
  readonly isDelimiterSure: boolean;
  /** Set by the check. */
  readonly superiorsAre: "refuse" | "later" | null;
}
export interface SampleRow { readonly row: number; readonly cells: readonly string[] }
/** What a row would write; empty for rows that write nothing. */
export interface Proposed { readonly values?: RowValues; readonly superior?: SuperiorLink }

/** Headers as pairs, never as keys of an object: a file may call a column `__proto__`. */
export type Remembered = readonly (readonly [header: string, target: Target | null])[];

export const feeds = table("feeds", {
  id: id(), tenantId: ref(), kind: code("csv"), name: text(), mapping: json<Remembered>(), options: json<Partial<Options>>(), createdAt: instant(), updatedAt: instant(), rowVersion: count(),
});
export const feedRuns = table("feed_runs", {
  id: id(), tenantId: ref(), feedId: ref(), fileName: text(), fileSha256: text(), encoding: text(), delimiter: text(), state: code(...runStates), counts: json<Counts>(),
  mapping: json<(Target | null)[]>(), options: json<RunOptions>(), columns: json<FileColumn[]>(), sample: json<SampleRow[]>(), problem: optional(text()),
  startedAt: instant(), plannedAt: optional(instant()), appliedAt: optional(instant()), startedBy: text(), jobId: optional(ref()),
});
export const feedRows = table("feed_rows", {
  runId: ref(), rowNumber: count(), verdict: code(...verdicts), reasons: json<Reason[]>(), warnings: json<Reason[]>(), cells: json<string[]>(), diff: json<Diff>(), proposed: json<Proposed>(),
  key: optional(text()), basis: optional(text()), personId: optional(ref()), appliedAt: optional(instant()),
});
export type Feed = RowOf<typeof feeds.columns>;
export type FeedRun = RowOf<typeof feedRuns.columns>;
export type FeedRow = RowOf<typeof feedRows.columns>;
export const noCounts: Counts = { rows: 0, create: 0, change: 0, unchanged: 0, refused: 0, warned: 0, applied: 0, stale: 0, waiting: 0 };
