/**
 * The bytes of a version: RFC 8785 JSON of everything a learner may meet, whose SHA-256 is the version's content hash.
 * The referenced files are listed by hash, name, type and size, so a later upload of the same name changes nothing.
 */
import { createHash } from "node:crypto";
import { jcs } from "../../kernel/jcs.ts";
import type { Content, FileRef } from "./content.ts";
import type { z } from "zod";

export type StoredRef = z.output<typeof FileRef>;
export interface VersionDocument { readonly format: 1; readonly title: string; readonly summary: string; readonly language: string; readonly content: Content; readonly files: readonly StoredRef[] }

export function documentBytes(document: VersionDocument): { bytes: Buffer; sha256: string } {
  const bytes = Buffer.from(jcs(document), "utf8");
  return { bytes, sha256: hashOf(bytes) };
}

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Files of the course that the content shows, newest first as `files` is; `used` are the hashes met while rendering it. */
export function filesIn(content: Content, files: readonly StoredRef[], used: ReadonlySet<string>): StoredRef[] {
  const documents = new Set(content.units.flatMap((u) => (u.kind === "document" && u.file ? [u.file.sha256] : [])));
  return files.filter((f) => documents.has(f.sha256) || used.has(f.sha256)).map(({ sha256, name, type, size }) => ({ sha256, name, type, size }));
}
