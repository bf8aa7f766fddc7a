/** What makes a password too easy. No composition rules, no forced change (NIST SP 800-63B-4, section 3.1.1). */
import { blockedWords } from "./blocked-words.ts";
import { isTooLong } from "./hashing.ts";
import { fail } from "./failures.ts";
import type { Failure } from "../../kernel/errors.ts";

export const shortest = 15;
const rows = ["qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "1234567890qwertyuiop", "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn"];
const leet: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i" };

const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const letters = (text: string): string => plain(text).replace(/[^\p{L}\p{N}]/gu, "");
const reversed = (text: string): string => [...text].reverse().join("");
const keyboard = [...rows, ...rows.map(reversed)];

/** One short piece over and over: "abcabcabcabcabc", "aaaaaaaaaaaaaaa". */
const isRepeated = (text: string): boolean => {
  for (let n = 1; n <= Math.min(5, text.length / 3); n++) {
    if (text === text.slice(0, n).repeat(Math.ceil(text.length / n)).slice(0, text.length)) return true;
  }
  return new Set(text).size < 5;
};

/** Takes known words, keyboard rows and digits out; what remains is what an attacker does not know. */
function unknownRest(text: string, words: readonly string[]): string {
  let rest = text;
  for (const word of words) rest = rest.replaceAll(word, " ");
  for (let length = 10; length >= 4; length--) {
    for (const row of keyboard) for (let i = 0; i + length <= row.length; i++) rest = rest.replaceAll(row.slice(i, i + length), " ");
  }
  return rest.replace(/[\s\p{N}]/gu, "");
}

/** `own`: the person's names, sign-in name and organisation; they count as known words. */
export function passwordFault(password: string, own: readonly string[]): Failure | null {
  const text = password.normalize("NFC");
  if ([...text].length < shortest) return fail.password_short({ values: { shortest } });
  if (isTooLong(text)) return fail.password_long();
  const folded = letters(text);
  // Scripts without letters and digits we know of (emoji): judged by variety alone.
  if (folded.length === 0) return isRepeated(text) ? fail.password_guessable() : null;
  const ownWords = own.flatMap((o) => [letters(o), ...plain(o).split(/[^\p{L}\p{N}]+/u)]).filter((w) => w.length >= 3);
  const words = [...ownWords, ...blockedWords].sort((a, b) => b.length - a.length);
  const unleet = letters([...plain(text).replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "")].map((c) => leet[c] ?? c).join(""));
  const other = [...text].filter((c) => !/[\p{L}\p{N}\p{P}\p{S}\s]/u.test(c)).length;
  const shows = isRepeated(plain(text)) || Math.min(unknownRest(folded, words).length, unknownRest(unleet, words).length) + other < 4;
  return shows ? fail.password_guessable() : null;
}
