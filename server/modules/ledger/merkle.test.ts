import { describe, expect, it } from "vitest";
import { emptyRoot, Frontier, isConsistent, isIncluded, leafHash, nodeHash, splitAt } from "./merkle.ts";
import { consistencyProof, grow, inclusionProof, tileWidth, treeRoot, type TileReader } from "./tiles.ts";

// Inputs, roots and proofs of the Certificate Transparency reference tree (transparency-dev/merkle, RFC 6962).
const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map((h) => leafHash(Buffer.from(h, "hex")));
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((h) => h.toString("hex"));

/** A ledger's tiles in memory, fed in batches as the sealer does. */
async function tilesOf(all: readonly Buffer[], batch: number): Promise<TileReader> {
  const tiles = new Map<string, Buffer>();
  const read: TileReader = (level, idx) => Promise.resolve(tiles.get(`${level}/${idx}`));
  for (let i = 0; i < all.length; i += batch) for (const t of await grow(read, i, all.slice(i, i + batch))) tiles.set(`${t.level}/${t.idx}`, t.hashes);
  return read;
}
/** The definition of RFC 6962, section 2.1, word for word. */
function mth(all: readonly Buffer[]): Buffer {
  if (all.length === 0) return emptyRoot;
  if (all.length === 1) return all[0]!;
  const k = splitAt(all.length);
  return nodeHash(mth(all.slice(0, k)), mth(all.slice(k)));
}

describe("Merkle tree (RFC 6962)", () => {
  it("has the reference roots, from the tiles and from the frontier", async () => {
    const frontier = new Frontier();
    expect(frontier.root().toString("hex")).toBe(roots[0]);
    const read = await tilesOf(leaves, 3);
    for (let n = 1; n <= 8; n++) {
      frontier.add(leaves[n - 1]!);
      expect(frontier.root().toString("hex")).toBe(roots[n]);
      expect((await treeRoot(read, n)).toString("hex")).toBe(roots[n]);
    }
  });
  it("gives the reference proofs", async () => {
    const read = await tilesOf(leaves, 8);
    expect(await inclusionProof(read, 0, 1)).toEqual([]);
    expect(hex(await inclusionProof(read, 0, 8))).toEqual(["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]);
    expect(hex(await inclusionProof(read, 5, 8))).toEqual(["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]);
    expect(hex(await consistencyProof(read, 2, 5))).toEqual(["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]);
    expect(hex(await consistencyProof(read, 6, 8))).toEqual(["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]);
  });
  it("proves every leaf and every growth up to 70, and nothing else", async () => {
    const many = Array.from({ length: 70 }, (_, i) => leafHash(Buffer.of(i)));
    const read = await tilesOf(many, 7);
    for (let n = 1; n <= many.length; n++) {
      const root = mth(many.slice(0, n));
      expect((await treeRoot(read, n)).equals(root)).toBe(true);
      for (let i = 0; i < n; i++) {
        const path = await inclusionProof(read, i, n);
        expect(isIncluded(i, n, many[i]!, path, root)).toBe(true);
        expect(isIncluded(i, n, many[(i + 1) % 70]!, path, root)).toBe(false);
        if (n > 1) expect(isIncluded((i + 1) % n, n, many[i]!, path, root)).toBe(false);
        expect(isIncluded(i, n, many[i]!, [...path, root], root)).toBe(false);
        if (path.length > 0) expect(isIncluded(i, n, many[i]!, path.slice(1), root)).toBe(false);
      }
      for (let m = 0; m <= n; m++) {
        const old = mth(many.slice(0, m));
        const proof = await consistencyProof(read, m, n);
        expect(isConsistent(m, n, old, root, proof)).toBe(true);
        if (m > 0) expect(isConsistent(m, n, leafHash(Buffer.from("x")), root, proof)).toBe(false);
        if (m > 0 && m < n) {
          expect(isConsistent(m, n, old, leafHash(Buffer.from("x")), proof)).toBe(false);
          expect(isConsistent(m, n, old, root, proof.slice(1))).toBe(false);
          expect(isConsistent(m, n, old, root, [...proof, root])).toBe(false);
        }
      }
    }
  });
  it("crosses tile borders", async () => {
    const many = Array.from({ length: 2 * tileWidth * tileWidth / 128 + 300 }, (_, i) => leafHash(Buffer.from(String(i))));
    for (const batch of [1_000, 256, 97]) {
      const read = await tilesOf(many, batch);
      for (const n of [255, 256, 257, 511, 512, 513, many.length]) {
        expect((await treeRoot(read, n)).equals(mth(many.slice(0, n)))).toBe(true);
        const path = await inclusionProof(read, n - 1, many.length);
        expect(isIncluded(n - 1, many.length, many[n - 1]!, path, mth(many))).toBe(true);
      }
      expect((await read(0, 0))?.length).toBe(8_192);
    }
  });
});
