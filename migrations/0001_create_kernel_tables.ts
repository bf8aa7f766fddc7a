import type { Knex } from "knex";
import { bytes, code, count, createTable, flag, id, instant, json, optional, ref, text, withDefault } from "../server/kernel/db/columns.ts";

/** Mechanism: jobs, schedules, outbox, idempotency keys, leases, blobs, plugins, instance facts. No domain words. */
export async function up(db: Knex): Promise<void> {
  await createTable(db, "instance_facts", { name: text(), value: text() }, { key: ["name"] });
  await createTable(db, "jobs", {
    id: id(), tenant_id: ref(), kind: text(), key: text(), payload: json(), priority: withDefault(count(), 5),
    run_at: instant(), attempts: withDefault(count(), 0), abandoned_count: withDefault(count(), 0), lease_epoch: withDefault(count(), 0), lease_until: optional(instant()),
    state: withDefault(code("queued", "running", "done", "dead", "cancelled"), "queued"),
    cursor: optional(json()), done_count: withDefault(count(), 0), total_count: optional(count()), outcome: optional(json()), error: optional(text()),
    started_by: text(), created_at: instant(), started_at: optional(instant()), finished_at: optional(instant()),
  }, { unique: [["key"]], index: [["tenant_id", "created_at"], ["started_by", "created_at"]], indexWhere: [{ columns: ["priority", "run_at", "id", "kind"], where: "state = 'queued'" }, { columns: ["lease_until"], where: "state = 'running'" }, { columns: ["finished_at"], where: "state = 'dead'" }] });
  await createTable(db, "schedule_ticks", { name: text(), tick_at: instant(), taken_by: text() }, { key: ["name", "tick_at"] });
  await createTable(db, "leases", { name: text(), holder: text(), epoch: count(), until: instant() }, { key: ["name"] });
  await createTable(db, "outbox_events", {
    id: id(), tenant_id: ref(), name: text(), payload: json(), created_at: instant(), delivered_at: optional(instant()),
  }, { indexWhere: [{ columns: ["id"], where: "delivered_at IS NULL" }], index: [["delivered_at"]] });
  await createTable(db, "idempotency_keys", {
    tenant_id: ref(), actor_id: text(), key: text(), operation: text(), request_hash: text(), answer: json(), created_at: instant(),
  }, { key: ["tenant_id", "actor_id", "key"], index: [["created_at"]] });
  await createTable(db, "blobs", { sha256: text(), size: count(), type: text(), created_at: instant() }, { key: ["sha256"] });
  await createTable(db, "plugin_records", { plugin_id: text(), key: text(), value: json(), updated_at: instant() }, { key: ["plugin_id", "key"] });
  await createTable(db, "plugin_states", {
    plugin_id: text(), is_enabled: flag(), settings: json(), failure_count: withDefault(count(), 0), last_failure: optional(text()), last_failure_at: optional(instant()), secrets: optional(bytes()),
  }, { key: ["plugin_id"] });
}
