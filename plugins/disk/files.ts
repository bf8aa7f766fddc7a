/** `<folder>/ab/cd/<sha256>`; bytes are written beside, synced, then renamed, so a file is whole or absent. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { kernelFailures, type Files } from "../../server/plugin.ts";
import { verified } from "./verified.ts";

const name = /^[0-9a-f]{64}$/;
const staleMs = 600_000;

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
const isAbsent = (error: unknown): boolean => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
const meant = (error: unknown): unknown =>
  (codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT" ? Object.assign(kernelFailures.full({ retryAfterS: 30 }), { cause: error }) : error);

/** A rename is durable once its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try { await handle.sync(); } finally { await handle.close(); }
}

async function* chunksOf(body: Readable | Uint8Array): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) { yield body; return; }
  for await (const chunk of body) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk as Uint8Array;
}

/** Removes what an ended process left half-written; younger files may belong to one that still runs. */
async function clearTemporary(folder: string): Promise<void> {
  const probe = join(folder, randomUUID());
  await (await open(probe, "wx", 0o600)).close();
  const now = (await stat(probe)).mtimeMs;
  await rm(probe);
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const age = now - (await stat(path).catch(() => ({ mtimeMs: now }))).mtimeMs;
    if (age > staleMs) await rm(path, { force: true, recursive: true });
  }
}

export async function diskFiles(root: string): Promise<Files> {
  const temporary = join(root, "tmp");
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  await clearTemporary(temporary);

  // A key that is not a hash names no file: nothing a caller says becomes part of a path otherwise.
  const pathOf = (sha256: string): string | undefined => (name.test(sha256) ? join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256) : undefined);

  const openFile = async (sha256: string): Promise<FileHandle | undefined> => {
    const path = pathOf(sha256);
    if (path === undefined) return undefined;
    try { return await open(path, "r"); } catch (error) { if (isAbsent(error)) return undefined; throw error; }
  };

  const write = async (handle: FileHandle, body: Readable | Uint8Array, maxBytes: number): Promise<{ sha256: string; size: number }> => {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of chunksOf(body)) {
      size += chunk.byteLength;
      if (size > maxBytes) throw kernelFailures.too_large({ values: { maxBytes } });
      hash.update(chunk);
      for (let at = 0; at < chunk.byteLength;) at += (await handle.write(chunk, at)).bytesWritten;
    }
    await handle.sync();
    return { sha256: hash.digest("hex"), size };
  };

  const settle = async (from: string, sha256: string): Promise<void> => {
    const to = pathOf(sha256) ?? "";
    const made = await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    await syncFolder(dirname(to));
    if (made !== undefined) { await syncFolder(dirname(dirname(to))); await syncFolder(root); }
  };

  const digest = async (sha256: string): Promise<string | undefined> => {
    const handle = await openFile(sha256);
    if (!handle) return undefined;
    const hash = createHash("sha256");
    for await (const chunk of handle.createReadStream()) hash.update(chunk as Uint8Array);
    return hash.digest("hex");
  };

  return {
    async put(body, maxBytes) {
      const from = join(temporary, randomUUID());
      try {
        const handle = await open(from, "wx", 0o600);
        let stored;
        try { stored = await write(handle, body, maxBytes); } finally { await handle.close(); }
        await settle(from, stored.sha256);
        return stored;
      } catch (error) {
        if (!(body instanceof Uint8Array)) body.destroy();
        await rm(from, { force: true });
        throw meant(error);
      }
    },
    async open(sha256, range) {
      const handle = await openFile(sha256);
      if (!handle) return undefined;
      const { size } = await handle.stat();
      if (size === 0 || (range && range.start >= size)) { await handle.close(); return { size, stream: Readable.from([]) }; }
      if (range) return { size, stream: handle.createReadStream({ start: range.start, end: Math.min(range.end, size - 1) }) };
      return { size, stream: verified(handle.createReadStream(), sha256) };
    },
    async read(sha256) {
      const handle = await openFile(sha256);
      if (!handle) return undefined;
      let bytes;
      try { bytes = await handle.readFile(); } finally { await handle.close(); }
      if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new Error(`the stored bytes of ${sha256} are damaged`);
      return bytes;
    },
    async has(sha256) {
      const handle = await openFile(sha256);
      await handle?.close();
      return handle !== undefined;
    },
    async* list() {
      for (const a of (await readdir(root)).filter((n) => /^[0-9a-f]{2}$/.test(n)).sort()) {
        for (const b of (await readdir(join(root, a))).sort()) {
          for (const file of (await readdir(join(root, a, b))).sort()) if (name.test(file)) yield file;
        }
      }
    },
    check: async (sha256) => (await digest(sha256)) === sha256,
    async remove(sha256) {
      const path = pathOf(sha256);
      if (path === undefined) return;
      await rm(path, { force: true });
      await syncFolder(dirname(path)).catch((error: unknown) => { if (!isAbsent(error)) throw error; });
    },
  };
}
