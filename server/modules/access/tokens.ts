/** Secrets that travel: `mst_<kind>_<28 base62><6 base62 of CRC-32>`; kept only as SHA-256. */
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export type TokenKind = "start" | "device";

function randomText(length: number): string {
  let out = "";
  while (out.length < length) {
    // 248 = 4 × 62: larger bytes would favour the first letters.
    for (const byte of randomBytes(length * 2)) if (byte < 248 && out.length < length) out += alphabet[byte % 62];
  }
  return out;
}

function checkOf(text: string): string {
  let n = crc32(text);
  let out = "";
  for (let i = 0; i < 6; i++) { out = (alphabet[n % 62] ?? "") + out; n = Math.floor(n / 62); }
  return out;
}

export function newToken(kind: TokenKind): string {
  const body = `mst_${kind}_${randomText(28)}`;
  return body + checkOf(body);
}

/** Mistyped or foreign text is refused before the database is asked. */
export function isToken(kind: TokenKind, text: string): boolean {
  const start = `mst_${kind}_`;
  return text.length === start.length + 34 && text.startsWith(start) && /^[0-9A-Za-z]+$/.test(text.slice(start.length))
    && checkOf(text.slice(0, -6)) === text.slice(-6);
}

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");
