/**
 * Obligations: the one record that a person owes a requirement, its dated reasons and its numbered cycles.
 * One obligation per person and requirement for ever; it ends only with its last reason; at most one cycle is open, a closed one never re-opens.
 * `credit` is the one door to a proof, `revokeProof` its only counterpart. Never: deletes a row, re-dates a proof, lets content set a status.
 */
export { contract } from "./contract.ts";
export { credit } from "./service/credit.ts";
export type { Credit, Credited } from "./service/credit.ts";
