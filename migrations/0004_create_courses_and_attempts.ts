import type { Knex } from "knex";
import { bytes, code, count, createTable, day, flag, forbidChange, id, instant, json, optional, ref, text, withDefault } from "../server/kernel/db/columns.ts";

/** Versions are immutable and content-addressed; an attempt names one version to its last byte. */
export async function up(db: Knex): Promise<void> {
  const tenant_id = ref("tenants");
  await createTable(db, "courses", {
    id: id(), tenant_id, code: text(), title: text(), summary: withDefault(text(), ""), language: text(), state: withDefault(code("draft", "live", "closed"), "draft"),
    draft: json(), draft_changed_at: instant(), live_version_id: optional(ref()), created_at: instant(), created_by: text(), row_version: withDefault(count(), 1),
  }, { unique: [["tenant_id", "code"]], index: [["tenant_id", "title"]] });
  await createTable(db, "versions", {
    id: id(), tenant_id, course_id: ref("courses"), number: count(), title: text(), content: bytes(), content_sha256: text(), minutes: count(), unit_count: count(),
    created_at: instant(), created_by: text(),
  }, { unique: [["course_id", "number"]] });
  await createTable(db, "publications", {
    id: id(), tenant_id, course_id: ref("courses"), version_id: ref("versions"), change_class: code("editorial", "minor", "material"), reason: text(), effective_on: day(), policy: json(),
    published_at: instant(), published_by: text(),
  }, { index: [["course_id"], ["version_id"]] });
  await createTable(db, "course_files", {
    id: id(), tenant_id, course_id: ref("courses"), sha256: ref(), name: text(), type: text(), size: count(), created_at: instant(),
  }, { unique: [["course_id", "sha256"]] });
  await forbidChange(db, "versions");

  await createTable(db, "attempts", {
    id: id(), tenant_id, person_id: ref("people"), course_id: ref("courses"), version_id: ref("versions"), number: count(),
    state: withDefault(code("open", "completed", "stopped"), "open"), started_at: instant(), active_at: instant(), completed_at: optional(instant()),
    place: optional(json()), score_percent: optional(count()), row_version: withDefault(count(), 1),
  }, { index: [["person_id", "course_id"], ["tenant_id", "state"]], unique: [["person_id", "course_id", "number"]], uniqueWhere: [{ columns: ["person_id", "course_id"], where: "state = 'open'" }] });
  await createTable(db, "attempt_units", {
    attempt_id: ref("attempts"), unit_id: text(), done_at: optional(instant()), seconds: withDefault(count(), 0), attested_sha256: optional(text()),
  }, { key: ["attempt_id", "unit_id"] });
  await createTable(db, "attempt_sittings", {
    id: id(), tenant_id, attempt_id: ref("attempts"), unit_id: text(), number: count(), questions: json(), started_at: instant(), due_at: optional(instant()),
    state: withDefault(code("open", "submitted", "expired"), "open"), submitted_at: optional(instant()), points: optional(count()), max_points: optional(count()), percent: optional(count()), is_passed: optional(flag()),
    outcome: optional(json()),
  }, { unique: [["attempt_id", "unit_id", "number"]], uniqueWhere: [{ columns: ["attempt_id", "unit_id"], where: "state = 'open'" }], indexWhere: [{ columns: ["due_at"], where: "state = 'open'" }] });
  await createTable(db, "attempt_answers", {
    sitting_id: ref("attempt_sittings"), question_id: text(), seq: count(), answer: json(), is_flagged: withDefault(flag(), false), answered_at: instant(),
  }, { key: ["sitting_id", "question_id"] });
  await createTable(db, "receipts", { id: id(), tenant_id, attempt_id: ref("attempts"), code: text(), kind: text(), given_at: instant(), facts: json() }, { unique: [["code"]], index: [["attempt_id"]] });

  await createTable(db, "proofs", {
    id: id(), tenant_id, person_id: ref("people"), course_id: ref("courses"), version_id: optional(ref("versions")), attempt_id: optional(ref("attempts")),
    basis: code("attempt", "submission", "attendance", "observation", "import"), assurance: code("A", "B", "C", "D"), achieved_at: instant(), achieved_on: day(), zone: text(),
    score_percent: optional(count()), expires_on: optional(day()), recorded_at: instant(), revoked_at: optional(instant()), row_version: withDefault(count(), 1),
  }, { unique: [["attempt_id"]], index: [["person_id", "course_id"], ["tenant_id", "achieved_at"]] });
  await createTable(db, "proof_revocations", { id: id(), tenant_id, proof_id: ref("proofs"), reason: text(), revoked_at: instant(), revoked_by: text() }, { unique: [["proof_id"]] });
  await createTable(db, "certificates", {
    id: id(), tenant_id, number: text(), code: text(), proof_id: ref("proofs"), person_id: ref("people"), requirement_id: optional(ref()), cycle_id: optional(ref()),
    record: bytes(), record_sha256: text(), state: withDefault(code("valid", "revoked"), "valid"), issued_at: instant(), valid_through_on: optional(day()),
    pdf_state: withDefault(code("queued", "ready", "failed"), "queued"), pdf_sha256: optional(text()), row_version: withDefault(count(), 1),
  }, { unique: [["number"], ["code"]], index: [["person_id"], ["proof_id"], ["tenant_id", "issued_at"]] });
  await createTable(db, "certificate_states", { id: id(), tenant_id, certificate_id: ref("certificates"), state: code("revoked", "restored"), reason: text(), changed_at: instant(), changed_by: text() }, { index: [["certificate_id"]] });
}
