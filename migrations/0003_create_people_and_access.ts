import type { Knex } from "knex";
import { bytes, code, count, createTable, day, flag, id, instant, json, optional, ref, text, withDefault } from "../server/kernel/db/columns.ts";

/**
 * Person, employment and account apart; every HR value is a fact with valid time (days) and recorded time (instants).
 * The current values on `people` and `employments` are a cache of the facts for lists and set-based work.
 */
export async function up(db: Knex): Promise<void> {
  const tenant_id = ref("tenants");
  await createTable(db, "people", {
    id: id(), tenant_id, display_name: text(), sort_name: text(), search_text: text(), email: optional(text()), language: optional(text()),
    state: withDefault(code("active", "erased"), "active"), created_at: instant(), row_version: withDefault(count(), 1),
  }, { index: [["tenant_id", "sort_name", "id"], ["tenant_id", "email"]] });
  await createTable(db, "person_names", {
    id: id(), tenant_id, person_id: ref("people"), given: text(), family: text(), display: text(),
    valid_from: day(), valid_to: optional(day()), recorded_at: instant(), superseded_at: optional(instant()),
  }, { index: [["person_id"]] });
  await createTable(db, "org_units", {
    id: id(), tenant_id, code: text(), name: text(), parent_id: optional(ref("org_units")), path: text(), created_at: instant(), closed_on: optional(day()),
  }, { unique: [["tenant_id", "code"]], index: [["tenant_id", "path"], ["parent_id"]] });
  await createTable(db, "sites", { id: id(), tenant_id, name: text(), zone: text(), country: optional(text()), created_at: instant() }, { unique: [["tenant_id", "name"]] });
  await createTable(db, "employments", {
    id: id(), tenant_id, person_id: ref("people"), employer: withDefault(text(), ""), employee_number: optional(text()), started_on: optional(day()), ended_on: optional(day()),
    org_unit_id: optional(ref("org_units")), site_id: optional(ref("sites")), position: optional(text()), worker_type: optional(text()),
    state: withDefault(code("active", "ended"), "active"), created_at: instant(), row_version: withDefault(count(), 1),
  }, {
    index: [["person_id"], ["tenant_id", "org_unit_id"], ["tenant_id", "position"], ["tenant_id", "state"], ["tenant_id", "employee_number"]],
    uniqueWhere: [{ columns: ["tenant_id", "employer", "employee_number"], where: "employee_number IS NOT NULL AND state = 'active'" }],
  });
  await createTable(db, "facts", {
    id: id(), tenant_id, person_id: ref("people"), employment_id: optional(ref("employments")), attribute: text(), value: optional(text()),
    valid_from: day(), valid_to: optional(day()), recorded_at: instant(), superseded_at: optional(instant()), source: text(), source_id: optional(text()),
  }, {
    index: [["person_id", "attribute"], ["tenant_id", "attribute", "value"]],
    uniqueWhere: [{ columns: ["person_id", "coalesce(employment_id, '')", "attribute", "valid_from"], where: "superseded_at IS NULL" }],
  });
  await createTable(db, "superiors", {
    id: id(), tenant_id, employment_id: ref("employments"), superior_id: ref("people"), line: code("solid", "dotted"),
    valid_from: day(), valid_to: optional(day()), recorded_at: instant(), superseded_at: optional(instant()), source: text(), source_id: optional(text()),
  }, { index: [["employment_id"], ["superior_id"]] });

  await createTable(db, "accounts", {
    id: id(), tenant_id, person_id: ref("people"), sign_in_name: text(), state: withDefault(code("active", "ended"), "active"), auth_epoch: withDefault(count(), 1),
    created_at: instant(), ended_at: optional(instant()), end_cause: optional(code("decision", "employment")), last_signed_in_at: optional(instant()), row_version: withDefault(count(), 1),
  }, { unique: [["tenant_id", "person_id"]], uniqueWhere: [{ columns: ["tenant_id", "sign_in_name"], where: "state = 'active'" }] });
  await createTable(db, "account_credentials", {
    id: id(), tenant_id, account_id: ref("accounts"), kind: code("password", "start_link", "device"), secret_hash: text(),
    created_at: instant(), expires_at: optional(instant()), used_at: optional(instant()), ended_at: optional(instant()),
  }, { index: [["account_id"]], uniqueWhere: [{ columns: ["secret_hash"], where: "kind <> 'password'" }, { columns: ["account_id"], where: "kind = 'password' AND ended_at IS NULL" }] });
  await createTable(db, "logins", {
    id: id(), tenant_id, account_id: ref("accounts"), person_id: ref("people"), token_hash: bytes(), auth_epoch: count(), peer: text(), agent: text(),
    created_at: instant(), seen_at: instant(), expires_at: instant(), ended_at: optional(instant()), confirmed_at: instant(),
  }, { unique: [["token_hash"]], index: [["account_id"], ["expires_at"]] });
  await createTable(db, "sign_in_failures", { key: text(), count: count(), first_at: instant(), last_at: instant(), blocked_until: optional(instant()) }, { key: ["key"] });
  await createTable(db, "roles", { id: id(), tenant_id, code: text(), permissions: json(), is_built_in: flag(), created_at: instant() }, { unique: [["tenant_id", "code"]] });
  await createTable(db, "grants", {
    id: id(), tenant_id, person_id: ref("people"), role: text(), scope: withDefault(code("tenant", "subtree", "reports", "self"), "tenant"), org_unit_id: optional(ref("org_units")),
    valid_from: day(), valid_to: optional(day()), recorded_at: instant(), ended_at: optional(instant()), reason: optional(text()), granted_by: text(), row_version: withDefault(count(), 1),
  }, { index: [["person_id"], ["tenant_id", "role"]], uniqueWhere: [{ columns: ["person_id", "role", "coalesce(org_unit_id, '')"], where: "ended_at IS NULL" }] });

  await createTable(db, "feeds", {
    id: id(), tenant_id, kind: code("csv"), name: text(), mapping: json(), options: json(), created_at: instant(), updated_at: instant(), row_version: withDefault(count(), 1),
  }, { unique: [["tenant_id", "name"]] });
  await createTable(db, "feed_runs", {
    id: id(), tenant_id, feed_id: ref("feeds"), file_name: text(), file_sha256: text(), encoding: text(), delimiter: text(),
    state: code("read", "planning", "planned", "applying", "applied", "failed", "cancelled"), counts: json(), mapping: json(), options: json(), columns: json(), sample: json(), problem: optional(text()),
    started_at: instant(), planned_at: optional(instant()), applied_at: optional(instant()), started_by: text(), job_id: optional(ref("jobs")),
  }, { index: [["tenant_id", "started_at"], ["feed_id"]] });
  await createTable(db, "feed_rows", {
    run_id: ref("feed_runs"), row_number: count(), verdict: code("create", "change", "unchanged", "refused"), reasons: json(), warnings: json(), cells: json(), diff: json(), proposed: json(),
    key: optional(text()), basis: optional(text()), person_id: optional(ref()), applied_at: optional(instant()),
  }, { key: ["run_id", "row_number"], index: [["run_id", "verdict", "row_number"]] });
}
