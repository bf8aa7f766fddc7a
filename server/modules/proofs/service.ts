import type { Ctx } from "../../kernel/ctx.ts";
import type { Input, Output } from "../../kernel/contract.ts";
import type { Row, Value } from "../../kernel/db/database.ts";
import { visiblePeople } from "../people/index.ts";
import { Assurance, Basis, type ProofRow, type contract } from "./contract.ts";
import { fail } from "./failures.ts";
import { ledgerState, type Proof } from "./rules.ts";
import * as store from "./store.ts";

/** Records what was achieved. Only `obligations.credit` calls this: a proof always settles what it can. */
export async function record(ctx: Ctx, p: Omit<Proof, "id" | "recordedAt" | "revokedAt" | "rowVersion" | "expiresOn">): Promise<Proof> {
  const proof: Proof = { ...p, id: ctx.newId(), expiresOn: null, recordedAt: ctx.now, revokedAt: null, rowVersion: 1 };
  await store.insert(ctx, proof);
  ctx.audit("proofs.recorded", { kind: "proof", id: proof.id, version: 1 }, { subject: proof.personId, after: ledgerState(proof) });
  return proof;
}

/** Marks a proof as revoked; it stays. Only `obligations.revokeProof` calls this. */
export async function revoke(ctx: Ctx, proofId: string, reason: string): Promise<Proof> {
  const proof = await store.find(ctx, proofId);
  if (!proof) throw fail.unknown();
  if (proof.revokedAt !== null || !(await store.revoke(ctx, proofId, reason))) throw fail.already_revoked();
  const after = { ...proof, revokedAt: ctx.now };
  ctx.audit("proofs.revoked", { kind: "proof", id: proofId, version: proof.rowVersion + 1 }, { subject: proof.personId, reason, before: ledgerState(proof), after: ledgerState(after) });
  ctx.emit("proofs.revoked", { proofId, personId: proof.personId, courseId: proof.courseId });
  return after;
}

const text = (v: unknown): string | null => (typeof v === "string" ? v : null);

export function rowOf(r: Row): ProofRow {
  const certificateId = text(r["certificate_id"]);
  const versionId = text(r["version_id"]);
  return {
    id: String(r["id"]), person: { id: String(r["person_id"]), displayName: String(r["display_name"]), orgUnit: text(r["org_unit"]) },
    course: { id: String(r["course_id"]), title: text(r["version_title"]) ?? String(r["course_title"]) },
    version: versionId === null ? null : { id: versionId, number: Number(r["version_number"]) }, attemptId: text(r["attempt_id"]),
    basis: Basis.parse(r["basis"]), assurance: Assurance.parse(r["assurance"]), achievedAt: String(r["achieved_at"]), achievedOn: String(r["achieved_on"]), zone: String(r["zone"]),
    scorePercent: r["score_percent"] === null ? null : Number(r["score_percent"]), expiresOn: text(r["expires_on"]), recordedAt: String(r["recorded_at"]),
    revokedAt: text(r["revoked_at"]), revokedReason: text(r["revoked_reason"]),
    certificate: certificateId === null ? null
      : { id: certificateId, number: String(r["certificate_number"]), code: String(r["certificate_code"]), state: r["certificate_state"] === "revoked" ? "revoked" : "valid" },
  };
}

const orders = { "-achieved": "r.achieved_at DESC, r.id DESC", achieved: "r.achieved_at, r.id", name: "p.sort_name, p.id, r.achieved_at DESC" } as const;

export async function list(ctx: Ctx, input: Input<typeof contract.list>): Promise<Output<typeof contract.list>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  const seen = visiblePeople(ctx, "obligations.read", "r.person_id");
  const parts = [seen.sql];
  const values: Value[] = [...seen.values];
  const add = (sql: string, ...more: Value[]): void => { parts.push(sql); values.push(...more); };
  if (input.personId !== undefined) add("r.person_id = ?", input.personId);
  if (input.courseId !== undefined) add("r.course_id = ?", input.courseId);
  if (input.orgUnitId !== undefined) add(store.inOrgUnit("r.person_id"), input.orgUnitId, ctx.tenantId);
  if (input.from !== undefined) add("r.achieved_on >= ?", input.from);
  if (input.to !== undefined) add("r.achieved_on <= ?", input.to);
  if (input.state !== undefined) add(input.state === "revoked" ? "r.revoked_at IS NOT NULL" : "r.revoked_at IS NULL");
  const words = input.search?.trim().toLowerCase() ?? "";
  if (words !== "") add("(lower(p.display_name) LIKE ? ESCAPE '!' OR lower(c.title) LIKE ? ESCAPE '!')", store.likeOf(words), store.likeOf(words));
  const where = { sql: parts.join(" AND "), values };
  const rows = await store.list(ctx, where, orders[input.sort ?? "-achieved"], size, (page - 1) * size);
  return { rows: rows.map(rowOf), total: await store.total(ctx, where), page, size };
}

export async function get(ctx: Ctx, { proofId }: Input<typeof contract.get>): Promise<Output<typeof contract.get>> {
  const [row] = await store.list(ctx, { sql: "r.id = ?", values: [proofId] }, "r.id", 1, 0);
  if (!row) throw fail.unknown();
  return rowOf(row);
}

/** All of one person's, newest first (transcript). */
export const ofPerson = async (ctx: Ctx, personId: string): Promise<ProofRow[]> =>
  (await store.list(ctx, { sql: "r.person_id = ?", values: [personId] }, orders["-achieved"], 10_000, 0)).map(rowOf);
