/** Receipt codes. */
import { createHash, randomInt } from "node:crypto";
import { spokenCode } from "../../kernel/ids.ts";
import type { Random } from "./rules.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Code of a saved answer: 60 bits over sitting, question, sequence, answer and time, so it can be checked later against
 * the stored row without a row of its own.
 */
export function answerCode(sittingId: string, questionId: string, seq: number, answer: string, savedAt: string): string {
  const digest = createHash("sha256").update([sittingId, questionId, seq, answer, savedAt].join("\n")).digest();
  let out = "";
  for (let i = 0; i < 12; i++) out += alphabet[(digest[i] ?? 0) & 31];
  return grouped(out);
}

const grouped = (code: string): string => `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
/** A fresh receipt code, 60 random bits. */
export const receiptCode = (): string => grouped(spokenCode(12));
export const systemRandom: Random = (n) => randomInt(n);
