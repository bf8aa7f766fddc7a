import { z } from "zod";
import { Day, Id, Instant, Label, Page, PageQuery, endpoint } from "../../kernel/contract.ts";

export const RolloutState = z.enum(["draft", "running", "paused", "done", "failed", "rolled_back"]);

/** What starting it would do, as of `asOf`; the run uses the same statements. */
export const Difference = z.strictObject({
  asOf: Instant, peopleCount: z.int(), gainCount: z.int(), keepCount: z.int(), loseCount: z.int(),
  /** People who gain it and hold an unrevoked earlier completion of the course. */
  alreadyProvenCount: z.int(),
  byOrgUnit: z.array(z.strictObject({ orgUnitId: Id.nullable(), name: z.string(), peopleCount: z.int() })),
  /** By due day, at most 60 rows; the rest is in `laterCount`. */
  dueDays: z.array(z.strictObject({ on: Day, peopleCount: z.int() })), laterCount: z.int(),
  conflicts: z.array(z.strictObject({
    /** `floor`: the rule's day is too near, people get `on` instead. `unresolved`: no hire day. `nobody`: the audience is empty. `course_not_live`: nothing could be learned. `many_lose`: more than a tenth lose it. */
    code: z.enum(["floor", "unresolved", "nobody", "course_not_live", "many_lose"]), peopleCount: z.int(), on: Day.nullable(), stops: z.boolean(),
  })),
  /** Longest validity a completion today would have. */
  longestValidThroughOn: Day.nullable(),
});
export type Difference = z.output<typeof Difference>;

export const RolloutRow = z.strictObject({
  id: Id, title: z.string(), requirement: z.strictObject({ id: Id, title: z.string() }), edition: z.int(), state: RolloutState,
  peopleCount: z.int(), doneCount: z.int(), createdAt: Instant, createdBy: z.string(), startedAt: Instant.nullable(), finishedAt: Instant.nullable(), jobId: Id.nullable(),
});
export const Rollout = RolloutRow.extend({ preview: Difference.nullable(), rowVersion: z.int() });
export type Rollout = z.output<typeof Rollout>;

const ids = { rolloutId: "rollout" };
const one = z.strictObject({ rolloutId: Id });
export const contract = {
  list: endpoint({
    method: "GET", path: "/api/rollouts", permission: "rollouts.read", ids: { requirementId: "requirement" }, summary: "Rollouts, newest first",
    input: z.strictObject({ ...PageQuery, requirementId: Id.optional(), state: RolloutState.optional() }), output: Page(RolloutRow),
  }),
  get: endpoint({ method: "GET", path: "/api/rollouts/:rolloutId", permission: "rollouts.read", ids, summary: "One rollout with its preview and progress", input: one, output: Rollout }),
  create: endpoint({
    method: "POST", path: "/api/rollouts", permission: "rollouts.write", ids: { requirementId: "requirement" }, audit: "rollouts.created", summary: "Plans to make a requirement's draft rule live",
    input: z.strictObject({ requirementId: Id, title: Label(200).optional() }), output: Rollout,
  }),
  preview: endpoint({
    method: "POST", path: "/api/rollouts/:rolloutId/preview", permission: "rollouts.write", ids, audit: "rollouts.previewed", summary: "Computes and keeps the difference the rollout would make",
    input: one, output: Rollout,
  }),
  start: endpoint({
    method: "POST", path: "/api/rollouts/:rolloutId/start", permission: "rollouts.write", ids, audit: "rollouts.started",
    summary: "Starts it; starting again changes nothing. `peopleCount` is the number seen in the preview",
    input: z.strictObject({ rolloutId: Id, peopleCount: z.int().min(0) }), output: Rollout,
  }),
};
