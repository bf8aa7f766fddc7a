/** Parsing and reading rows away from the main thread. One call per slice of the file; nothing is kept between calls. */
import { emptyProfile, observe, type DateProfile } from "./rules/dates.ts";
import { detectEncoding, kindOf, type Encoding, type Kind } from "./rules/encoding.ts";
import { indexed, readRow, type RowPlan, type RowReading } from "./rules/row.ts";
import { detectDelimiter, isBlank, parseSlice, type Delimiter, type Slice } from "./rules/slice.ts";

export interface ColumnProfile { filled: number; emails: number; numbers: number; longest: number; dates: DateProfile }
export type Task =
  | { readonly kind: "look"; readonly head: Uint8Array; readonly isUtf8: boolean; readonly atEnd: boolean; readonly encoding: string | null; readonly delimiter: string | null }
  | { readonly kind: "profile"; readonly slice: Slice; readonly width: number; readonly skip: number }
  | { readonly kind: "rows" | "index"; readonly slice: Slice; readonly plan: RowPlan; readonly firstRow: number; readonly headerRow: number };

export interface Look { readonly kind: Kind; readonly encoding: Encoding; readonly delimiter: Delimiter | string; readonly isDelimiterSure: boolean; readonly offset: number; readonly rows: readonly (readonly string[])[] }
export interface Profile { readonly columns: ColumnProfile[]; readonly records: number; readonly filledRecords: number; readonly consumed: number; readonly hopeless: boolean }
export interface Indexed { readonly rows: ReturnType<typeof indexed>[]; readonly records: number; readonly consumed: number; readonly hopeless: boolean }
export interface Rows { readonly rows: RowReading[]; readonly records: number; readonly consumed: number; readonly hopeless: boolean }

const isEmail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function look(task: Extract<Task, { kind: "look" }>): Look {
  const kind = kindOf(task.head);
  const found = detectEncoding(task.head, task.isUtf8);
  const encoding = task.encoding === null ? found : { ...found, name: task.encoding, trust: "certain" as const, bom: found.bom > 0 && found.name === task.encoding ? found.bom : 0 };
  const rest = task.head.subarray(encoding.bom);
  // Excel's own hint: a first line "sep=;".
  const hint = /^sep=(.)\r?\n?/i.exec(Buffer.from(rest.subarray(0, 32)).toString(encoding.name === "UTF-16LE" ? "utf16le" : "latin1").split(/(?<=\n)/)[0] ?? "");
  const hinted = hint ? (hint[0].length * (encoding.name.startsWith("UTF-16") ? 2 : 1)) : 0;
  const bytes = rest.subarray(hinted);
  const guess = detectDelimiter({ bytes: bytes.subarray(0, 131_072), atEnd: task.atEnd && bytes.length <= 131_072, encoding: encoding.name });
  const delimiter = task.delimiter ?? hint?.[1] ?? guess.delimiter;
  const rows = parseSlice({ bytes, atEnd: task.atEnd, encoding: encoding.name, delimiter }).records.slice(0, 60).map((r) => r.cells.slice(0, 501).map((c) => c.toWellFormed().replaceAll("\0", "\u2400").slice(0, 300)));
  return { kind, encoding, delimiter, isDelimiterSure: task.delimiter !== null || hint !== null || guess.isSure, offset: encoding.bom + hinted, rows };
}

function profile(task: Extract<Task, { kind: "profile" }>): Profile {
  const parsed = parseSlice(task.slice);
  const columns = Array.from({ length: task.width }, (): ColumnProfile => ({ filled: 0, emails: 0, numbers: 0, longest: 0, dates: emptyProfile() }));
  let filledRecords = 0;
  parsed.records.forEach((record, i) => {
    if (i < task.skip || isBlank(record.cells)) return;
    filledRecords++;
    columns.forEach((column, n) => {
      const cell = (record.cells[n] ?? "").trim();
      if (cell === "") return;
      column.filled++;
      if (cell.length > column.longest) column.longest = cell.length;
      if (/^\d+$/.test(cell)) column.numbers++;
      else if (isEmail.test(cell)) column.emails++;
      observe(column.dates, cell);
    });
  });
  return { columns, records: parsed.records.length, filledRecords, consumed: parsed.consumed, hopeless: parsed.hopeless };
}

function rows(task: Extract<Task, { kind: "rows" | "index" }>): Rows {
  const parsed = parseSlice(task.slice);
  const out: RowReading[] = [];
  parsed.records.forEach((record, i) => {
    const row = task.firstRow + i;
    if (row > task.headerRow && !isBlank(record.cells)) out.push(readRow(record, row, task.plan));
  });
  return { rows: out, records: parsed.records.length, consumed: parsed.consumed, hopeless: parsed.hopeless };
}

export function run(task: Task): Look | Profile | Rows | Indexed {
  switch (task.kind) {
    case "look": return look(task);
    case "profile": return profile(task);
    case "rows": return rows(task);
    case "index": { const r = rows(task); return { ...r, rows: r.rows.map((one) => indexed(one, task.plan.today)) }; }
  }
}
