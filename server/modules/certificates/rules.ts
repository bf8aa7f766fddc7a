import type { CertificateRecord } from "./contract.ts";

export type CertificateState = "valid" | "expired" | "revoked";

/** Revoked beats expired. Validity includes its last day, in the zone the certificate names. `today` is the date there. */
export function stateOf(stored: "valid" | "revoked", validThroughOn: string | null, today: string): CertificateState {
  if (stored === "revoked") return "revoked";
  return validThroughOn !== null && validThroughOn < today ? "expired" : "valid";
}

export { dayIn } from "../../kernel/zones.ts";

/** Canonical state as the ledger keeps it; `muster verify` compares it with the row. */
export const ledgerState = (c: { number: string; proofId: string; recordSha256: string; state: string; validThroughOn: string | null; pdfSha256: string | null }): unknown =>
  ({ number: c.number, pdfSha256: c.pdfSha256, proofId: c.proofId, recordSha256: c.recordSha256, state: c.state, validThroughOn: c.validThroughOn });

/** `2026-K7Q2-M4XA-90`: the year of issue and 50 random bits, so that numbers tell nothing about how many there are. */
export const numberFrom = (year: string, code: string): string => `${year}-${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8, 10)}`;

export type { CertificateRecord };
