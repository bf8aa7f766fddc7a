/** Draws one line of mixed scripts and directions: bidi runs in visual order (UAX #9), each in a font that has its letters. */
import bidiModule from "bidi-js";
import type PDFDocument from "pdfkit";

type Doc = InstanceType<typeof PDFDocument>;
export type Weight = "regular" | "bold";
interface Run { readonly text: string; readonly font: string; readonly isRtl: boolean }

// The package's types describe an ES module; what Node loads is its default export itself.
const bidi = (bidiModule as unknown as typeof bidiModule.default)();
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
// Isolates (UAX #9, 2.4.2) steer the order and are not drawn.
const isolates = new Set(["\u2066", "\u2067", "\u2068", "\u2069"]);
/** Keeps a code or number together, left to right, inside right-to-left text. */
export const isolated = (text: string): string => `\u2066${text}\u2069`;

/** Families by Unicode block; what none of them covers falls to the CJK font. Order matters: the first that matches. */
const families: readonly { readonly name: string; readonly hasBold: boolean; covers(cp: number): boolean }[] = [
  { name: "arabic", hasBold: true, covers: (c) => (c >= 0x600 && c <= 0x6ff) || (c >= 0x750 && c <= 0x77f) || (c >= 0x8a0 && c <= 0x8ff) || (c >= 0xfb50 && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) },
  { name: "hebrew", hasBold: false, covers: (c) => (c >= 0x590 && c <= 0x5ff) || (c >= 0xfb1d && c <= 0xfb4f) },
  { name: "devanagari", hasBold: false, covers: (c) => (c >= 0x900 && c <= 0x97f) || (c >= 0xa8e0 && c <= 0xa8ff) },
  { name: "thai", hasBold: false, covers: (c) => c >= 0xe00 && c <= 0xe7f },
  { name: "latin", hasBold: true, covers: (c) => c < 0x590 || (c >= 0x1d00 && c <= 0x2bff) || (c >= 0xa640 && c <= 0xa7ff) || (c >= 0xab30 && c <= 0xab6f) || (c >= 0xfb00 && c <= 0xfb06) },
];

// Spaces, digits and marks belong to the run before them, so that a name is shaped as a whole.
const isNeutral = (c: number): boolean => c === 0x20 || c === 0xa0 || (c >= 0x300 && c <= 0x36f) || (c >= 0x2000 && c <= 0x206f);

function fontFor(cp: number, weight: Weight, before: string | undefined): string {
  if (isNeutral(cp) && before !== undefined) return before;
  const family = families.find((f) => f.covers(cp));
  return family ? `${family.name}-${family.hasBold ? weight : "regular"}` : "cjk-regular";
}

/** Runs of one direction and one font, in the order in which they stand on the page from left to right. */
export function visualRuns(text: string, weight: Weight, base: "ltr" | "rtl"): Run[] {
  const levels = bidi.getEmbeddingLevels(text, base);
  const mirrored = bidi.getMirroredCharactersMap(text, levels.levels);
  const runs: { text: string; font: string; level: number; isAlone: boolean }[] = [];
  let at = 0;
  for (const char of text) {
    const level = levels.levels[at] ?? 0;
    const pair = mirrored.get(at);
    at += char.length;
    if (isolates.has(char)) continue;
    const last = runs.at(-1);
    const font = fontFor(char.codePointAt(0) ?? 0, weight, last !== undefined && last.level === level ? last.font : undefined);
    // A bracket stands alone: shaped with its neighbours, the font would mirror it a second time.
    if (pair !== undefined) runs.push({ text: pair, font, level, isAlone: true });
    else if (last !== undefined && last.level === level && last.font === font && !last.isAlone) last.text += char;
    else runs.push({ text: char, font, level, isAlone: false });
  }
  const highest = Math.max(0, ...runs.map((r) => r.level));
  for (let level = highest; level > 0; level--) {
    for (let i = 0; i < runs.length; i++) {
      if ((runs[i]?.level ?? 0) < level) continue;
      let end = i;
      while ((runs[end + 1]?.level ?? 0) >= level) end++;
      runs.splice(i, end - i + 1, ...runs.slice(i, end + 1).reverse());
      i = end;
    }
  }
  return runs.map((r) => {
    // Without a right-to-left letter the font shapes left to right, so such a run (", ") is turned by hand.
    const isShaped = rightToLeft.test(r.text);
    return { text: r.level % 2 === 1 && !isShaped ? [...r.text].reverse().join("") : r.text, font: r.font, isRtl: r.level % 2 === 1 && isShaped };
  });
}

// With features given, pdfkit shapes the run as a whole; without, it lays out word by word and reverses Arabic word order.
const featuresOf = (run: Run): PDFKit.Mixins.OpenTypeFeatures[] => (run.isRtl ? ["rtla"] : ["kern", "liga"]);

export function widthOf(doc: Doc, text: string, size: number, weight: Weight, base: "ltr" | "rtl"): number {
  let width = 0;
  for (const run of visualRuns(text, weight, base)) width += doc.font(run.font).fontSize(size).widthOfString(run.text, { features: featuresOf(run) });
  return width;
}

export interface LineAt { readonly x: number; readonly y: number; readonly width: number; readonly align: "start" | "center" | "end"; readonly base: "ltr" | "rtl"; readonly weight: Weight; readonly size: number; readonly color: string }

/** Draws one line inside `width`; `start` is the right edge for a right-to-left base. */
export function drawLine(doc: Doc, text: string, at: LineAt): void {
  const width = widthOf(doc, text, at.size, at.weight, at.base);
  const toLeft = at.align === "center" ? (at.width - width) / 2 : (at.align === "start") === (at.base === "ltr") ? 0 : at.width - width;
  let x = at.x + toLeft;
  for (const run of visualRuns(text, at.weight, at.base)) {
    doc.font(run.font).fontSize(at.size).fillColor(at.color);
    const features = featuresOf(run);
    doc.text(run.text, x, at.y, { lineBreak: false, features });
    x += doc.widthOfString(run.text, { features });
  }
}

/** Breaks at spaces (anywhere, for scripts without them) into at most `most` lines at the largest size between `max` and `min` that fits. */
export function fit(doc: Doc, text: string, width: number, weight: Weight, base: "ltr" | "rtl", max: number, min: number, most: number): { size: number; lines: string[] } {
  for (let size = max; size >= min; size -= 1) {
    const lines = breakLines(doc, text, width, size, weight, base);
    if (lines.length <= most) return { size, lines };
  }
  const lines = breakLines(doc, text, width, min, weight, base);
  return { size: min, lines: [...lines.slice(0, most - 1), `${lines[most - 1] ?? ""}${lines.length > most ? "…" : ""}`] };
}

function breakLines(doc: Doc, text: string, width: number, size: number, weight: Weight, base: "ltr" | "rtl"): string[] {
  const lines: string[] = [];
  let line = "";
  const pieces = text.split(/(?<=[ -])/u).flatMap((word) => (widthOf(doc, word, size, weight, base) > width ? [...word] : [word]));
  for (const piece of pieces) {
    if (line !== "" && widthOf(doc, (line + piece).trimEnd(), size, weight, base) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines.length === 0 ? [""] : lines;
}
