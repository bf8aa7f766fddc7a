import { z } from "zod";
import { Day, Id, Instant, Label, Nothing, Page, PageQuery, Text, endpoint } from "../../kernel/contract.ts";
import { Condition, Sentence } from "../audiences/contract.ts";

export const DueRule = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fixed"), on: Day }),
  /** Days after the hire day or after the day of assignment; the event day is not counted. */
  z.strictObject({ kind: z.literal("relative"), days: z.int().min(0).max(3_650), from: z.enum(["hired", "assigned"]) }),
]);
export type DueRule = z.output<typeof DueRule>;
/** How long a completion counts; `months: null` is for ever. */
export const Validity = z.strictObject({ months: z.int().min(1).max(240).nullable(), anchor: z.enum(["completion", "previous_expiry"]) });
export type Validity = z.output<typeof Validity>;

export const State = z.enum(["draft", "live", "withdrawn"]);
/** compliant + open = owed; overdue is the part of open past its grace (exemption and pause come later and are 0). */
export const Figures = z.strictObject({ owed: z.int(), compliant: z.int(), open: z.int(), overdue: z.int() });
export type Figures = z.output<typeof Figures>;

const wording = { title: Label(200), reason: Text(2_000) };
const terms = { audience: Condition, due: DueRule, validity: Validity, graceDays: z.int().min(0).max(365), windowDays: z.int().min(0).max(365) };

export const Rule = z.strictObject({
  id: Id, edition: z.int(), state: z.enum(["draft", "live", "ended"]), ...terms, sentence: Sentence,
  effectiveOn: Day.nullable(), createdAt: Instant, createdBy: z.string(), publishedAt: Instant.nullable(), publishedBy: z.string().nullable(), rowVersion: z.int(),
});
export type Rule = z.output<typeof Rule>;

const Course = z.strictObject({ id: Id, code: z.string(), title: z.string(), state: z.enum(["draft", "live", "closed"]) });
export const RequirementRow = z.strictObject({
  id: Id, code: z.string(), title: z.string(), state: State, course: Course, figures: Figures,
  /** The live rule, else the draft. */
  due: DueRule, validity: Validity, sentence: Sentence, hasDraft: z.boolean(), createdAt: Instant,
});
export const Requirement = z.strictObject({
  id: Id, code: z.string(), title: z.string(), reason: z.string(), state: State, course: Course, figures: Figures,
  live: Rule.nullable(), draft: Rule.nullable(), createdAt: Instant, createdBy: z.string(), rowVersion: z.int(),
});

const requirementId = { requirementId: "requirement" };
export const contract = {
  list: endpoint({
    method: "GET", path: "/api/requirements", permission: "requirements.read", summary: "Requirements with their live figures",
    ids: { courseId: "course" },
    input: z.strictObject({ ...PageQuery, state: State.optional(), courseId: Id.optional(), sort: z.enum(["title", "-created"]).optional() }), output: Page(RequirementRow),
  }),
  get: endpoint({
    method: "GET", path: "/api/requirements/:requirementId", permission: "requirements.read", ids: requirementId, summary: "One requirement with its live rule and its draft",
    input: z.strictObject({ requirementId: Id }), output: Requirement,
  }),
  editions: endpoint({
    method: "GET", path: "/api/requirements/:requirementId/editions", permission: "requirements.read", ids: requirementId, summary: "Every edition of a requirement's rule, newest first",
    input: z.strictObject({ requirementId: Id }), output: z.strictObject({ rows: z.array(Rule) }),
  }),
  create: endpoint({
    method: "POST", path: "/api/requirements", permission: "requirements.write", ids: { courseId: "course" }, audit: "requirements.created", summary: "Drafts a requirement; it goes live by a rollout",
    input: z.strictObject({ code: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/).optional(), courseId: Id, ...wording, ...terms }), output: Requirement,
  }),
  change: endpoint({
    method: "PUT", path: "/api/requirements/:requirementId", permission: "requirements.write", ids: requirementId, audit: "requirements.changed",
    summary: "Changes the wording, and the draft rule (a live rule stays as it is; its change is a new edition)",
    input: z.strictObject({ requirementId: Id, rowVersion: z.int(), ...wording, ...terms }), output: Requirement,
  }),
  withdraw: endpoint({
    method: "POST", path: "/api/requirements/:requirementId/withdraw", permission: "requirements.write", ids: requirementId, audit: "requirements.withdrawn",
    summary: "Nobody owes it any more; what was learned and proven stays",
    input: z.strictObject({ requirementId: Id, reason: Text(1_000, 3) }), output: Nothing,
  }),
};
