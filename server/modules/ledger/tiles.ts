/**
 * The tree kept as C2SP tlog-tiles: rows of up to 256 hashes, level 0 the leaves, each higher level the roots of full tiles below.
 * Proofs and roots of any size are computed from at most a handful of tiles, whatever the size of the ledger.
 */
import { emptyRoot, fullRoot, nodeHash, splitAt } from "./merkle.ts";

export const tileWidth = 256;
export interface Tile { readonly level: number; readonly idx: number; readonly hashes: Buffer }
/** Gives the widest stored tile at this place. */
export type TileReader = (level: number, idx: number) => Promise<Buffer | undefined>;

const hashAt = (tile: Buffer, i: number): Buffer => tile.subarray(i * 32, i * 32 + 32);

/** The tiles that change when `leaves` are added to a tree of `size`: full ones and, last per level, the partial right edge. */
export async function grow(read: TileReader, size: number, leaves: readonly Buffer[]): Promise<Tile[]> {
  const out: Tile[] = [];
  let adding: readonly Buffer[] = leaves;
  let count = size;
  for (let level = 0; adding.length > 0; level++) {
    const above: Buffer[] = [];
    let idx = Math.floor(count / tileWidth);
    const begun = count % tileWidth;
    let tile: Buffer[] = [];
    if (begun > 0) {
      const stored = await read(level, idx);
      if (!stored || stored.length < begun * 32) throw new Error(`tile ${level}/${idx} is missing or too short`);
      tile = Array.from({ length: begun }, (_, i) => hashAt(stored, i));
    }
    for (const leaf of adding) {
      tile.push(leaf);
      if (tile.length < tileWidth) continue;
      out.push({ level, idx, hashes: Buffer.concat(tile) });
      above.push(fullRoot(tile));
      tile = [];
      idx++;
    }
    if (tile.length > 0) out.push({ level, idx, hashes: Buffer.concat(tile) });
    count = Math.floor(count / tileWidth);
    adding = above;
  }
  return out;
}

/** Remembers tiles for the length of one computation. */
export function remembering(read: TileReader): TileReader {
  const known = new Map<string, Promise<Buffer | undefined>>();
  return (level, idx) => {
    const key = `${level}/${idx}`;
    let tile = known.get(key);
    if (!tile) known.set(key, tile = read(level, idx));
    return tile;
  };
}

/** Hash over leaves [start, start + n): perfect subtrees come straight from one tile. */
async function rangeHash(read: TileReader, start: number, n: number): Promise<Buffer> {
  const height = Math.log2(n);
  if (!Number.isInteger(height)) {
    const left = splitAt(n);
    return nodeHash(await rangeHash(read, start, left), await rangeHash(read, start + left, n - left));
  }
  const level = Math.floor(height / 8);
  const wide = 2 ** (height % 8);
  const first = start / 2 ** (8 * level);
  const idx = Math.floor(first / tileWidth);
  const offset = first % tileWidth;
  const tile = await read(level, idx);
  if (!tile || tile.length < (offset + wide) * 32) throw new Error(`tile ${level}/${idx} is missing or too short`);
  return fullRoot(Array.from({ length: wide }, (_, i) => hashAt(tile, offset + i)));
}

export const treeRoot = async (read: TileReader, size: number): Promise<Buffer> => (size === 0 ? emptyRoot : rangeHash(read, 0, size));

/** Proof that leaf `index` is in the tree of `size` leaves (RFC 6962, section 2.1.1). */
export async function inclusionProof(read: TileReader, index: number, size: number): Promise<Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError("no such leaf in a tree of that size");
  const path: Buffer[] = [];
  let start = 0, n = size, at = index;
  while (n > 1) {
    const left = splitAt(n);
    if (at < left) {
      path.push(await rangeHash(read, start + left, n - left));
      n = left;
    } else {
      path.push(await rangeHash(read, start, left));
      start += left; at -= left; n -= left;
    }
  }
  return path.reverse();
}

/** Proof that the tree of `second` leaves extends that of `first` leaves (RFC 6962, section 2.1.2). */
export async function consistencyProof(read: TileReader, first: number, second: number): Promise<Buffer[]> {
  if (first < 0 || first > second) throw new RangeError("the older tree is the larger one");
  if (first === 0 || first === second) return [];
  const path: Buffer[] = [];
  let start = 0, n = second, m = first, isWhole = true;
  while (m < n) {
    const left = splitAt(n);
    if (m <= left) {
      path.push(await rangeHash(read, start + left, n - left));
      n = left;
    } else {
      path.push(await rangeHash(read, start, left));
      start += left; m -= left; n -= left; isWhole = false;
    }
  }
  if (!isWhole) path.push(await rangeHash(read, start, m));
  return path.reverse();
}
