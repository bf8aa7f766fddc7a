import { z } from "zod";
import { Day, FileOutput, Id, Instant, Page, PageQuery, endpoint } from "../../kernel/contract.ts";
import { Cycle, Due, Flag, Status } from "../obligations/contract.ts";
import { ProofRow } from "../proofs/contract.ts";

const Rate = z.strictObject({ on: Day, owed: z.int(), compliant: z.int() });
export const Overview = z.strictObject({
  asOf: Instant, peopleCount: z.int(),
  /** compliant + exempt + paused + open = owed; rate = compliant / owed. */
  owed: z.int(), compliant: z.int(), exempt: z.int(), paused: z.int(), open: z.int(), overdue: z.int(),
  months: z.array(Rate),
  /** Open cycles by the week (Monday) of their due day, for eight weeks; `overdue` ones are not in it. */
  weeks: z.array(z.strictObject({ from: Day, dueCount: z.int() })),
  heat: z.strictObject({
    requirements: z.array(z.strictObject({ id: Id, title: z.string() })),
    rows: z.array(z.strictObject({ orgUnitId: Id, name: z.string(), cells: z.array(z.strictObject({ requirementId: Id, owed: z.int(), compliant: z.int(), overdue: z.int() })) })),
  }),
  days: z.array(z.strictObject({ on: Day, completedCount: z.int() })),
  recent: z.array(z.strictObject({ kind: z.enum(["completed", "rollout"]), at: Instant, id: Id, title: z.string(), personId: Id.nullable(), personName: z.string().nullable(), peopleCount: z.int().nullable() })),
});
export type Overview = z.output<typeof Overview>;

export const Transcript = z.strictObject({
  asOf: Instant, person: z.strictObject({ id: Id, displayName: z.string() }),
  duties: z.array(z.strictObject({
    obligationId: Id, requirementId: Id, title: z.string(), course: z.strictObject({ id: Id, title: z.string() }), status: Status, flags: z.array(Flag), due: Due,
    startedAt: Instant, endedAt: Instant.nullable(), cycles: z.array(Cycle),
  })),
  proofs: z.array(ProofRow),
  certificates: z.array(z.strictObject({
    id: Id, number: z.string(), code: z.string(), proofId: Id, title: z.string(), state: z.enum(["valid", "revoked"]), issuedAt: Instant, validThroughOn: Day.nullable(), pdfState: z.enum(["queued", "ready", "failed"]),
  })),
});
export type Transcript = z.output<typeof Transcript>;

export const RunKind = z.enum(["completions", "obligations", "transcript", "people_status"]);
export type RunKind = z.output<typeof RunKind>;
export const Run = z.strictObject({
  id: Id, kind: RunKind, title: z.string(), state: z.enum(["queued", "running", "done", "failed"]), rowCount: z.int(), fileName: z.string().nullable(), size: z.int().nullable(),
  asOf: Instant, createdAt: Instant, createdBy: z.string(), isMine: z.boolean(), finishedAt: Instant.nullable(), jobId: Id.nullable(),
});
export type Run = z.output<typeof Run>;

export const contract = {
  overview: endpoint({ method: "GET", path: "/api/reports/overview", permission: "reports.read", summary: "Where we stand: figures and charts over the people one may see", input: z.strictObject({}), output: Overview }),
  transcriptMine: endpoint({ method: "GET", path: "/api/reports/transcript/mine", permission: "self", summary: "My cycles, completions and certificates of all years", input: z.strictObject({}), output: Transcript }),
  transcript: endpoint({
    method: "GET", path: "/api/reports/people/:personId/transcript", permission: "reports.read", ids: { personId: "person" }, summary: "A person's cycles, completions and certificates of all years",
    input: z.strictObject({ personId: Id }), output: Transcript,
  }),
  runs: endpoint({ method: "GET", path: "/api/reports/runs", permission: "reports.read", summary: "My exports, newest first", input: z.strictObject({ ...PageQuery }), output: Page(Run) }),
  run: endpoint({ method: "GET", path: "/api/reports/runs/:runId", permission: "reports.read", ids: { runId: "reportRun" }, summary: "One of my exports", input: z.strictObject({ runId: Id }), output: Run }),
  start: endpoint({
    method: "POST", path: "/api/reports/runs", permission: "reports.read", ids: { requirementId: "requirement", courseId: "course", personId: "person", orgUnitId: "orgUnit" }, audit: "reports.run_started",
    summary: "Starts an export in the background", 
    input: z.strictObject({
      kind: RunKind, requirementId: Id.optional(), courseId: Id.optional(), personId: Id.optional(), orgUnitId: Id.optional(), from: Day.optional(), to: Day.optional(),
      status: z.enum(["compliant", "open", "overdue", "not_owed"]).optional(),
    }),
    output: Run,
  }),
  download: endpoint({
    method: "GET", path: "/api/reports/runs/:runId/file", permission: "reports.read", ids: { runId: "reportRun" }, download: true, audit: "reports.downloaded", summary: "Downloads the file of one of my exports",
    input: z.strictObject({ runId: Id }), output: FileOutput,
  }),
};
