import { z } from "zod";
import { Day, Id, Instant, Page, PageQuery, endpoint } from "../../kernel/contract.ts";

export const Basis = z.enum(["attempt", "submission", "attendance", "observation", "import"]);
export type Basis = z.output<typeof Basis>;
/** How sure: A graded by the server, B cmi5 with a session, C asserted by content, D imported or by hand. */
export const Assurance = z.enum(["A", "B", "C", "D"]);
export type Assurance = z.output<typeof Assurance>;

export const ProofRow = z.strictObject({
  id: Id, person: z.strictObject({ id: Id, displayName: z.string(), orgUnit: z.string().nullable() }),
  course: z.strictObject({ id: Id, title: z.string() }), version: z.strictObject({ id: Id, number: z.int() }).nullable(), attemptId: Id.nullable(),
  basis: Basis, assurance: Assurance, achievedAt: Instant, achievedOn: Day, zone: z.string(), scorePercent: z.int().nullable(), expiresOn: Day.nullable(),
  recordedAt: Instant, revokedAt: Instant.nullable(), revokedReason: z.string().nullable(),
  certificate: z.strictObject({ id: Id, number: z.string(), code: z.string(), state: z.enum(["valid", "revoked"]) }).nullable(),
});
export type ProofRow = z.output<typeof ProofRow>;

export const contract = {
  list: endpoint({
    method: "GET", path: "/api/proofs", permission: "obligations.read", ids: { personId: "person", courseId: "course", orgUnitId: "orgUnit" }, summary: "Completions, newest first",
    input: z.strictObject({
      ...PageQuery, personId: Id.optional(), courseId: Id.optional(), orgUnitId: Id.optional(), from: Day.optional(), to: Day.optional(), state: z.enum(["counting", "revoked"]).optional(),
      sort: z.enum(["-achieved", "achieved", "name"]).optional(),
    }),
    output: Page(ProofRow),
  }),
  get: endpoint({
    method: "GET", path: "/api/proofs/:proofId", permission: "obligations.read", ids: { proofId: "proof" }, summary: "One completion",
    input: z.strictObject({ proofId: Id }), output: ProofRow,
  }),
};
