/** Renders one certificate as PDF/A-2b. Runs in a worker thread; its bytes depend on the frozen record alone. */
import { fileURLToPath } from "node:url";
import PDFDocument from "pdfkit";
import { encode } from "uqr";
import { drawLine, fit, isolated, widthOf, type LineAt } from "./lines.ts";
import { dayText, instantText, placeOf, wordsFor, type Words } from "./words.ts";

/** The frozen record as `modules/certificates/contract.ts` declares it. */
export interface Printed {
  readonly number: string; readonly verifyUrl: string; readonly language: string; readonly organisation: string; readonly holder: string; readonly course: string; readonly courseVersion: number;
  readonly courseSha256: string; readonly requirement: string | null; readonly achievedOn: string; readonly zone: string; readonly scorePercent: number | null; readonly validThroughOn: string | null; readonly issuedAt: string; readonly signatureLine: string;
}

const font = (file: string): string => fileURLToPath(new URL(`./fonts/${file}.ttf`, import.meta.url));
const fonts: readonly (readonly [string, string])[] = [
  ["latin-regular", "NotoSans-Regular"], ["latin-bold", "NotoSans-Bold"], ["arabic-regular", "NotoNaskhArabic-Regular"], ["arabic-bold", "NotoNaskhArabic-Bold"],
  ["hebrew-regular", "NotoSansHebrew-Regular"], ["thai-regular", "NotoSansThai-Regular"], ["devanagari-regular", "NotoSansDevanagari-Regular"], ["cjk-regular", "DroidSansFallback"],
];

const ink = "#14262b";
const soft = "#51636a";
const accent = "#0f5c63";
const page = { width: 841.89, height: 595.28, margin: 56 };
type Doc = InstanceType<typeof PDFDocument>;

function frame(doc: Doc): void {
  doc.rect(0, 0, page.width, page.height).fill("#ffffff");
  doc.rect(20, 20, page.width - 40, page.height - 40).lineWidth(1).stroke("#c9d6d8");
  doc.rect(20, 20, page.width - 40, 10).fill(accent);
}

/** The QR code as one filled path: sharp at every size, a few hundred bytes. */
function qr(doc: Doc, url: string, x: number, y: number, side: number): void {
  const { data, size } = encode(url, { ecc: "M", border: 0 });
  const cell = side / size;
  data.forEach((row, r) => { row.forEach((on, c) => { if (on) doc.rect(x + c * cell, y + r * cell, cell, cell); }); });
  doc.fill(ink);
}

function facts(words: Words, r: Printed): (readonly [string, string])[] {
  const through = r.validThroughOn === null ? words.noEnd : `${dayText(r.language, r.validThroughOn)} (${placeOf(r.zone)})`;
  return [
    [words.achieved, `${dayText(r.language, r.achievedOn)} (${placeOf(r.zone)})`], [words.through, through],
    ...(r.scorePercent === null ? [] : [[words.score, isolated(`${r.scorePercent} %`)] as const]),
    ...(r.requirement === null ? [] : [[words.requirement, r.requirement] as const]),
    [words.number, isolated(r.number)], [words.version, String(r.courseVersion)], [words.issued, `${instantText(r.language, r.issuedAt, r.zone)} (${placeOf(r.zone)})`],
  ];
}

function block(doc: Doc, text: string, at: Omit<LineAt, "size">, max: number, min: number, most: number): number {
  const { size, lines } = fit(doc, text, at.width, at.weight, at.base, max, min, most);
  lines.forEach((line, i) => { drawLine(doc, line, { ...at, size, y: at.y + i * size * 1.25 }); });
  return at.y + lines.length * size * 1.25;
}

function draw(doc: Doc, r: Printed): void {
  const words = wordsFor(r.language);
  const base = words.dir;
  const width = page.width - 2 * page.margin;
  const at = { x: page.margin, width, align: "center", base } as const;
  frame(doc);
  let y = block(doc, r.organisation, { ...at, y: 58, weight: "bold", color: accent }, 16, 9, 1);
  y = block(doc, words.title, { ...at, y: y + 16, weight: "bold", color: ink }, 36, 36, 1);
  y = block(doc, words.holds, { ...at, y: y + 8, weight: "regular", color: soft }, 12, 12, 1);
  y = block(doc, r.holder, { ...at, y: y + 6, weight: "bold", color: ink }, 30, 15, 2);
  y = block(doc, words.course, { ...at, y: y + 10, weight: "regular", color: soft }, 12, 12, 1);
  y = block(doc, r.course, { ...at, y: y + 6, weight: "bold", color: accent }, 20, 11, 2);

  const bottom = 352;
  const side = 118;
  const left = base === "ltr" ? page.margin + 12 : page.margin + side + 40;
  const textWidth = width - side - 60;
  const qrX = base === "ltr" ? page.width - page.margin - side - 8 : page.margin + 8;
  const rows = facts(words, r);
  const labelWidth = Math.max(...rows.map(([label]) => widthOf(doc, label, 9.5, "regular", base))) + 18;
  rows.forEach(([label, value], i) => {
    const line = { y: Math.max(y + 12, bottom) + i * 18.5, base } as const;
    drawLine(doc, label, { ...line, x: base === "ltr" ? left : left + textWidth - labelWidth, width: labelWidth, align: "start", weight: "regular", size: 9.5, color: soft });
    const { size, lines } = fit(doc, value, textWidth - labelWidth, "regular", base, 10, 7, 1);
    drawLine(doc, lines[0] ?? "", { ...line, x: base === "ltr" ? left + labelWidth : left, width: textWidth - labelWidth, align: "start", weight: "regular", size, color: ink });
  });
  qr(doc, r.verifyUrl, qrX, bottom, side);
  drawLine(doc, words.check, { x: qrX - 20, y: bottom + side + 8, width: side + 40, align: "center", base, weight: "bold", size: 9, color: ink });
  if (r.signatureLine !== "") drawLine(doc, fit(doc, r.signatureLine, textWidth, "regular", base, 10, 7, 1).lines[0] ?? "", { x: left, y: 498, width: textWidth, align: "start", base, weight: "bold", size: 10, color: ink });
  doc.save().moveTo(page.margin, 522).lineTo(page.width - page.margin, 522).lineWidth(0.5).stroke("#c9d6d8").restore();
  drawLine(doc, `${words.hash}: ${isolated(r.courseSha256)}`, { x: page.margin, y: 530, width, align: "center", base, weight: "regular", size: 7.5, color: soft });
  const link = fit(doc, r.verifyUrl, width, "regular", "ltr", 7.5, 5, 1);
  drawLine(doc, link.lines[0] ?? "", { x: page.margin, y: 543, width, align: "center", base: "ltr", weight: "regular", size: link.size, color: accent });
  doc.link(page.margin, 541, width, 12, r.verifyUrl);
}

export async function run({ record }: { record: Printed }): Promise<Uint8Array> {
  const words = wordsFor(record.language);
  const doc = new PDFDocument({
    size: "A4", layout: "landscape", margin: 0, font: font("NotoSans-Regular"), pdfVersion: "1.7", subset: "PDF/A-2b", tagged: true, lang: record.language, displayTitle: true, autoFirstPage: false,
    info: { Title: `${words.title} ${record.number}`, Author: record.organisation, Subject: record.course, CreationDate: new Date(record.issuedAt), ModDate: new Date(record.issuedAt), Creator: "Muster", Producer: "Muster" },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    doc.on("data", (chunk: Buffer) => { chunks.push(chunk); });
    doc.on("end", () => { resolve(new Uint8Array(Buffer.concat(chunks))); });
    doc.on("error", reject);
  });
  for (const [name, file] of fonts) doc.registerFont(name, font(file));
  doc.addPage();
  const structure = doc.struct("Document");
  doc.addStructure(structure);
  structure.add(doc.struct("P", { actual: plainText(words, record) }, () => { draw(doc, record); }));
  structure.end();
  doc.end();
  return done;
}

/** What a screen reader reads instead of shaped runs. */
const plainText = (words: Words, r: Printed): string =>
  [r.organisation, words.title, words.holds, r.holder, words.course, r.course, r.signatureLine, ...facts(words, r).map(([label, value]) => `${label}: ${value.replace(/[\u2066-\u2069]/g, "")}`), `${words.check}: ${r.verifyUrl}`].join(". ");
