/**
 * Personal values of an entry: sealed under the subject's key beside the entry, and only committed to in its body.
 * Destroying the key makes the values unreadable; the ledger still verifies.
 */
import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from "node:crypto";
import { commitment } from "./body.ts";
import { jcs } from "../../kernel/jcs.ts";

export const payloadLimit = 1024 * 1024;
export const payloadField = "values";
const fields = ["after", "before", "reason"] as const;
type Field = (typeof fields)[number];
export type Commitments = Partial<Record<Field, string>>;
export interface SealedValues { readonly nonce: Buffer; readonly ciphertext: Buffer }

const pool = Buffer.alloc(8192);
let used = pool.length;
/** Fresh random bytes; drawn from the system a page at a time, each byte given out once. */
function fresh(n: number): Buffer {
  if (used + n > pool.length) { randomFillSync(pool); used = 0; }
  const out = Buffer.from(pool.subarray(used, used + n));
  pool.fill(0, used, used + n);
  used += n;
  return out;
}

const aad = (intakeId: string): Buffer => Buffer.from(`ledger_payloads/${payloadField}/${intakeId}`);

export class PayloadTooLarge extends Error {}

/** Salts and commits each value, and seals them together; `key` null (an erased person): committed to, but kept nowhere. */
export function sealValues(intakeId: string, canonical: Partial<Record<Field, string>>, key: KeyObject | null): { pii: Commitments; sealed: SealedValues | null } {
  const pii: Commitments = {};
  let text = "";
  for (const field of fields) {
    const value = canonical[field];
    if (value === undefined) continue;
    const salt = fresh(32);
    pii[field] = commitment(salt, value);
    text += `${text === "" ? "{" : ","}"${field}":["${salt.toString("base64url")}",${value}]`;
  }
  if (text.length > payloadLimit) throw new PayloadTooLarge(`before, after and reason of one entry hold ${text.length} characters; at most ${payloadLimit} are kept`);
  if (text === "" || !key) return { pii, sealed: null };
  const nonce = fresh(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(aad(intakeId));
  return { pii, sealed: { nonce, ciphertext: Buffer.concat([cipher.update(`${text}}`, "utf8"), cipher.final(), cipher.getAuthTag()]) } };
}

export interface OpenedValues { readonly before?: unknown; readonly after?: unknown; readonly reason?: unknown; readonly isIntact: boolean }

/** Opens what `sealValues` sealed and holds it against the commitments of the body; undefined when it cannot be opened at all. */
export function openValues(intakeId: string, sealed: SealedValues, key: KeyObject, pii: Commitments): OpenedValues | undefined {
  let opened: Partial<Record<Field, [string, unknown]>>;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.nonce, { authTagLength: 16 }).setAAD(aad(intakeId));
    decipher.setAuthTag(sealed.ciphertext.subarray(-16));
    opened = JSON.parse(Buffer.concat([decipher.update(sealed.ciphertext.subarray(0, -16)), decipher.final()]).toString("utf8")) as typeof opened;
  } catch { return undefined; }
  const out: Partial<Record<Field, unknown>> = {};
  let isIntact = true;
  for (const field of fields) {
    const pair = opened[field];
    if (!pair) { isIntact &&= pii[field] === undefined; continue; }
    out[field] = pair[1];
    isIntact &&= commitment(Buffer.from(pair[0], "base64url"), jcs(pair[1])) === pii[field];
  }
  return { ...out, isIntact };
}
