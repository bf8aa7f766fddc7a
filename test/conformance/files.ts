/** What every provider of the extension point `files` must do. */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { Files } from "../../server/plugin.ts";

export interface FilesUnderTest {
  readonly files: Files;
  /** Changes a stored byte behind the provider's back. */
  damage(sha256: string): Promise<void>;
  /** Number of half-written files left. */
  leftovers(): Promise<number>;
}

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const all = async (files: Files): Promise<string[]> => {
  const out: string[] = [];
  for await (const name of files.list()) out.push(name);
  return out;
};
const hostile = ["", ".", "..", "../../etc/passwd", "/etc/passwd", "a".repeat(63), "a".repeat(65), "A".repeat(64), "a".repeat(5_000), `${"a".repeat(63)}\0`, `${"a".repeat(63)}/`, "é".repeat(64), "a\u0301".repeat(32),
  `..%2f${"a".repeat(59)}`, `${"a".repeat(62)}..`, "constructor", "tmp", `${"0".repeat(64)}\n`, "C:\\windows\\system32", "\u202e".repeat(64)];

export function filesConformance(open: () => Promise<FilesUnderTest>): void {
  test("keeps bytes under their hash, from memory and from a stream", async () => {
    const { files, leftovers } = await open();
    for (const bytes of [Buffer.alloc(0), Buffer.from("one"), randomBytes(300_000)]) {
      const want = { sha256: sha(bytes), size: bytes.length };
      expect(await files.put(bytes, 1_000_000)).toEqual(want);
      expect(await files.put(Readable.from(bytes.length === 0 ? [] : [bytes.subarray(0, 7), bytes.subarray(7)]), 1_000_000)).toEqual(want);
      expect(await files.has(want.sha256)).toBe(true);
      expect(await files.read(want.sha256)).toEqual(bytes);
      const opened = await files.open(want.sha256);
      expect(opened?.size).toBe(bytes.length);
      expect(await buffer(opened?.stream ?? Readable.from([]))).toEqual(bytes);
      expect(await files.check(want.sha256)).toBe(true);
    }
    expect(await leftovers()).toBe(0);
  });

  test("gives ranges, both ends included, and nothing beyond the end", async () => {
    const { files } = await open();
    const { sha256 } = await files.put(Buffer.from("0123456789"), 100);
    const part = async (start: number, end: number): Promise<string> => {
      const opened = await files.open(sha256, { start, end });
      expect(opened?.size).toBe(10);
      return (await buffer(opened?.stream ?? Readable.from([]))).toString();
    };
    expect(await part(0, 0)).toBe("0");
    expect(await part(3, 5)).toBe("345");
    expect(await part(8, 500)).toBe("89");
    expect(await part(10, 20)).toBe("");
  });

  test("refuses what is too large, by counting, and leaves nothing behind", async () => {
    const { files, leftovers } = await open();
    const before = await all(files);
    const endless = Readable.from((function* () { for (;;) yield Buffer.alloc(1_024, 1); })());
    await expect(files.put(endless, 10_000)).rejects.toMatchObject({ code: "request.too_large" });
    expect(endless.destroyed).toBe(true);
    await expect(files.put(Buffer.alloc(11), 10)).rejects.toMatchObject({ code: "request.too_large" });
    expect((await files.put(Buffer.alloc(10, 3), 10)).size).toBe(10);
    expect(await leftovers()).toBe(0);
    expect(await all(files)).toHaveLength(before.length + 1);
  });

  test("a sender that breaks off leaves nothing", async () => {
    const { files, leftovers } = await open();
    const broken = Readable.from((async function* () { yield Buffer.from("half"); throw new Error("connection lost"); })());
    await expect(files.put(broken, 100)).rejects.toThrow("connection lost");
    expect(await leftovers()).toBe(0);
    expect(await files.has(sha(Buffer.from("half")))).toBe(false);
  });

  test("the same bytes at the same time are one file", async () => {
    const { files } = await open();
    const bytes = randomBytes(50_000);
    const stored = await Promise.all(Array.from({ length: 8 }, () => files.put(Readable.from([bytes]), 100_000)));
    expect(new Set(stored.map((s) => s.sha256)).size).toBe(1);
    expect((await all(files)).filter((s) => s === sha(bytes))).toHaveLength(1);
    expect(await files.check(sha(bytes))).toBe(true);
  });

  test("damaged bytes are found and never given whole; putting them again repairs", async () => {
    const { files, damage } = await open();
    const bytes = randomBytes(200_000);
    const { sha256 } = await files.put(bytes, 1_000_000);
    await damage(sha256);
    expect(await files.check(sha256)).toBe(false);
    await expect(files.read(sha256)).rejects.toThrow("damaged");
    const opened = await files.open(sha256);
    await expect(buffer(opened?.stream ?? Readable.from([]))).rejects.toThrow("damaged");
    await files.put(bytes, 1_000_000);
    expect(await files.check(sha256)).toBe(true);
  });

  test("lists every file once, and forgets what is removed", async () => {
    const { files } = await open();
    const hashes = [];
    for (let i = 0; i < 5; i++) hashes.push((await files.put(randomBytes(10), 10)).sha256);
    expect(await all(files)).toEqual(expect.arrayContaining(hashes));
    for (const h of hashes) { await files.remove(h); await files.remove(h); }
    const left = await all(files);
    for (const h of hashes) expect(left).not.toContain(h);
    expect(await files.open(hashes[0] ?? "")).toBeUndefined();
    expect(await files.read(hashes[0] ?? "")).toBeUndefined();
    expect(await files.check(hashes[0] ?? "")).toBe(false);
  });

  test.each(hostile)("a name that is no hash is no file: %j", async (key) => {
    const { files } = await open();
    expect(await files.has(key)).toBe(false);
    expect(await files.open(key)).toBeUndefined();
    expect(await files.open(key, { start: 0, end: 1 })).toBeUndefined();
    expect(await files.read(key)).toBeUndefined();
    expect(await files.check(key)).toBe(false);
    await files.remove(key);
  });
}
