import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

function idMaker(): (ms: number) => string {
  let last = -1;
  let seq = 0;
  return (ms) => {
    // Ids of one millisecond count up from a random start: rows and events of one unit keep their order.
    seq = ms === last ? (seq + 1) >>> 0 : randomBytes(4).readUInt32BE() >>> 1;
    last = ms;
    return v7({ msecs: ms, seq });
  };
}

/** Sortable (in order within a process), unguessable enough to be an address but never a secret: UUID version 7 (RFC 9562, sections 5.7 and 6.2). */
export const newId = idMaker();

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A code people may have to type: Crockford base 32, `length` characters of 5 bits each from the system's randomness. */
export function spokenCode(length: number): string {
  let out = "";
  for (const byte of randomBytes(length)) out += alphabet[byte & 31];
  return out;
}

/** An unguessable secret of `bytes` random bytes, base64url. */
export const secret = (bytes = 32): string => randomBytes(bytes).toString("base64url");
