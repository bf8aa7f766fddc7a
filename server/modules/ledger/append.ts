/** The kernel's ledger port: writes the intake rows of a unit's entries in its own transaction, just before COMMIT. On the hot path. */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { AuditEntry } from "../../kernel/ctx.ts";
import type { Db, Value } from "../../kernel/db/database.ts";
import type { Keys } from "../../kernel/keys.ts";
import type { AppendContext, LedgerPort } from "../../kernel/ledger.ts";
import { bodyLimit, stateHash } from "./body.ts";
import { jcs } from "../../kernel/jcs.ts";
import { sha256 } from "./merkle.ts";
import { sealValues, type SealedValues } from "./payload.ts";
import { instanceKey, PersonKeys, type PersonKey } from "./person-keys.ts";
import { Writer, type WriterName } from "./writer.ts";

export interface Ledger extends LedgerPort {
  readonly writer: Writer;
  readonly personKeys: PersonKeys;
}

/** Proves that an intake was written by a process that holds the KEK; looked at by the sealer, before which a row proves nothing else. */
export const intakeMac = (key: KeyObject, leaf: Uint8Array, writerId: string, epoch: number, n: number, voids: string | null): Buffer =>
  createHmac("sha256", key).update(leaf).update(`${writerId}/${epoch}/${n}/${voids ?? ""}`).digest().subarray(0, 16);
export const macKeyOf = (keys: Keys): KeyObject => createSecretKey(keys.derive("ledger intakes"));

const columns = "id, tenant_id, type, target_kind, target_id, target_version, body, leaf_hash, writer_id, writer_epoch, writer_n, writer_voids, mac, created_at, actor_id, subject_id";
const group = 50;
const statements = new Map<string, string>();
/** Text of a multi-row insert; at most `group` rows, so that a few dozen texts serve for ever. */
function insertOf(tableAndColumns: string, width: number, rows: number): string {
  const key = `${tableAndColumns}#${rows}`;
  let sql = statements.get(key);
  if (!sql) statements.set(key, sql = `INSERT INTO ${tableAndColumns} VALUES ${Array.from({ length: rows }, () => `(${Array.from({ length: width }, () => "?").join(",")})`).join(",")}`);
  return sql;
}

async function insertAll(db: Db, tableAndColumns: string, rows: readonly (readonly Value[])[]): Promise<void> {
  for (let i = 0; i < rows.length; i += group) {
    const part = rows.slice(i, i + group);
    await db.run(insertOf(tableAndColumns, part[0]?.length ?? 0, part.length), part.flat());
  }
}

interface Rows { readonly intakes: Value[][]; readonly waiting: Value[][]; readonly payloads: Value[][] }
const intakeTable = `ledger_intakes (${columns})`;
const waitingTable = "ledger_unsealed (intake_id)";
const payloadTable = "ledger_payloads (intake_id, field, person_id, nonce, ciphertext)";
/** Units of more entries are mass work, where a round trip more does not count. */
const chained = 8;

// hot
async function store(db: Db, { intakes, waiting, payloads }: Rows): Promise<void> {
  if (db.sql.chainsInserts && intakes.length <= chained) {
    const waits = insertOf(waitingTable, 1, waiting.length);
    const last = payloads.length === 0 ? waits : insertOf(payloadTable, 5, payloads.length);
    await db.run(`WITH i AS (${insertOf(intakeTable, 16, intakes.length)})${payloads.length === 0 ? "" : `, w AS (${waits})`} ${last}`, [...intakes, ...waiting, ...payloads].flat());
    return;
  }
  await insertAll(db, intakeTable, intakes);
  await insertAll(db, waitingTable, waiting);
  await insertAll(db, payloadTable, payloads);
}

const targetKey = (target: { kind: string; id: string }): string => `${target.kind}\0${target.id}`;

// hot
async function newestVersions(db: Db, entries: readonly AuditEntry[]): Promise<Map<string, number>> {
  const targets = new Map<string, { kind: string; id: string }>();
  for (const { target } of entries) targets.set(targetKey(target), { kind: target.kind, id: target.id });
  const rows = await db.rows<{ kind: string; id: string; newest: number | null }>(
    `SELECT t.kind, t.id, (SELECT max(i.target_version) FROM ledger_intakes i WHERE i.target_kind = t.kind AND i.target_id = t.id) AS newest FROM ${db.sql.rowsOf({ kind: "text", id: "text" })}`,
    [JSON.stringify([...targets.values()])]);
  const out = new Map<string, number>();
  for (const row of rows) out.set(targetKey(row), row.newest ?? 0);
  return out;
}

interface Written { readonly id: string; readonly body: Buffer; readonly leaf: Buffer; readonly sealed: SealedValues | null }

function write(context: AppendContext, entry: AuditEntry, version: number, key: PersonKey): Written {
  const id = context.newId();
  const before = entry.before === undefined ? undefined : jcs(entry.before);
  const after = entry.after === undefined ? undefined : jcs(entry.after);
  const { pii, sealed } = sealValues(id, {
    ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), ...(entry.reason === undefined ? {} : { reason: jcs(entry.reason) }),
  }, key);
  const stateKey = entry.subject === undefined ? null : key;
  const subject = entry.subject ?? null;
  // An erased person's states are committed to under fresh salts only.
  const hashed = (canonical: string | undefined): string | null => (canonical === undefined || (subject !== null && !key) ? null : stateHash(canonical, stateKey));
  const text = jcs({
    v: 1, id, tenant: context.tenantId, type: entry.action, at: context.now, actor: `${context.actor.kind}:${context.actor.id}`, subject,
    target: { kind: entry.target.kind, id: entry.target.id }, targetVersion: version, req: context.requestId, prev: hashed(before), next: hashed(after), pii,
    ...(entry.rows === undefined ? {} : { rows: { count: entry.rows.count, digest: entry.rows.digest } }),
  });
  const leafInput = Buffer.from(`\0${text}`);
  const body = leafInput.subarray(1);
  if (body.length > bodyLimit) throw new Error(`the ledger entry ${entry.action} is larger than ${bodyLimit} bytes`);
  return { id, body, leaf: sha256(leafInput), sealed };
}

/** Fills the kernel's port. One per process: `writer` names it and its start. */
export function ledgerPort(keys: Keys, writerName: WriterName): Ledger {
  const writer = new Writer(writerName);
  const personKeys = new PersonKeys(keys);
  const macKey = macKeyOf(keys);
  return {
    writer,
    personKeys,
    async append(context, entries) {
      const { db } = context;
      const newest = await newestVersions(db, entries);
      const found = await personKeys.ensure(db, entries.map((e) => e.subject ?? instanceKey));
      const { first, voids } = writer.take(db, entries.length);
      const rows: Rows = { intakes: [], waiting: [], payloads: [] };
      for (const [i, entry] of entries.entries()) {
        // Given or counted, an entry is always the newest of its target: the unit holds the target's row.
        const version = Math.max(entry.target.version ?? 0, (newest.get(targetKey(entry.target)) ?? 0) + 1);
        newest.set(targetKey(entry.target), version);
        const written = write(context, entry, version, found.get(entry.subject ?? instanceKey) ?? null);
        const named = i === 0 && voids.length > 0 ? JSON.stringify(voids) : null;
        rows.intakes.push([written.id, context.tenantId, entry.action, entry.target.kind, entry.target.id, version, written.body, written.leaf, writerName.id, writerName.epoch, first + i, named,
          intakeMac(macKey, written.leaf, writerName.id, writerName.epoch, first + i, named), context.now, context.actor.id, entry.subject ?? null]);
        rows.waiting.push([written.id]);
        if (written.sealed) rows.payloads.push([written.id, "values", entry.subject ?? null, written.sealed.nonce, written.sealed.ciphertext]);
      }
      await store(db, rows);
    },
    settled(db, isCommitted) {
      writer.settled(db, isCommitted);
      personKeys.settled(db, isCommitted);
    },
  };
}
