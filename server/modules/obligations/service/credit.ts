import type { Ctx } from "../../../kernel/ctx.ts";
import type { Assurance, Basis } from "../../proofs/contract.ts";

export interface Credit {
  readonly personId: string;
  readonly courseId: string;
  readonly versionId: string;
  readonly attemptId: string | null;
  readonly achievedAt: string;
  readonly scorePercent: number | null;
  readonly basis: Basis;
  readonly assurance: Assurance;
}
export interface Credited {
  readonly proofId: string;
  /** One per settled requirement, or a single one without a requirement. */
  readonly certificates: readonly { readonly certificateId: string; readonly number: string; readonly code: string; readonly requirementId: string | null }[];
  /** `renewsAt`: instant from which it can be renewed; null when it counts for ever. */
  readonly settled: readonly { readonly cycleId: string; readonly requirementId: string; readonly requirementTitle: string; readonly validThroughOn: string | null; readonly zone: string; readonly renewsAt: string | null }[];
}

/** The one door to a proof: records it, settles every open cycle it satisfies and issues the certificates, in the caller's transaction. */
export async function credit(_ctx: Ctx, _proof: Credit): Promise<Credited> {
  throw new Error("not written yet");
}
