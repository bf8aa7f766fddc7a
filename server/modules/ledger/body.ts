/** The body of an entry: built once as canonical JSON, kept as bytes, and read back strictly. */
import { createHmac, type KeyObject } from "node:crypto";
import { z } from "zod";
import { jcs } from "../../kernel/jcs.ts";
import { sha256 } from "./merkle.ts";

export const bodyLimit = 8 * 1024;

const Commitment = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Word = z.string().min(1).max(300);
/** Version 1 of every type. Additions need a new `v`; verification of old entries never changes. */
export const Body = z.strictObject({
  v: z.literal(1), id: Word, tenant: Word, type: Word, at: z.string().length(24), actor: z.string().regex(/^(person|system|plugin|anonymous):.{1,300}$/su),
  subject: Word.nullable(), target: z.strictObject({ kind: Word, id: Word }), targetVersion: z.int().min(0), req: z.string().max(300),
  prev: Commitment.nullable(), next: Commitment.nullable(),
  pii: z.strictObject({ before: Commitment.optional(), after: Commitment.optional(), reason: Commitment.optional() }),
  rows: z.strictObject({ count: z.int().min(0), digest: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
});
export type Body = z.output<typeof Body>;

/** Undefined when the bytes are not the canonical form of a body. */
export function readBody(bytes: Uint8Array): Body | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const parsed = Body.safeParse(value);
    // Canonical in, canonical out: duplicate keys, blanks and odd escapes show as a difference.
    return parsed.success && jcs(value) === text ? parsed.data : undefined;
  } catch { return undefined; }
}

/** For bytes that `readBody` accepted before. */
export function rereadBody(bytes: Uint8Array): Body | undefined {
  try { return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as Body; } catch { return undefined; }
}

/**
 * Hash of a target's canonical state. With a subject it is keyed by that person's key: once the key is destroyed,
 * nobody can test guesses about the erased person against the ledger. Without one it is plain SHA-256.
 */
export const stateHash = (canonical: string, key: KeyObject | null): string =>
  key ? createHmac("sha256", key).update("state\n").update(canonical).digest("base64url") : sha256(canonical).toString("base64url");

export const commitment = (salt: Uint8Array, canonical: string): string => sha256(Buffer.concat([salt, Buffer.from(canonical)])).toString("base64url");
