import { z } from "zod";
import { Day, endpoint, FileOutput, Id, Instant, Label, Page, PageQuery, Sha256, Text } from "../../kernel/contract.ts";

/** The frozen record: everything the document says, as it was when it was issued. Its canonical JSON (RFC 8785) is hashed. */
export const CertificateRecord = z.strictObject({
  v: z.literal(1), number: z.string(), verifyUrl: z.string(), language: z.string(), organisation: z.string(), holder: z.string(),
  course: z.string(), courseVersion: z.int(), courseSha256: Sha256, requirement: z.string().nullable(),
  achievedAt: Instant, achievedOn: Day, zone: z.string(), scorePercent: z.int().nullable(), validThroughOn: Day.nullable(), issuedAt: Instant,
  /** Who answers for it, as the company worded it; empty for none. */
  signatureLine: z.string(),
});
export type CertificateRecord = z.output<typeof CertificateRecord>;

export const State = z.enum(["valid", "expired", "revoked"]);
const PdfState = z.enum(["queued", "ready", "failed"]);
export const CertificateRow = z.strictObject({
  id: Id, number: z.string(), code: z.string(), state: State, personId: Id, holder: z.string(), courseTitle: z.string(), requirementTitle: z.string().nullable(),
  achievedOn: Day, validThroughOn: Day.nullable(), issuedAt: Instant, pdfState: PdfState,
});
export const Change = z.strictObject({ state: z.enum(["revoked", "restored"]), reason: z.string(), changedAt: Instant, changedBy: z.string() });
export const CertificateDetail = z.strictObject({
  ...CertificateRow.shape, proofId: Id, requirementId: Id.nullable(), record: CertificateRecord, recordSha256: Sha256, pdfSha256: Sha256.nullable(), changes: z.array(Change),
});
/** What anybody with the code may see: all certified facts and the state; nothing else about the person. */
export const Verdict = z.strictObject({ state: State, record: CertificateRecord, recordSha256: Sha256, pdfSha256: Sha256.nullable(), changes: z.array(z.strictObject({ state: z.enum(["revoked", "restored"]), changedAt: Instant })) });

const one = { input: z.strictObject({ certificateId: Id }), ids: { certificateId: "certificate" } };
export const contract = {
  mine: endpoint({ method: "GET", path: "/api/certificates/mine", permission: "self", input: z.strictObject({}), output: z.strictObject({ rows: z.array(CertificateRow) }), summary: "My certificates of all years" }),
  mineOne: endpoint({ method: "GET", path: "/api/certificates/mine/:certificateId", permission: "self", ...one, output: CertificateDetail, summary: "One of my certificates" }),
  minePdf: endpoint({ method: "GET", path: "/api/certificates/mine/:certificateId/pdf", permission: "self", ...one, output: FileOutput, download: true, audit: { none: "a document still being made is put first in its queue; nothing else changes" }, summary: "The document; 202 while it is being made" }),
  list: endpoint({
    method: "GET", path: "/api/certificates", permission: "certificates.read", ids: { personId: "person", courseId: "course" }, summary: "Certificates, newest first",
    input: z.strictObject({ ...PageQuery, personId: Id.optional(), courseId: Id.optional(), state: State.optional() }), output: Page(CertificateRow),
  }),
  get: endpoint({ method: "GET", path: "/api/certificates/:certificateId", permission: "certificates.read", ...one, output: CertificateDetail, summary: "One certificate with its frozen record" }),
  pdf: endpoint({ method: "GET", path: "/api/certificates/:certificateId/pdf", permission: "certificates.read", ...one, output: FileOutput, download: true, audit: { none: "a document still being made is put first in its queue; nothing else changes" }, summary: "The document; 202 while it is being made" }),
  revoke: endpoint({
    method: "POST", path: "/api/certificates/:certificateId/revoke", permission: "certificates.write", ids: { certificateId: "certificate" }, audit: "certificates.revoked",
    input: z.strictObject({ certificateId: Id, reason: Label(500) }), output: CertificateDetail, summary: "Marks a certificate as void; it stays readable and its page says so",
  }),
  restore: endpoint({
    method: "POST", path: "/api/certificates/:certificateId/restore", permission: "certificates.write", ids: { certificateId: "certificate" }, audit: "certificates.restored",
    input: z.strictObject({ certificateId: Id, reason: Label(500) }), output: CertificateDetail, summary: "Takes a revocation back",
  }),
  verify: endpoint({ method: "GET", path: "/api/certificates/verify/:code", permission: "public", input: z.strictObject({ code: Text(64, 8) }), output: Verdict, summary: "What a certificate says and whether it counts" }),
};
