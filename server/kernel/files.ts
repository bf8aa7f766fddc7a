/** The `files` extension point: bytes named by their SHA-256. Implementations pass `test/conformance/files.test.ts`. */
import type { Readable } from "node:stream";

export interface StoredFile { readonly sha256: string; readonly size: number }

export interface Files {
  /** Streams to durable storage; resolves only once the bytes are safe. Refuses with `request.too_large` above `maxBytes`. */
  put(body: Readable | Uint8Array, maxBytes: number): Promise<StoredFile>;
  /** Opens for reading; `undefined` if there is no such file. `range` bytes are inclusive. */
  open(sha256: string, range?: { start: number; end: number }): Promise<{ size: number; stream: Readable } | undefined>;
  read(sha256: string): Promise<Buffer | undefined>;
  has(sha256: string): Promise<boolean>;
  /** All hashes, for the scrub. */
  list(): AsyncIterable<string>;
  /** Recomputes the hash of the stored bytes; false if they are missing or altered. */
  check(sha256: string): Promise<boolean>;
  remove(sha256: string): Promise<void>;
}
