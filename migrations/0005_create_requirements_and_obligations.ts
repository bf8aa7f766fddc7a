import type { Knex } from "knex";
import { code, count, createTable, day, id, instant, json, optional, ref, text, withDefault } from "../server/kernel/db/columns.ts";

/**
 * requirement → obligation with reasons → cycle; the proof that settles a cycle lies below. A higher layer never alters a lower one.
 * `obligations.covered_until` (latest validity of unrevoked proofs; year 9999 = for ever) and `renews_at` (when the next cycle opens) are caches of the cycles.
 */
export async function up(db: Knex): Promise<void> {
  const tenant_id = ref("tenants");
  await createTable(db, "audiences", { id: id(), tenant_id, name: text(), created_at: instant(), row_version: withDefault(count(), 1) }, { unique: [["tenant_id", "name"]] });
  await createTable(db, "audience_rules", { id: id(), tenant_id, audience_id: ref("audiences"), edition: count(), condition: json(), created_at: instant(), created_by: text() }, { unique: [["audience_id", "edition"]] });
  await createTable(db, "requirements", {
    id: id(), tenant_id, code: text(), title: text(), reason: withDefault(text(), ""), state: withDefault(code("draft", "live", "withdrawn"), "draft"), course_id: ref("courses"),
    live_rule_id: optional(ref()), created_at: instant(), created_by: text(), row_version: withDefault(count(), 1),
  }, { unique: [["tenant_id", "code"]], index: [["course_id"]] });
  await createTable(db, "requirement_rules", {
    id: id(), tenant_id, requirement_id: ref("requirements"), edition: count(), audience_id: ref("audiences"), audience_rule_id: ref("audience_rules"),
    due: json(), validity: json(), grace_days: withDefault(count(), 0), window_days: withDefault(count(), 30), effective_on: optional(day()),
    state: withDefault(code("draft", "live", "ended"), "draft"), created_at: instant(), created_by: text(), published_at: optional(instant()), published_by: optional(text()), row_version: withDefault(count(), 1),
  }, { unique: [["requirement_id", "edition"]], uniqueWhere: [{ columns: ["requirement_id"], where: "state = 'live'" }] });
  await createTable(db, "obligations", {
    id: id(), tenant_id, person_id: ref("people"), requirement_id: ref("requirements"), started_at: instant(), ended_at: optional(instant()),
    covered_until: optional(instant()), renews_at: optional(instant()), row_version: withDefault(count(), 1),
  }, { unique: [["person_id", "requirement_id"]], index: [["requirement_id"]], indexWhere: [{ columns: ["renews_at"], where: "renews_at IS NOT NULL" }, { columns: ["ended_at"], where: "ended_at IS NOT NULL" }] });
  await createTable(db, "reasons", {
    id: id(), tenant_id, obligation_id: ref("obligations"), kind: code("membership", "by_hand", "campaign"), source_id: text(), employment_id: optional(ref("employments")), explanation: json(),
    due_on: optional(day()), due_zone: text(), due_at: optional(instant()), due_note: optional(text()), started_at: instant(), ended_at: optional(instant()),
  }, { index: [["obligation_id"]], uniqueWhere: [{ columns: ["obligation_id", "kind", "source_id", "coalesce(employment_id, '')"], where: "ended_at IS NULL" }] });
  await createTable(db, "cycles", {
    id: id(), tenant_id, obligation_id: ref("obligations"), person_id: ref("people"), requirement_id: ref("requirements"), course_id: ref("courses"), number: count(),
    opened_at: instant(), due_on: optional(day()), due_zone: text(), due_at: optional(instant()), overdue_at: optional(instant()), zone_db: text(), closed_at: optional(instant()),
    close_code: optional(code("done", "missed", "exempt", "withdrawn")), proof_id: optional(ref("proofs")), anchor_on: optional(day()), valid_through_on: optional(day()), valid_through_at: optional(instant()), row_version: withDefault(count(), 1),
  }, {
    unique: [["obligation_id", "number"]], uniqueWhere: [{ columns: ["obligation_id"], where: "closed_at IS NULL" }],
    index: [["person_id", "course_id"], ["requirement_id", "due_at"], ["tenant_id", "due_at"]],
  });
  await createTable(db, "rollouts", {
    id: id(), tenant_id, title: text(), requirement_id: ref("requirements"), rule_id: ref("requirement_rules"), state: code("draft", "running", "paused", "done", "failed", "rolled_back"),
    preview: json(), people_count: withDefault(count(), 0), done_count: withDefault(count(), 0), created_at: instant(), created_by: text(), started_at: optional(instant()), finished_at: optional(instant()), job_id: optional(ref()), row_version: withDefault(count(), 1),
  }, { index: [["tenant_id", "created_at"], ["requirement_id"]] });
  await createTable(db, "waves", { id: id(), tenant_id, rollout_id: ref("rollouts"), number: count(), starts_at: instant(), state: code("planned", "running", "done"), people_count: withDefault(count(), 0) }, { unique: [["rollout_id", "number"]] });
  await createTable(db, "rollout_people", {
    rollout_id: ref("rollouts"), person_id: ref("people"), wave_number: count(),
  }, { key: ["rollout_id", "person_id"] });
  await createTable(db, "report_runs", {
    id: id(), tenant_id, kind: text(), title: text(), params: json(), format: code("csv"), state: code("queued", "running", "done", "failed"), row_count: withDefault(count(), 0), file_sha256: optional(text()), file_name: optional(text()), size: optional(count()),
    as_of: instant(), created_at: instant(), created_by: text(), finished_at: optional(instant()), job_id: optional(ref()),
  }, { index: [["tenant_id", "created_at"], ["created_by"]] });
}
