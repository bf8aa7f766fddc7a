import { z } from "zod";
import { Day, Id, Instant, Nothing, Page, PageQuery, Text, endpoint } from "../../kernel/contract.ts";
import { Explanation } from "../audiences/contract.ts";
import { DueRule, Figures, Validity } from "../requirements/contract.ts";

export const Status = z.enum(["not_owed", "compliant", "exempt", "paused", "open"]);
export type Status = z.output<typeof Status>;
/** Details of `open`: before the due instant, within 7 days of it, in grace, past it; a validity ran out; no date could be found. `renewal`: a next cycle is open. */
export const Flag = z.enum(["not_due", "due_soon", "grace", "overdue", "lapsed", "unresolved", "renewal"]);
export type Flag = z.output<typeof Flag>;
/** A last local day, its zone, and the first instant that is too late. All null but the zone when unresolved. */
export const Due = z.strictObject({ on: Day.nullable(), zone: z.string(), at: Instant.nullable() });
export type Due = z.output<typeof Due>;

export const Card = z.strictObject({
  obligationId: Id, requirementId: Id, requirementTitle: z.string(), requirementReason: z.string(),
  status: Status, flags: z.array(Flag), cycleId: Id.nullable(), cycleNumber: z.int().nullable(), due: Due, overdueAt: Instant.nullable(),
  why: z.array(Explanation),
  course: z.strictObject({ id: Id, title: z.string(), minutes: z.int(), language: z.string() }),
  attempt: z.strictObject({ id: Id, state: z.enum(["open", "completed", "stopped"]), doneCount: z.int(), unitCount: z.int(), activeAt: Instant }).nullable(),
  /** The newest completion of this requirement. */
  completedAt: Instant.nullable(), validThroughOn: Day.nullable(), renewsAt: Instant.nullable(),
  certificate: z.strictObject({ id: Id, number: z.string(), code: z.string(), state: z.enum(["valid", "revoked"]), pdfState: z.enum(["queued", "ready", "failed"]) }).nullable(),
});
export type Card = z.output<typeof Card>;

export const Reason = z.strictObject({
  id: Id, kind: z.enum(["membership", "by_hand", "campaign"]), explanation: Explanation, due: Due,
  /** `floor`: the rule's date was nearer than people can reasonably meet, so the cycle's date is later. `no_hire_date`: no date could be found. */
  note: z.enum(["floor", "no_hire_date"]).nullable(), startedAt: Instant, endedAt: Instant.nullable(),
  employment: z.strictObject({ id: Id, orgUnit: z.string().nullable(), position: z.string().nullable(), site: z.string().nullable() }).nullable(),
});
export const Cycle = z.strictObject({
  id: Id, number: z.int(), openedAt: Instant, due: Due, closedAt: Instant.nullable(), closeCode: z.enum(["done", "missed", "exempt", "withdrawn"]).nullable(),
  proofId: Id.nullable(), validThroughOn: Day.nullable(), isRevoked: z.boolean(),
});
export const Why = z.strictObject({
  obligationId: Id, personId: Id, status: Status, flags: z.array(Flag), due: Due,
  requirement: z.strictObject({ id: Id, code: z.string(), title: z.string(), reason: z.string() }),
  rule: z.strictObject({ id: Id, edition: z.int(), due: DueRule, validity: Validity, graceDays: z.int(), windowDays: z.int(), effectiveOn: Day.nullable(), publishedBy: z.string().nullable() }).nullable(),
  reasons: z.array(Reason), cycles: z.array(Cycle),
});

export const ObligationRow = z.strictObject({
  id: Id, status: Status, flags: z.array(Flag), due: Due, validThroughOn: Day.nullable(), startedAt: Instant, endedAt: Instant.nullable(),
  person: z.strictObject({ id: Id, displayName: z.string(), orgUnit: z.string().nullable() }),
  requirement: z.strictObject({ id: Id, title: z.string() }), course: z.strictObject({ id: Id, title: z.string() }),
});
export type ObligationRow = z.output<typeof ObligationRow>;

const filters = {
  requirementId: Id.optional(), personId: Id.optional(), orgUnitId: Id.optional(),
  status: z.enum(["compliant", "open", "overdue", "grace", "due_soon", "lapsed", "unresolved", "not_owed"]).optional(),
};
const ids = { requirementId: "requirement", personId: "person", orgUnitId: "orgUnit" };

export const contract = {
  mine: endpoint({
    method: "GET", path: "/api/obligations/mine", permission: "self", summary: "What I have to do, in order of urgency",
    input: z.strictObject({}),
    output: z.strictObject({ asOf: Instant, next: Card.nullable(), dueThisWeek: z.array(Card), later: z.array(Card), done: z.array(Card), nextDate: Due.nullable() }),
  }),
  mineWhy: endpoint({
    method: "GET", path: "/api/obligations/mine/:requirementId/why", permission: "self", ids: { requirementId: "requirement" }, summary: "Why I have to do this, and its whole history",
    input: z.strictObject({ requirementId: Id }), output: Why,
  }),
  why: endpoint({
    method: "GET", path: "/api/obligations/:obligationId/why", permission: "obligations.read", ids: { obligationId: "obligation" }, summary: "Why this person owes this requirement, and its whole history",
    input: z.strictObject({ obligationId: Id }), output: Why,
  }),
  list: endpoint({
    method: "GET", path: "/api/obligations", permission: "obligations.read", ids, summary: "Who owes what, with status",
    input: z.strictObject({ ...PageQuery, ...filters, sort: z.enum(["due", "name", "-started"]).optional() }), output: Page(ObligationRow),
  }),
  counts: endpoint({
    method: "GET", path: "/api/obligations/counts", permission: "obligations.read", ids, summary: "How many obligations have which status",
    input: z.strictObject({ requirementId: filters.requirementId, personId: filters.personId, orgUnitId: filters.orgUnitId }), output: Figures,
  }),
  revokeProof: endpoint({
    method: "POST", path: "/api/obligations/proofs/:proofId/revoke", permission: "certificates.write", ids: { proofId: "proof" }, audit: "proofs.revoked",
    summary: "Revokes a completion and its certificates; the person owes again what it settled",
    input: z.strictObject({ proofId: Id, reason: Text(1_000, 3) }), output: Nothing,
  }),
};
