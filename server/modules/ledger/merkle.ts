/** The Merkle tree of RFC 6962, section 2.1: hashing, roots and the checking of proofs. Pure; hashes are 32-byte buffers. */
import { hash } from "node:crypto";

export const sha256 = (bytes: Uint8Array | string): Buffer => hash("sha256", bytes, "buffer");
export const emptyRoot = sha256("");

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);
export const leafHash = (body: Uint8Array): Buffer => sha256(Buffer.concat([leafPrefix, body]));
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([nodePrefix, left, right], 65));

/** Root over 2^k consecutive hashes. */
export function fullRoot(hashes: readonly Uint8Array[]): Buffer {
  let row: readonly Uint8Array[] = hashes;
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) above.push(nodeHash(row[i] as Uint8Array, row[i + 1] as Uint8Array));
    row = above;
  }
  return Buffer.from(row[0] ?? emptyRoot);
}

/** Largest power of two smaller than n (n ≥ 2). */
export const splitAt = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** Grows leaf by leaf, keeps only the right edge: at most one perfect subtree per height. */
export class Frontier {
  size = 0;
  readonly #edge: { readonly height: number; readonly hash: Buffer }[] = [];

  add(leaf: Buffer): void {
    let node = { height: 0, hash: leaf };
    for (let last = this.#edge.at(-1); last && last.height === node.height; last = this.#edge.at(-1)) {
      this.#edge.pop();
      node = { height: node.height + 1, hash: nodeHash(last.hash, node.hash) };
    }
    this.#edge.push(node);
    this.size++;
  }

  root(): Buffer {
    let out: Buffer | undefined;
    for (let i = this.#edge.length - 1; i >= 0; i--) {
      const { hash: left } = this.#edge[i] as { hash: Buffer };
      out = out ? nodeHash(left, out) : left;
    }
    return out ?? emptyRoot;
  }
}

/** Root that an inclusion proof leads to (RFC 9162, section 2.1.3.2); undefined when its length does not fit. Sizes below 2^31. */
export function rootFromInclusion(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[]): Buffer | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size || size > 2 ** 31) return undefined;
  let fn = index, sn = size - 1;
  let r: Buffer = Buffer.from(leaf);
  for (const p of path) {
    if (p.length !== 32 || sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) { fn >>>= 1; sn >>>= 1; }
    } else r = nodeHash(r, p);
    fn >>>= 1; sn >>>= 1;
  }
  return sn === 0 ? r : undefined;
}

export function isIncluded(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[], root: Uint8Array): boolean {
  return rootFromInclusion(index, size, leaf, path)?.equals(root) ?? false;
}

/** Does the tree of `second` leaves extend the one of `first` leaves? (RFC 9162, section 2.1.4.2) */
export function isConsistent(first: number, second: number, firstRoot: Uint8Array, secondRoot: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second || second > 2 ** 31) return false;
  if (first === second) return proof.length === 0 && Buffer.from(firstRoot).equals(secondRoot);
  if (first === 0) return proof.length === 0;
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : proof;
  const [head, ...rest] = path;
  if (!head || path.some((p) => p.length !== 32)) return false;
  let fn = first - 1, sn = second - 1;
  while (fn % 2 === 1) { fn >>>= 1; sn >>>= 1; }
  let fr: Buffer = Buffer.from(head), sr: Buffer = fr;
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn % 2 === 0 && fn !== 0) { fn >>>= 1; sn >>>= 1; }
    } else sr = nodeHash(sr, c);
    fn >>>= 1; sn >>>= 1;
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
}
