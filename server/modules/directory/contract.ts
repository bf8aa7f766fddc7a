import { z } from "zod";
import { endpoint, FileOutput, Id, Instant, Label, Nothing, Page, PageQuery, Text } from "../../kernel/contract.ts";

export const runStates = ["read", "planning", "planned", "applying", "applied", "failed", "cancelled"] as const;
export const verdicts = ["create", "change", "unchanged", "refused"] as const;
const Verdict = z.enum(verdicts);
const onRun = { runId: "feedRun" } as const;

export const Counts = z.strictObject({
  rows: z.int(), create: z.int(), change: z.int(), unchanged: z.int(), refused: z.int(), /** Rows with at least one warning. */ warned: z.int(),
  /** After applying: rows written, rows refused because the person changed meanwhile, superiors still waited for. */ applied: z.int(), stale: z.int(), waiting: z.int(),
});
export type Counts = z.output<typeof Counts>;

const Job = z.strictObject({ id: Id, state: z.enum(["queued", "running", "done", "dead", "cancelled"]), done: z.int(), total: z.int().nullable(), error: z.string().nullable() });

export const Column = z.strictObject({
  index: z.int(), header: z.string(), /** Meaning now chosen: one of `targets` or "custom.<name>"; null: left out. */ target: z.string().nullable(), guess: z.string().nullable(),
  filled: z.int(), longest: z.int(), samples: z.array(z.string()),
  /** Only for columns that look like dates: how day and month stand, `ask` if only a person can say. */
  dateOrder: z.enum(["dmy", "mdy", "not_needed", "ask"]).nullable(),
});

export const Options = z.strictObject({
  /** Null: as detected. */ encoding: Text(40).nullable(), delimiter: z.enum([",", ";", "\t", "|"]).nullable(), /** Record that holds the column names, from 1. */ headerRow: z.int().min(1).max(50).nullable(),
  /** How to read 03/04/2024 where the column does not prove it. */ dateOrder: z.enum(["dmy", "mdy"]).nullable(),
  /** `ignore`: 00123 and 123 are the same number. */ zeros: z.enum(["keep", "ignore"]),
  /** Superiors nobody knows: refuse the row, or set them when they arrive. `auto`: later when more than a tenth of the rows name such people. */ superiors: z.enum(["auto", "refuse", "later"]),
});
export type Options = z.output<typeof Options>;

export const RunRow = z.strictObject({
  id: Id, feed: z.strictObject({ id: Id, name: z.string() }), fileName: z.string(), state: z.enum(runStates), counts: Counts, problem: z.string().nullable(),
  startedAt: Instant, plannedAt: Instant.nullable(), appliedAt: Instant.nullable(), startedBy: z.strictObject({ id: z.string(), name: z.string().nullable() }),
});
export const RunDetail = z.strictObject({
  ...RunRow.shape, size: z.int(), encoding: z.string(), encodingTrust: z.enum(["certain", "likely", "guessed"]), delimiter: z.string(), isDelimiterSure: z.boolean(), headerRow: z.int(),
  columns: z.array(Column), /** First 20 rows as they are in the file. */ sample: z.array(z.strictObject({ row: z.int(), cells: z.array(z.string()) })), options: Options,
  /** What a person should look at before checking. `blocks`: checking is refused until it is answered. */
  questions: z.array(z.strictObject({ code: z.enum(["key_missing", "name_missing", "date_order", "encoding", "delimiter", "target_twice"]), text: z.string(), columns: z.array(z.int()), blocks: z.boolean() })),
  job: Job.nullable(), /** How unknown superiors were treated when it was checked. */ superiors: z.enum(["refuse", "later"]).nullable(),
});
const Reason = z.strictObject({ code: z.string(), text: z.string(), column: z.string().optional() });
export const RunRowDetail = z.strictObject({
  row: z.int(), verdict: Verdict, number: z.string().nullable(), name: z.string().nullable(), personId: Id.nullable(), reasons: z.array(Reason), warnings: z.array(Reason),
  cells: z.array(z.string()), /** Attribute → before and after. */ diff: z.record(z.string(), z.tuple([z.string().nullable(), z.string().nullable()])), appliedAt: Instant.nullable(),
});
const Run = z.strictObject({ runId: Id });

export const directory = {
  feeds: endpoint({
    method: "GET", path: "/api/directory/feeds", permission: "directory.read", summary: "Sources of people with their last import",
    input: Nothing, output: z.strictObject({ rows: z.array(z.strictObject({ id: Id, name: z.string(), kind: z.literal("csv"), runs: z.int(), lastRun: RunRow.nullable() })) }),
  }),
  upload: endpoint({
    method: "POST", path: "/api/directory/runs", permission: "directory.write", ids: { feedId: "feed" }, audit: "directory.file_read", upload: { maxBytes: 100 * 1024 * 1024 },
    summary: "Upload a CSV file; answers what it holds and what its columns probably mean", input: z.strictObject({ name: Label(200), feedId: Id.optional() }), output: RunDetail,
  }),
  runs: endpoint({
    method: "GET", path: "/api/directory/runs", permission: "directory.read", ids: { feedId: "feed" }, summary: "Imports, the newest first",
    input: z.strictObject({ ...PageQuery, feedId: Id.optional(), state: z.enum(runStates).optional() }), output: Page(RunRow),
  }),
  run: endpoint({ method: "GET", path: "/api/directory/runs/:runId", permission: "directory.read", ids: onRun, summary: "One import with columns, sample, questions and progress", input: Run, output: RunDetail }),
  setMapping: endpoint({
    method: "PUT", path: "/api/directory/runs/:runId/mapping", permission: "directory.write", ids: onRun, audit: "directory.mapping_set", summary: "Say what the columns mean and how to read the file",
    input: z.strictObject({ runId: Id, columns: z.array(z.strictObject({ index: z.int().min(0).max(499), target: Text(80).nullable() })).max(500), options: Options.partial().optional() }), output: RunDetail,
  }),
  plan: endpoint({ method: "POST", path: "/api/directory/runs/:runId/plan", permission: "directory.write", ids: onRun, audit: "directory.plan_started", summary: "Check every row without changing anything", input: Run, output: z.strictObject({ jobId: Id }) }),
  apply: endpoint({ method: "POST", path: "/api/directory/runs/:runId/apply", permission: "directory.write", ids: onRun, audit: "directory.apply_started", summary: "Write what was checked", input: Run, output: z.strictObject({ jobId: Id }) }),
  cancel: endpoint({ method: "POST", path: "/api/directory/runs/:runId/cancel", permission: "directory.write", ids: onRun, audit: "directory.run_cancelled", summary: "Stop an import; what is written stays", input: Run, output: z.strictObject({ state: z.enum(runStates) }) }),
  rows: endpoint({
    method: "GET", path: "/api/directory/runs/:runId/rows", permission: "directory.read", ids: onRun, summary: "Rows with their verdicts",
    input: z.strictObject({ runId: Id, ...PageQuery, verdict: Verdict.optional(), warned: z.enum(["true"]).optional() }), output: Page(RunRowDetail),
  }),
  errorFile: endpoint({
    method: "GET", path: "/api/directory/runs/:runId/errors", permission: "directory.read", ids: onRun, audit: "directory.errors_exported", download: true, summary: "Refused rows with their reasons, ready to be corrected and uploaded again",
    input: Run, output: FileOutput,
  }),
};
