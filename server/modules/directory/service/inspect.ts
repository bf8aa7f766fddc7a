/** What a file holds: encoding, delimiter, header, columns, a sample, and what each column probably means. Writes nothing. */
import { fail } from "../failures.ts";
import type { ColumnProfile, Profile } from "../csv.worker.ts";
import type { Options } from "../contract.ts";
import { datesIn, guessMapping, orderOf, type Target } from "../rules.ts";
import { encodings } from "../rules/encoding.ts";
import type { FileColumn, SampleRow } from "../store/columns.ts";
import { batches, look, type Machine, type Source } from "./source.ts";

export interface Inspection {
  readonly encoding: string;
  readonly encodingTrust: "certain" | "likely" | "guessed";
  readonly delimiter: string;
  readonly isDelimiterSure: boolean;
  readonly offset: number;
  readonly header: number;
  readonly rowCount: number;
  readonly columns: readonly FileColumn[];
  readonly sample: readonly SampleRow[];
}

const blank = (cells: readonly string[]): boolean => cells.every((c) => c.trim() === "");
const oneLine = (s: string): string => s.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();

export async function inspect(m: Machine, source: Source, wanted: Pick<Options, "encoding" | "delimiter" | "headerRow">, remembered: ReadonlyMap<string, Target | null>): Promise<Inspection> {
  if (source.size === 0) throw fail.empty_file();
  if (wanted.encoding !== null && !(encodings as readonly string[]).includes(wanted.encoding)) throw fail.encoding_unknown();
  const seen = await look(m, source, wanted.encoding, wanted.delimiter);
  if (seen.kind === "archive") throw fail.is_workbook();
  if (seen.kind === "binary") throw fail.is_binary();
  const header = wanted.headerRow ?? seen.rows.findIndex((r) => !blank(r)) + 1;
  const names = seen.rows[header - 1];
  if (!names || blank(names)) throw fail.empty_file();
  if (names.length > 500) throw fail.too_many_columns();
  let width = names.length;
  // A delimiter at the end of the header line makes no column.
  while (width > 1 && (names[width - 1] ?? "").trim() === "" && seen.rows.slice(header).every((r) => (r[width - 1] ?? "").trim() === "")) width--;
  const sample = seen.rows.flatMap((cells, i) => i >= header && !blank(cells) ? [{ row: i + 1, cells: cells.slice(0, width) }] : []);
  const totals = await profileColumns(m, source, { encoding: seen.encoding.name, delimiter: seen.delimiter, offset: seen.offset }, width, header);
  if (totals.rowCount === 0) throw fail.only_header();
  const headers = Array.from({ length: width }, (_, i) => oneLine(names[i] ?? "").normalize("NFC").slice(0, 200) || `Column ${i + 1}`);
  const guesses = guessMapping(headers.map((h, i) => {
    const c = totals.columns[i];
    return { header: h, looksLikeEmail: c !== undefined && c.emails > 0 && c.emails >= c.filled * 0.9, looksLikeNumber: c !== undefined && c.filled > 0 && c.numbers >= c.filled * 0.9 };
  }), remembered);
  return {
    encoding: seen.encoding.name, encodingTrust: seen.encoding.trust, delimiter: seen.delimiter, isDelimiterSure: seen.isDelimiterSure, offset: seen.offset, header, rowCount: totals.rowCount, sample: sample.slice(0, 20),
    columns: headers.map((h, index): FileColumn => {
      const c = totals.columns[index];
      const isDates = c !== undefined && c.filled > 0 && datesIn(c.dates) >= c.filled * 0.5 && (datesIn(c.dates) > c.dates.serial + c.dates.compact || guesses[index] === "started" || guesses[index] === "ended");
      return {
        index, header: h, guess: guesses[index] ?? null, filled: c?.filled ?? 0, longest: c?.longest ?? 0, samples: sample.map((s) => oneLine(s.cells[index] ?? "")).filter((s) => s !== "").slice(0, 3).map((s) => s.slice(0, 80)),
        dateOrder: isDates ? orderOf(c.dates) : null,
      };
    }),
  };
}

async function profileColumns(m: Machine, source: Source, how: { encoding: string; delimiter: string; offset: number }, width: number, header: number): Promise<{ columns: ColumnProfile[]; rowCount: number }> {
  const columns: ColumnProfile[] = [];
  let rowCount = 0;
  for await (const { batch } of batches<Profile>(m, source, how, { offset: how.offset, row: 1 }, (slice, place) => ({ kind: "profile", slice, width, skip: Math.max(0, header - place.row + 1) }))) {
    rowCount += batch.filledRecords;
    batch.columns.forEach((c, i) => {
      const sum = columns[i];
      if (!sum) { columns[i] = c; return; }
      sum.filled += c.filled; sum.emails += c.emails; sum.numbers += c.numbers; sum.longest = Math.max(sum.longest, c.longest);
      for (const k of Object.keys(c.dates) as (keyof typeof c.dates)[]) sum.dates[k] += c.dates[k];
    });
  }
  return { columns, rowCount };
}
