/**
 * Records out of a slice of the file, in constant memory. Bytes are parsed before they are decoded (quotes, delimiters and
 * line ends are single bytes in every supported encoding), so the offset of each record is exact and work can resume there.
 */
import { parse } from "csv-parse/sync";
import iconv from "iconv-lite";

export const sliceBytes = 262_144;
const largestRecord = 98_304;
const mostRepairs = 50;

export interface Slice { readonly bytes: Uint8Array; readonly atEnd: boolean; readonly encoding: string; readonly delimiter: string }
export interface CsvRecord {
  readonly cells: string[];
  /** A quotation mark was opened and never closed: the line was split without regard to quotes. */
  readonly open?: true;
}
export interface Parsed { readonly records: CsvRecord[]; readonly consumed: number; /** More than 50 lines with broken quotes. */ readonly hopeless: boolean }

interface Fault { readonly code?: string }

const plain = /^[\x00-\x7f]*$/;

export function parseSlice({ bytes, atEnd, encoding, delimiter }: Slice): Parsed {
  const isWide = encoding.startsWith("UTF-16");
  let source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Half a character at the end would part a "\r" from its "\n".
  if (isWide) source = source.subarray(0, source.length & ~1);
  if (encoding === "UTF-16BE") source = Buffer.from(source).swap16();
  const raw: BufferEncoding = encoding === "UTF-8" ? "utf8" : isWide ? "utf16le" : "latin1";
  const decode = raw === "latin1" ? (s: string): string => (plain.test(s) ? s : iconv.decode(Buffer.from(s, "latin1"), encoding)) : isWide ? (s: string): string => s.toWellFormed() : (s: string): string => s;
  const records: { cells: string[]; end: number; open?: true }[] = [];
  let offset = 0;
  let repairs = 0;
  for (;;) {
    const base = offset;
    let fault: Fault | undefined;
    try {
      parse(source.subarray(base), {
        delimiter, encoding: raw, quote: '"', escape: '"', relax_column_count: true, relax_quotes: true, record_delimiter: ["\r\n", "\n", "\r"], max_record_size: largestRecord, bom: false,
        on_record: (cells: string[], context) => { records.push({ cells: cells.map(decode), end: base + context.bytes }); return null; },
      });
    } catch (error) { fault = error as Fault; }
    if (!fault) break;
    const isOpen = fault.code === "CSV_QUOTE_NOT_CLOSED";
    if (!isOpen && fault.code !== "CSV_MAX_RECORD_SIZE") throw fault;
    if (isOpen && !atEnd) return { records: records.map(strip), consumed: records.at(-1)?.end ?? 0, hopeless: false };
    if (++repairs > mostRepairs) return { records: records.map(strip), consumed: records.at(-1)?.end ?? 0, hopeless: true };
    const start = records.at(-1)?.end ?? 0;
    offset = afterLine(source, start, isWide);
    const text = decode(source.toString(raw, start, offset)).replace(/[\r\n]+$/, "").slice(0, 2_000);
    records.push({ cells: text.split(delimiter), end: offset, open: true });
    if (offset >= source.length) break;
  }
  // The last record of a slice may go on in the next one.
  const whole = atEnd ? records : records.slice(0, -1);
  return { records: whole.map(strip), consumed: atEnd ? source.length : whole.at(-1)?.end ?? 0, hopeless: false };
}

const strip = (r: { cells: string[]; open?: true }): CsvRecord => (r.open ? { cells: r.cells, open: true } : { cells: r.cells });

function afterLine(source: Buffer, from: number, isWide: boolean): number {
  const step = isWide ? 2 : 1;
  for (let i = from; i < source.length; i += step) {
    if (isWide && source[i + 1] !== 0) continue;
    if (source[i] === 10) return i + step;
    if (source[i] === 13) return source[i + step] === 10 && (!isWide || source[i + 3] === 0) ? i + 2 * step : i + step;
  }
  return source.length;
}

export const delimiters = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof delimiters)[number];

export const isBlank = (cells: readonly string[]): boolean => cells.every((c) => c.trim() === "");

/** The delimiter that cuts the first lines most evenly into the most cells; a comma if none does. */
export function detectDelimiter(head: Omit<Slice, "delimiter">): { delimiter: Delimiter; isSure: boolean } {
  const scored = delimiters.map((delimiter) => {
    const rows = parseSlice({ ...head, delimiter }).records.filter((r) => !isBlank(r.cells)).slice(0, 50);
    const first = rows[0]?.cells.length ?? 0;
    const even = rows.filter((r) => r.cells.length === first).length;
    return { delimiter, cells: first, score: rows.length === 0 || first < 2 ? 0 : (even / rows.length) ** 2 * Math.min(first, 10) };
  }).sort((a, b) => b.score - a.score);
  const best = scored[0];
  if (!best || best.score === 0) return { delimiter: ",", isSure: false };
  return { delimiter: best.delimiter, isSure: (scored[1]?.score ?? 0) < best.score * 0.8 };
}
