/** The uploaded file in slices: read from the blob store, parsed in a worker thread, never whole in memory. */
import type { Files } from "../../../kernel/files.ts";
import type { WorkerPool } from "../../../kernel/workers.ts";
import { fail } from "../failures.ts";
import type { Look, Task } from "../csv.worker.ts";
import { sliceBytes } from "../rules/slice.ts";

const longestLine = 16 * 1_048_576;
const worker = new URL("../csv.worker.ts", import.meta.url);

export interface Machine { readonly files: Files; readonly workers: WorkerPool }
export interface Source { readonly sha256: string; readonly size: number }

export const ask = <T>(m: Machine, task: Task): Promise<T> => m.workers.run<T>(worker, task, { threads: 1, timeoutMs: 60_000, heapMb: 64 });

/** Exactly these bytes in a buffer of their own (a view would drag its whole pool along to the worker). */
async function bytesAt(m: Machine, source: Source, offset: number, length: number): Promise<Uint8Array> {
  const end = Math.min(source.size, offset + length);
  const out = new Uint8Array(Math.max(0, end - offset));
  if (out.length === 0) return out;
  const file = await m.files.open(source.sha256, { start: offset, end: end - 1 });
  if (!file) throw fail.file_gone();
  let at = 0;
  for await (const chunk of file.stream) { const b = chunk as Uint8Array; out.set(b, at); at += b.length; }
  return out;
}

/** Is every byte of the file part of valid UTF-8? */
async function isUtf8(m: Machine, source: Source): Promise<boolean> {
  const file = await m.files.open(source.sha256);
  if (!file) throw fail.file_gone();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of file.stream) decoder.decode(chunk as Uint8Array, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    file.stream.destroy();
    if (error instanceof TypeError) return false;
    throw error;
  }
}

export async function look(m: Machine, source: Source, encoding: string | null, delimiter: string | null): Promise<Look> {
  const head = await bytesAt(m, source, 0, sliceBytes);
  return ask<Look>(m, { kind: "look", head, isUtf8: encoding === null && await isUtf8(m, source), atEnd: head.length === source.size, encoding, delimiter });
}

export interface Reading { readonly encoding: string; readonly delimiter: string; /** First byte of the first record. */ readonly offset: number }
export interface Place { readonly offset: number; /** Number of the record that begins there, from 1. */ readonly row: number }
interface Batch { readonly records: number; readonly consumed: number; readonly hopeless: boolean }

/** Walks the file slice by slice from `from`; each batch comes with the place where the next one begins. */
export async function* batches<T extends Batch>(m: Machine, source: Source, how: Reading, from: Place, task: (slice: { bytes: Uint8Array; atEnd: boolean; encoding: string; delimiter: string }, place: Place) => Task): AsyncGenerator<{ batch: T; next: Place }> {
  let place = from;
  let size = sliceBytes;
  while (place.offset < source.size) {
    const bytes = await bytesAt(m, source, place.offset, size);
    const atEnd = place.offset + bytes.length >= source.size;
    const batch = await ask<T>(m, task({ bytes, atEnd, encoding: how.encoding, delimiter: how.delimiter }, place));
    if (batch.hopeless) throw fail.quotes_broken({ values: { row: place.row + batch.records } });
    if (batch.consumed === 0 && !atEnd) {
      // A line longer than the slice: read on until it ends, within reason.
      if (size >= longestLine) throw fail.line_too_long({ values: { row: place.row } });
      size *= 4;
      continue;
    }
    size = sliceBytes;
    place = { offset: place.offset + (atEnd ? bytes.length : batch.consumed), row: place.row + batch.records };
    yield { batch, next: place };
  }
}
