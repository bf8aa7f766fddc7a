/** What the ledger says of a proof: exactly this at every change, so that a row altered behind its back is found. */
export interface Proof {
  readonly id: string; readonly personId: string; readonly courseId: string; readonly versionId: string | null; readonly attemptId: string | null;
  readonly basis: string; readonly assurance: string; readonly achievedAt: string; readonly achievedOn: string; readonly zone: string;
  readonly scorePercent: number | null; readonly expiresOn: string | null; readonly recordedAt: string; readonly revokedAt: string | null; readonly rowVersion: number;
}

export const ledgerState = (p: Proof): Record<string, string | number | null> => ({
  personId: p.personId, courseId: p.courseId, versionId: p.versionId, attemptId: p.attemptId, basis: p.basis, assurance: p.assurance, achievedAt: p.achievedAt, achievedOn: p.achievedOn,
  zone: p.zone, scorePercent: p.scorePercent, expiresOn: p.expiresOn, recordedAt: p.recordedAt, revokedAt: p.revokedAt,
});
