/** The sealed part: stored bytes → leaves → tiles → roots → signed checkpoints, in one pass over the entries. */
import { setImmediate as turn } from "node:timers/promises";
import type { Db } from "../../kernel/db/database.ts";
import { readBody } from "./body.ts";
import type { Findings } from "./findings.ts";
import { Frontier, fullRoot, leafHash } from "./merkle.ts";
import { openNote, parseCheckpoint, type CheckpointText, type Verifier } from "./note.ts";
import { checkpointsAfter, tileReader, type Checkpoint } from "./seal-store.ts";
import { tileWidth } from "./tiles.ts";

export interface IntakeRow {
  id: string; tenant_id: string; type: string; target_kind: string; target_id: string; target_version: number; body: Uint8Array; leaf_hash: Uint8Array; created_at: string; actor_id: string; subject_id: string | null;
}
interface EntryLine extends Omit<IntakeRow, "id"> { id: string | null; seq: number; intake_id: string; sealed_hash: Uint8Array }
export const intakeColumns = "i.id, i.tenant_id, i.type, i.target_kind, i.target_id, i.target_version, i.body, i.leaf_hash, i.created_at, i.actor_id, i.subject_id";
const pageSize = 500;

/** Does the row say what its body says? Everything is looked up by the columns, but only the body is sealed. */
export function checkIntake(row: IntakeRow, found: Findings, seq?: number): Buffer {
  const place = { ...(seq === undefined ? {} : { seq }), entryId: row.id, target: { kind: row.target_kind, id: row.target_id } };
  const body = Buffer.from(row.body);
  const leaf = leafHash(body);
  if (!leaf.equals(row.leaf_hash)) found.add("leaf_changed", "the stored bytes of this entry are not those that were hashed", place);
  const parsed = readBody(body);
  if (!parsed) found.add("body_invalid", "the body of this entry is not a canonical ledger body", place);
  else if (parsed.id !== row.id || parsed.tenant !== row.tenant_id || parsed.type !== row.type || parsed.at !== row.created_at || parsed.target.kind !== row.target_kind || parsed.target.id !== row.target_id
    || parsed.targetVersion !== row.target_version || parsed.subject !== row.subject_id || parsed.actor.slice(parsed.actor.indexOf(":") + 1) !== row.actor_id) {
    found.add("columns_differ", "the columns of this entry say something else than its sealed body", place);
  }
  return leaf;
}

/** Rebuilds the tiles while leaves go by and holds them against the stored ones. */
class TileCheck {
  readonly #levels: Buffer[][] = [];
  readonly #counts: number[] = [];
  readonly #read: (level: number, idx: number) => Promise<Buffer | undefined>;
  readonly #found: Findings;
  /** Stored tile of the current 256 leaves. */
  #stored: Buffer | undefined;
  constructor(db: Db, found: Findings) { this.#read = tileReader(db); this.#found = found; }

  /** The leaf that was sealed at `seq`, as the tile has it. */
  async sealedAt(seq: number): Promise<Buffer | undefined> {
    if (seq % tileWidth === 0) this.#stored = await this.#read(0, seq / tileWidth);
    const at = (seq % tileWidth) * 32;
    return this.#stored && this.#stored.length >= at + 32 ? this.#stored.subarray(at, at + 32) : undefined;
  }

  async add(leaf: Buffer): Promise<void> { await this.#push(0, leaf); }

  async #push(level: number, hash: Buffer): Promise<void> {
    const row = this.#levels[level] ??= [];
    row.push(hash);
    if (row.length < tileWidth) return;
    const idx = this.#counts[level] ?? 0;
    this.#counts[level] = idx + 1;
    await this.#compare(level, idx, row);
    this.#levels[level] = [];
    await this.#push(level + 1, fullRoot(row));
  }

  async #compare(level: number, idx: number, row: readonly Buffer[]): Promise<void> {
    const stored = await this.#read(level, idx);
    const first = idx * tileWidth ** (level + 1);
    if (!stored) this.#found.add("tile_missing", `tile ${level}/${idx} is missing`, { seq: first });
    else if (!stored.equals(Buffer.concat(row))) this.#found.add("tile_changed", `tile ${level}/${idx} does not hold the hashes of its entries`, { seq: first });
  }

  async end(db: Db): Promise<void> {
    let expected = 0;
    for (const [level, row] of this.#levels.entries()) {
      expected += (this.#counts[level] ?? 0) + (row.length > 0 ? 1 : 0);
      if (row.length > 0) await this.#compare(level, this.#counts[level] ?? 0, row);
    }
    const [stored] = await db.rows<{ n: number }>("SELECT count(*) AS n FROM ledger_tiles");
    if ((stored?.n ?? 0) > expected) this.#found.add("tile_extra", `the tree is stored in ${stored?.n ?? 0} tiles; ${expected} belong to it`);
  }
}

/** Walks the checkpoints in step with the entries. */
class CheckpointWalk {
  count = 0;
  last: Checkpoint | undefined;
  #page: Checkpoint[] = [];
  #number = 0;
  readonly #db: Db;
  readonly #verifiers: readonly Verifier[];
  readonly #found: Findings;
  readonly #anchors: readonly CheckpointText[];
  constructor(db: Db, verifiers: readonly Verifier[], anchors: readonly CheckpointText[], found: Findings) { this.#db = db; this.#verifiers = verifiers; this.#found = found; this.#anchors = anchors; }

  async #peek(): Promise<Checkpoint | undefined> {
    if (this.#page.length === 0) this.#page = await checkpointsAfter(this.#db, this.#number, 1_000);
    return this.#page[0];
  }

  /** The tree has `size` leaves now; checks the heads signed at this size. */
  async at(size: number, root: () => Buffer): Promise<void> {
    for (const anchor of this.#anchors) if (anchor.size === size && !anchor.root.equals(root())) this.#found.add("anchor_differs", `the ledger up to entry ${size - 1} is not the one of the checkpoint kept outside`, { seq: Math.max(0, size - 1) });
    for (let next = await this.#peek(); next && next.size <= size; next = await this.#peek()) {
      this.#page.shift();
      this.#check(next, size, root);
      this.#number = next.number;
      this.last = next;
      this.count++;
    }
  }

  #check(c: Checkpoint, size: number, root: () => Buffer): void {
    const before = this.last;
    const place = { seq: c.firstSeq };
    if (c.number !== (before?.number ?? 0) + 1) this.#found.add("checkpoint_missing", `before checkpoint ${c.number} there is none with the number ${c.number - 1}`, place);
    if (c.firstSeq !== (before?.size ?? 0) || c.size <= c.firstSeq || (before && (c.sealedAt <= before.sealedAt || c.epoch < before.epoch))) this.#found.add("checkpoint_order", `checkpoint ${c.number} does not follow the one before it`, place);
    const text = openNote(c.note, this.#verifiers);
    const said = text === undefined ? undefined : parseCheckpoint(text);
    if (!said || !this.#verifiers.some((v) => v.name === said.origin)) this.#found.add("checkpoint_note", `checkpoint ${c.number} was not signed by this ledger's key`, place);
    else if (said.size !== c.size || !said.root.equals(c.root)) this.#found.add("checkpoint_note", `checkpoint ${c.number} says something else than its signed note`, place);
    if (c.size !== size) this.#found.add("checkpoint_order", `checkpoint ${c.number} has the impossible size ${c.size}`, place);
    else if (!(said?.root ?? c.root).equals(root())) this.#found.add("root_differs", `the entries ${c.firstSeq} to ${c.size - 1} are not those that checkpoint ${c.number} signed`, place);
  }

  /** What is signed beyond the last entry was cut off. */
  async end(size: number): Promise<void> {
    const cut = await this.#peek();
    if (cut) this.#found.add("entry_missing", `checkpoint ${cut.number} signs ${cut.size} entries, but the ledger ends after ${size}`, { seq: size });
    for (const anchor of this.#anchors) if (anchor.size > size) this.#found.add("anchor_differs", `the checkpoint kept outside signs ${anchor.size} entries, but the ledger ends after ${size}`, { seq: size });
  }
}

export interface TreeResult { readonly entries: number; readonly checkpoints: number }

export async function verifyTree(db: Db, verifiers: readonly Verifier[], anchors: readonly CheckpointText[], found: Findings): Promise<TreeResult> {
  const frontier = new Frontier();
  const tiles = new TileCheck(db, found);
  const walk = new CheckpointWalk(db, verifiers, anchors, found);
  const add = async (leaf: Buffer): Promise<void> => {
    frontier.add(leaf);
    await tiles.add(leaf);
    await walk.at(frontier.size, () => frontier.root());
  };
  let entries = 0;
  for (let after = -1; ;) {
    const page = await db.rows<EntryLine>(`SELECT e.seq, e.intake_id, e.leaf_hash AS sealed_hash, ${intakeColumns} FROM ledger_entries e LEFT JOIN ledger_intakes i ON i.id = e.intake_id WHERE e.seq > ? ORDER BY e.seq LIMIT ?`, [after, pageSize]);
    for (const row of page) {
      // A hole is filled with what the tile remembers, so that only the missing entries are named and not all that follow.
      for (let seq = frontier.size; seq < row.seq; seq++) {
        found.add("entry_missing", "this entry was removed from the ledger", { seq });
        const sealed = await tiles.sealedAt(seq);
        await add(sealed ?? Buffer.alloc(32));
      }
      entries++;
      const { id } = row;
      const sealed = await tiles.sealedAt(row.seq);
      const place = { seq: row.seq, entryId: row.intake_id, ...(id === null ? {} : { target: { kind: row.target_kind, id: row.target_id } }) };
      const hash = Buffer.from(row.sealed_hash);
      if (id === null) found.add("intake_missing", "the content of this entry was removed", place);
      else {
        const leaf = checkIntake({ ...row, id }, found, row.seq);
        if (leaf.equals(row.leaf_hash) && !leaf.equals(hash)) found.add("leaf_swapped", "another content than the sealed one stands at this place", place);
      }
      if (sealed && !sealed.equals(hash)) found.add("leaf_swapped", "this entry's hash is not the one in the tree", place);
      await add(sealed ?? hash);
      after = row.seq;
    }
    if (page.length < pageSize) break;
    await turn();
  }
  await walk.end(frontier.size);
  if (frontier.size > (walk.last?.size ?? 0)) found.add("beyond_checkpoint", "entries stand behind the newest checkpoint; the sealer never leaves any", { seq: walk.last?.size ?? 0 });
  await tiles.end(db);
  return { entries, checkpoints: walk.count };
}
