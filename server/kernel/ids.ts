import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

/** Sortable, unguessable enough to be an address but never a secret: UUID version 7 (RFC 9562, section 5.7). */
export const newId = (ms: number): string => v7({ msecs: ms });

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A code people may have to type: Crockford base 32, `length` characters of 5 bits each from the system's randomness. */
export function spokenCode(length: number): string {
  let out = "";
  for (const byte of randomBytes(length)) out += alphabet[byte & 31];
  return out;
}

/** An unguessable secret of `bytes` random bytes, base64url. */
export const secret = (bytes = 32): string => randomBytes(bytes).toString("base64url");
