import { createHash } from "node:crypto";
import type { Ctx, PrepareCtx } from "../../kernel/ctx.ts";
import type { FilePending, FileReply, Input, Output } from "../../kernel/contract.ts";
import { spokenCode, secret } from "../../kernel/ids.ts";
import { jcs } from "../../kernel/jcs.ts";
import { prepared } from "../../kernel/module.ts";
import { version } from "../courses/index.ts";
import { visiblePeople } from "../people/index.ts";
import { lookOf } from "../settings/index.ts";
import type { CertificateRecord, contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { dayIn, ledgerState, numberFrom, stateOf } from "./rules.ts";
import * as store from "./store.ts";

export interface Issue {
  readonly personId: string;
  readonly proofId: string;
  readonly versionId: string;
  readonly requirementId: string | null;
  readonly requirementTitle: string | null;
  readonly cycleId: string | null;
  readonly achievedAt: string;
  readonly scorePercent: number | null;
  readonly validThroughOn: string | null;
  readonly zone: string;
}
export interface Issued { readonly certificateId: string; readonly number: string; readonly code: string }

export const renderKey = (certificateId: string): string => `certificates.render:${certificateId}`;

/** Writes the frozen record in the caller's transaction; valid and verifiable at once. The document is rendered right after. */
export async function issue(ctx: Ctx, i: Issue): Promise<Issued> {
  const names = await store.printedNames(ctx, i.personId);
  const of = await version(ctx, i.versionId);
  const certificateId = ctx.newId();
  const number = numberFrom(ctx.now.slice(0, 4), spokenCode(10));
  // 128 bits: the code is the only key to the public page.
  const code = secret(16);
  const record: CertificateRecord = {
    v: 1, number, verifyUrl: `${names.origin}/verify/${code}`, language: names.language, organisation: names.organisation, holder: names.holder,
    course: of.title, courseVersion: of.number, courseSha256: of.contentSha256, requirement: i.requirementTitle,
    achievedAt: i.achievedAt, achievedOn: dayIn(i.zone, i.achievedAt), zone: i.zone, scorePercent: i.scorePercent, validThroughOn: i.validThroughOn, issuedAt: ctx.now, signatureLine: (await lookOf(ctx)).signatureLine,
  };
  const bytes = Buffer.from(jcs(record));
  const recordSha256 = createHash("sha256").update(bytes).digest("hex");
  await store.insert(ctx, { id: certificateId, number, code, proofId: i.proofId, personId: i.personId, requirementId: i.requirementId, cycleId: i.cycleId, record: bytes, recordSha256, issuedAt: ctx.now, validThroughOn: i.validThroughOn });
  await ctx.enqueue({ kind: "certificates.render", key: renderKey(certificateId), payload: { certificateId }, priority: 6 });
  ctx.audit("certificates.issued", { kind: "certificate", id: certificateId, version: 1 },
    { subject: i.personId, after: ledgerState({ number, proofId: i.proofId, recordSha256, state: "valid", validThroughOn: i.validThroughOn, pdfSha256: null }) });
  ctx.emit("certificates.issued", { certificateId, personId: i.personId, number });
  return { certificateId, number, code };
}

const recordOf = (c: store.Certificate): CertificateRecord => JSON.parse(c.record.toString("utf8")) as CertificateRecord;

function row(ctx: Ctx, c: store.Certificate): Output<typeof contract.mine>["rows"][number] {
  const record = recordOf(c);
  return {
    id: c.id, number: c.number, code: c.code, state: stateOf(c.state, c.validThroughOn, dayIn(record.zone, ctx.now)), personId: c.personId, holder: record.holder, courseTitle: record.course,
    requirementTitle: record.requirement, achievedOn: record.achievedOn, validThroughOn: c.validThroughOn, issuedAt: c.issuedAt, pdfState: c.pdfState,
  };
}

async function detail(ctx: Ctx, certificateId: string): Promise<Output<typeof contract.get>> {
  const c = await store.find(ctx, certificateId);
  if (!c) throw fail.unknown_code();
  const changes = await store.changesOf(ctx, c.id);
  return {
    ...row(ctx, c), proofId: c.proofId, requirementId: c.requirementId, record: recordOf(c), recordSha256: c.recordSha256, pdfSha256: c.pdfSha256,
    changes: changes.map((s) => ({ state: s.state, reason: s.reason, changedAt: s.changedAt, changedBy: s.changedByName ?? s.changedBy })),
  };
}

export const mine = async (ctx: Ctx): Promise<Output<typeof contract.mine>> => ({ rows: (await store.ofPerson(ctx, ctx.actor.personId ?? "")).map((c) => row(ctx, c)) });
export const mineOne = (ctx: Ctx, input: { certificateId: string }): Promise<Output<typeof contract.get>> => detail(ctx, input.certificateId);
export const get = mineOne;

export async function list(ctx: Ctx, input: Input<typeof contract.list>): Promise<Output<typeof contract.list>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  const found = await store.list(ctx, { ...input, today: ctx.now.slice(0, 10) }, visiblePeople(ctx, "certificates.read", "c.person_id"), page, size);
  return { rows: found.rows.map((c) => row(ctx, c)), total: found.total, page, size };
}

// The bytes come from the store outside the transaction and are checked against their hash before they are shown.
const download = prepared(
  async (ctx: PrepareCtx, input: { certificateId: string }): Promise<FileReply | FilePending> => {
    const c = await store.find(ctx, input.certificateId);
    if (!c) throw fail.unknown_code();
    if (c.pdfState === "failed") throw fail.render_failed();
    if (c.pdfSha256 === null) return { pending: true, retryAfterS: 2 };
    const body = await ctx.files.read(c.pdfSha256);
    if (!body || createHash("sha256").update(body).digest("hex") !== c.pdfSha256) throw fail.missing_bytes();
    return { type: "application/pdf", name: `${c.number}.pdf`, body, inline: true, etag: c.pdfSha256 };
  },
  async (ctx: Ctx, input: { certificateId: string }, file: FileReply | FilePending) => {
    if ("pending" in file) await store.hurry(ctx, renderKey(input.certificateId));
    return file;
  },
);
export const pdf = download;
export const minePdf = download;

export async function revoke(ctx: Ctx, input: Input<typeof contract.revoke>): Promise<Output<typeof contract.revoke>> {
  await turn(ctx, input.certificateId, "revoked", input.reason);
  return detail(ctx, input.certificateId);
}

export async function restore(ctx: Ctx, input: Input<typeof contract.restore>): Promise<Output<typeof contract.restore>> {
  await turn(ctx, input.certificateId, "valid", input.reason);
  return detail(ctx, input.certificateId);
}

async function turn(ctx: Ctx, certificateId: string, state: "valid" | "revoked", reason: string): Promise<void> {
  const c = await store.find(ctx, certificateId);
  if (!c) throw fail.unknown_code();
  if (state === "revoked" && c.state === "revoked") throw fail.already_revoked();
  if (state === "valid" && c.state === "valid") throw fail.not_revoked();
  if (state === "valid" && await store.proofIsRevoked(ctx, c.proofId)) throw fail.proof_revoked();
  if (!(await store.changeState(ctx, c, state, reason))) throw state === "revoked" ? fail.already_revoked() : fail.not_revoked();
  const action = state === "revoked" ? "certificates.revoked" : "certificates.restored";
  ctx.audit(action, { kind: "certificate", id: c.id, version: c.rowVersion + 1 }, { subject: c.personId, reason, before: ledgerState(c), after: ledgerState({ ...c, state }) });
  ctx.emit(action, { certificateId: c.id, personId: c.personId });
}

/** Voids the certificates of a revoked proof, in the same transaction. */
export async function revokeOfProof(ctx: Ctx, proofId: string, reason: string): Promise<void> {
  for (const c of await store.ofProof(ctx, proofId)) if (c.state === "valid") await turn(ctx, c.id, "revoked", reason);
}

export async function verify(ctx: Ctx, input: { code: string }): Promise<Output<typeof contract.verify>> {
  const c = await store.findByCode(ctx, input.code);
  if (!c) throw fail.unknown_code();
  const record = recordOf(c);
  if (createHash("sha256").update(c.record).digest("hex") !== c.recordSha256) throw fail.missing_bytes();
  const changes = await store.changesOf(ctx, c.id);
  return {
    state: stateOf(c.state, c.validThroughOn, dayIn(record.zone, ctx.now)), record, recordSha256: c.recordSha256, pdfSha256: c.pdfSha256,
    changes: changes.map((s) => ({ state: s.state, changedAt: s.changedAt })),
  };
}
