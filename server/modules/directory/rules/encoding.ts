/** Which encoding a file is in, and how sure that is. Bytes in, words out; no I/O. */
import chardet from "chardet";
import iconv from "iconv-lite";

export interface Encoding {
  /** Name for people and iconv-lite: "UTF-8", "UTF-16LE", "windows-1252", "macintosh" … */
  readonly name: string;
  /** `certain`: a byte order mark or valid UTF-8 with characters that prove it; `likely`; `guessed`: please look at the names. */
  readonly trust: "certain" | "likely" | "guessed";
  /** Bytes before the first character. */
  readonly bom: number;
}

export const encodings = ["UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1257", "ISO-8859-2", "ISO-8859-15", "macintosh", "cp850", "cp437",
  "KOI8-R", "Shift_JIS", "EUC-JP", "EUC-KR", "GB18030", "Big5"] as const;
export type EncodingName = (typeof encodings)[number];

export type Kind = "text" | "archive" | "binary";

/** Archives (an .xlsx is one), old Excel files, PDF and the like are told from text by how they begin. */
export function kindOf(head: Uint8Array): Kind {
  const starts = (...bytes: number[]): boolean => bytes.every((b, i) => head[i] === b);
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06) || starts(0xd0, 0xcf, 0x11, 0xe0) || starts(0x1f, 0x8b) || starts(0x37, 0x7a, 0xbc, 0xaf) || starts(0x52, 0x61, 0x72, 0x21)) return "archive";
  if (starts(0x25, 0x50, 0x44, 0x46) || starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff) || starts(0x7f, 0x45, 0x4c, 0x46)) return "binary";
  let controls = 0;
  let zeros = 0;
  const seen = Math.min(head.length, 65_536);
  for (let i = 0; i < seen; i++) {
    const b = head[i] ?? 0;
    if (b === 0) zeros++;
    if (b < 32 && b !== 9 && b !== 10 && b !== 13 && b !== 0) controls++;
  }
  return seen > 0 && (controls / seen > 0.05 || zeros / seen > 0.05) && wide(head) === null ? "binary" : "text";
}

/** UTF-16 without a mark: nearly every second byte of Latin text is zero. */
function wide(head: Uint8Array): "UTF-16LE" | "UTF-16BE" | null {
  const n = Math.min(head.length & ~1, 65_536);
  if (n < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  if (odd > n * 0.3 && even < n * 0.02) return "UTF-16LE";
  if (even > n * 0.3 && odd < n * 0.02) return "UTF-16BE";
  return null;
}

const letter = /\p{L}/u;
const symbol = /[^\p{L}\p{N}\p{P}\p{Zs}\s]/u;

/**
 * How well text reads in an encoding: letters inside words speak for it, symbols, controls and capitals in the middle of a
 * lower-case word against it ("M\u00fcller" in Mac Roman read as Windows is "MŸller").
 */
export function readability(text: string): number {
  let score = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c < "\u0080") continue;
    const before = text[i - 1] ?? " ";
    const after = text[i + 1] ?? " ";
    const inWord = letter.test(before) || letter.test(after);
    if (c >= "\u0080" && c <= "\u009f") score -= 8;
    else if (c === "\ufffd") score -= 10;
    else if (letter.test(c)) {
      const isUpper = c !== c.toLowerCase();
      const lowerBefore = letter.test(before) && before === before.toLowerCase() && before !== before.toUpperCase();
      const upperNeighbour = letter.test(before) && before !== before.toLowerCase() && letter.test(after) && after !== after.toLowerCase();
      score += isUpper && lowerBefore ? -4 : !isUpper && upperNeighbour && c !== "ß" ? -3 : c === "ª" || c === "º" ? -2 : 2;
    } else if (inWord && c !== "\u2019" && c !== "\u2018" && c !== "\u00b4" && c !== "\u2013" && c !== "\u00a0" && c !== "\u00ad") score -= symbol.test(c) || letter.test(before) && letter.test(after) ? 4 : 2;
  }
  return score;
}

const westerns = ["windows-1252", "macintosh", "windows-1250", "cp850"] as const;
const others: Readonly<Record<string, EncodingName>> = {
  "windows-1251": "windows-1251", "KOI8-R": "KOI8-R", "ISO-8859-5": "windows-1251", "windows-1253": "windows-1253", "ISO-8859-7": "windows-1253", "Shift_JIS": "Shift_JIS", "EUC-JP": "EUC-JP", "EUC-KR": "EUC-KR",
  GB18030: "GB18030", Big5: "Big5",
};

/** `isUtf8`: the whole file is valid UTF-8. `head`: its first megabyte. */
export function detectEncoding(head: Uint8Array, isUtf8: boolean): Encoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: "UTF-8", trust: "certain", bom: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { name: "UTF-16LE", trust: "certain", bom: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: "UTF-16BE", trust: "certain", bom: 2 };
  const w = wide(head);
  if (w) return { name: w, trust: "likely", bom: 0 };
  if (isUtf8) return { name: "UTF-8", trust: "certain", bom: 0 };
  // Only the lines with bytes above ASCII tell anything; the rest would drown them.
  const telling = tellingPart(head);
  const matches = chardet.analyse(telling);
  const foreign = matches.find((m) => others[m.name] !== undefined);
  const best = matches.find((m) => m.name !== "UTF-8");
  if (foreign && best && (isForeignScript(telling) || foreign.confidence >= 60 && (best === foreign || foreign.confidence > best.confidence))) return { name: others[foreign.name] ?? foreign.name, trust: "likely", bom: 0 };
  const scored = westerns.map((name) => ({ name, score: readability(iconv.decode(Buffer.from(telling), name)) })).sort((a, b) => b.score - a.score);
  const first = scored[0] ?? { name: "windows-1252", score: 0 };
  // Central European and Western letters share bytes; then the language statistics decide, in doubt for Western.
  const western = scored.find((s) => s.name === "windows-1252");
  const central = scored.find((s) => s.name === "windows-1250");
  if (western && central && western.score >= first.score - 1 && central.score >= western.score - 1) {
    const c = matches.find((m) => m.name === "windows-1250" || m.name === "ISO-8859-2")?.confidence ?? 0;
    const l = matches.find((m) => m.name === "windows-1252" || m.name === "ISO-8859-1")?.confidence ?? 0;
    return { name: c > l * 1.3 ? "windows-1250" : "windows-1252", trust: c > l * 1.3 ? "guessed" : "likely", bom: 0 };
  }
  if (western && western.score >= first.score) return { name: "windows-1252", trust: "likely", bom: 0 };
  return { name: first.name, trust: "guessed", bom: 0 };
}

/** In Latin text accented letters stand among plain ones; in other scripts whole words lie above ASCII. */
function isForeignScript(bytes: Uint8Array): boolean {
  let high = 0;
  let pairs = 0;
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] ?? 0) < 0x80) continue;
    high++;
    if ((bytes[i + 1] ?? 0) >= 0x80 || (bytes[i - 1] ?? 0) >= 0x80) pairs++;
  }
  return high > 8 && pairs / high > 0.8;
}

function tellingPart(head: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  let from = 0;
  for (let i = 0; i <= head.length && size < 60_000; i++) {
    if (i < head.length && head[i] !== 10 && head[i] !== 13) continue;
    const part = head.subarray(from, i + 1);
    if (part.some((b) => b >= 0x80)) { parts.push(part); size += part.length; }
    from = i + 1;
  }
  return Buffer.concat(parts);
}
