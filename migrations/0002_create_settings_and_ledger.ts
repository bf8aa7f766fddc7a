import type { Knex } from "knex";
import { bytes, code, count, createTable, flag, forbidChange, id, instant, json, optional, ref, text, withDefault } from "../server/kernel/db/columns.ts";

export async function up(db: Knex): Promise<void> {
  await createTable(db, "tenants", {
    id: id(), name: text(), zone: text(), language: text(), state: withDefault(code("new", "open", "closed"), "new"), created_at: instant(),
  });
  await db("tenants").insert({ id: "main", name: "", zone: "UTC", language: "en", created_at: "2000-01-01T00:00:00.000Z" });
  await createTable(db, "settings", { tenant_id: ref("tenants"), name: text(), value: json(), updated_at: instant(), row_version: count() }, { key: ["tenant_id", "name"] });

  await createTable(db, "ledger_intakes", {
    id: id(), tenant_id: ref("tenants"), type: text(), target_kind: ref(), target_id: ref(), target_version: count(), body: bytes(), leaf_hash: bytes(),
    writer_id: text(), writer_epoch: count(), writer_n: count(), writer_voids: optional(json()), mac: bytes(), created_at: instant(),
    actor_id: text(), subject_id: optional(ref()),
  }, {
    unique: [["target_kind", "target_id", "target_version"], ["writer_id", "writer_epoch", "writer_n"]],
    index: [["tenant_id", "created_at"], ["tenant_id", "type", "created_at"], ["actor_id", "created_at"]],
    indexWhere: [{ columns: ["subject_id", "created_at"], where: "subject_id IS NOT NULL" }],
  });
  // Intakes that wait for the sealer: an anti-join over all intakes would grow with the ledger, a high-water mark would skip late commits.
  await createTable(db, "ledger_unsealed", { intake_id: ref(), is_refused: withDefault(flag(), false) }, { key: ["intake_id"] });
  await createTable(db, "ledger_entries", { seq: count(), intake_id: ref("ledger_intakes"), leaf_hash: bytes() }, { key: ["seq"], unique: [["intake_id"]] });
  await createTable(db, "ledger_tiles", { level: count(), idx: count(), width: count(), hashes: bytes() }, { key: ["level", "idx", "width"] });
  await createTable(db, "checkpoints", { number: count(), first_seq: count(), size: count(), root: bytes(), note: text(), epoch: count(), sealed_at: instant() }, { key: ["number"] });
  await createTable(db, "person_keys", { person_id: text(), wrapped_key: optional(bytes()), kek_id: text(), destroyed_at: optional(instant()) }, { key: ["person_id"] });
  await createTable(db, "ledger_payloads", { intake_id: ref("ledger_intakes"), field: text(), person_id: optional(ref()), nonce: bytes(), ciphertext: bytes() }, { key: ["intake_id", "field"], index: [["person_id"]] });
  await createTable(db, "witnesses", { id: id(), kind: text(), target: text(), size: count(), sent_at: instant(), receipt: optional(bytes()) }, { index: [["sent_at"]] });
  for (const name of ["ledger_intakes", "ledger_entries", "checkpoints"]) await forbidChange(db, name);
  await forbidChange(db, "ledger_tiles", "OLD.width = 256");
}
