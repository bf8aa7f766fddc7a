/** Statements of the sealer; also what proofs and verification read of the sealed part. */
import type { Db } from "../../kernel/db/database.ts";
import type { Tile, TileReader } from "./tiles.ts";

export interface Checkpoint { readonly number: number; readonly firstSeq: number; readonly size: number; readonly root: Buffer; readonly note: string; readonly epoch: number; readonly sealedAt: string }
export interface Waiting {
  readonly id: string; readonly leaf: Buffer; readonly kind: string; readonly target: string; readonly version: number;
  readonly writerId: string; readonly epoch: number; readonly n: number; readonly voids: string | null; readonly mac: Buffer;
}

interface CheckpointRow { number: number; first_seq: number; size: number; root: Uint8Array; note: string; epoch: number; sealed_at: string }
const toCheckpoint = (r: CheckpointRow): Checkpoint => ({ number: r.number, firstSeq: r.first_seq, size: r.size, root: Buffer.from(r.root), note: r.note, epoch: r.epoch, sealedAt: r.sealed_at });
const checkpointColumns = "number, first_seq, size, root, note, epoch, sealed_at";

export async function newestCheckpoint(db: Db): Promise<Checkpoint | undefined> {
  const [row] = await db.rows<CheckpointRow>(`SELECT ${checkpointColumns} FROM checkpoints ORDER BY number DESC LIMIT 1`);
  return row && toCheckpoint(row);
}
export const checkpointsAfter = async (db: Db, number: number, most: number): Promise<Checkpoint[]> =>
  (await db.rows<CheckpointRow>(`SELECT ${checkpointColumns} FROM checkpoints WHERE number > ? ORDER BY number LIMIT ?`, [number, most])).map(toCheckpoint);

/** jsonb comes back parsed and spaced its own way; the MAC covers the compact text. */
const compact = (voids: unknown): string | null => (voids === null || voids === undefined ? null : JSON.stringify(typeof voids === "string" ? JSON.parse(voids) : voids));

// A flag is 0/1 on one dialect and a boolean on the other; a comparison is both.
const isWaiting = "u.is_refused = (1 = 0)";

interface WaitingRow {
  id: string; leaf_hash: Uint8Array; target_kind: string; target_id: string; target_version: number; writer_id: string; writer_epoch: number; writer_n: number; writer_voids: unknown; mac: Uint8Array;
}
export const toWaiting = (r: WaitingRow): Waiting => ({
  id: r.id, leaf: Buffer.from(r.leaf_hash), kind: r.target_kind, target: r.target_id, version: r.target_version,
  writerId: r.writer_id, epoch: r.writer_epoch, n: r.writer_n, voids: compact(r.writer_voids), mac: Buffer.from(r.mac),
});

/** Committed intakes without an entry, in the order of their ids. */
export const waitingIntakes = async (db: Db, most: number): Promise<Waiting[]> =>
  (await db.rows<WaitingRow>(`SELECT i.id, i.leaf_hash, i.target_kind, i.target_id, i.target_version, i.writer_id, i.writer_epoch, i.writer_n, i.writer_voids, i.mac
    FROM ledger_unsealed u JOIN ledger_intakes i ON i.id = u.intake_id WHERE ${isWaiting} ORDER BY u.intake_id LIMIT ?`, [most])).map(toWaiting);

/** When the oldest intake that still waits was written. */
export async function oldestWaiting(db: Db): Promise<string | undefined> {
  const [row] = await db.rows<{ at: string }>(`SELECT i.created_at AS at FROM ledger_unsealed u JOIN ledger_intakes i ON i.id = u.intake_id WHERE ${isWaiting} ORDER BY u.intake_id LIMIT 1`);
  return row?.at;
}

export async function writeEntries(db: Db, firstSeq: number, rows: readonly Waiting[]): Promise<void> {
  const places = JSON.stringify(rows.map((r, i) => ({ seq: firstSeq + i, id: r.id })));
  const written = await db.run(`INSERT INTO ledger_entries (seq, intake_id, leaf_hash) SELECT t.seq, i.id, i.leaf_hash FROM ${db.sql.rowsOf({ seq: "integer", id: "text" })} JOIN ledger_intakes i ON i.id = t.id ORDER BY t.seq`, [places]);
  if (written !== rows.length) throw new Error("intakes vanished while they were sealed");
  await db.run(`DELETE FROM ledger_unsealed WHERE intake_id IN (SELECT t.id FROM ${db.sql.rowsOf({ id: "text" })})`, [JSON.stringify(rows.map((r) => ({ id: r.id })))]);
}

export const refuseIntakes = (db: Db, ids: readonly string[]): Promise<number> =>
  db.run(`UPDATE ledger_unsealed SET is_refused = (1 = 1) WHERE intake_id IN (SELECT t.id FROM ${db.sql.rowsOf({ id: "text" })})`, [JSON.stringify(ids.map((id) => ({ id })))]);

export const tileReader = (db: Db): TileReader => async (level, idx) => {
  const [row] = await db.rows<{ hashes: Uint8Array }>("SELECT hashes FROM ledger_tiles WHERE level = ? AND idx = ? ORDER BY width DESC LIMIT 1", [level, idx]);
  return row && Buffer.from(row.hashes);
};

/** A wider tile takes the place of the partial one; full tiles never change (a trigger sees to it). */
export async function writeTiles(db: Db, tiles: readonly Tile[]): Promise<void> {
  for (const { level, idx, hashes } of tiles) {
    await db.run("DELETE FROM ledger_tiles WHERE level = ? AND idx = ? AND width < ?", [level, idx, hashes.length / 32]);
    await db.run("INSERT INTO ledger_tiles (level, idx, width, hashes) VALUES (?,?,?,?)", [level, idx, hashes.length / 32, hashes]);
  }
}

export const writeCheckpoint = (db: Db, c: Checkpoint): Promise<number> =>
  db.run(`INSERT INTO checkpoints (${checkpointColumns}) VALUES (?,?,?,?,?,?,?)`, [c.number, c.firstSeq, c.size, c.root, c.note, c.epoch, c.sealedAt]);
