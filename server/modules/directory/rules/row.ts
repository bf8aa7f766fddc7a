/** One row of a file by itself: cells → values, with every reason to refuse it and every doubt. Runs in a worker thread. */
import { readDate, type DateOrder } from "./dates.ts";
import { countryCode, isZone, languageCode } from "./places.ts";
import { reason, type Reason } from "./reasons.ts";
import type { CsvRecord } from "./slice.ts";
import type { Target } from "./targets.ts";

export interface RowPlan {
  readonly width: number;
  readonly columns: readonly { readonly index: number; readonly header: string; readonly target: Target; readonly order: DateOrder | "not_needed" | "ask" }[];
  /** Today at the company; its year decides two-digit years. */
  readonly today: string;
}

/** Values by attribute; only what the file has a column for. Null: the cell is empty. */
export type RowValues = Readonly<Record<string, string | null>>;
export interface RowReading { readonly row: number; readonly cells: readonly string[]; readonly values: RowValues; readonly reasons: readonly Reason[]; readonly warnings: readonly Reason[] }

const longestName = 120;
const longestValue = 200;
const email = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s@.]{2,}$/;
const forbidden = /[\u0000\ud800-\udfff]/;
const control = /[\u0000-\u001f\u007f\u2028\u2029]+/g;
// "Nguy?n", "?ukasz", "Zden?k": a question mark inside or at the start of a word of a name, or the replacement character.
const lost = /\ufffd|\p{L}\?\p{L}|^\?\p{L}|[\s-]\?\p{L}/u;

const clean = (cell: string): string => cell.replace(control, " ").replace(/[\u00a0\s]+/g, " ").trim();

interface Notes { readonly reasons: Reason[]; readonly warnings: Reason[] }

function composed(value: string, notes: Notes): string {
  const nfc = value.normalize("NFC");
  if (nfc !== value) notes.warnings.push(reason("unicode_composed", { value: nfc }));
  return nfc;
}

const particles = new Set(["van", "von", "vom", "zu", "zum", "zur", "der", "den", "de", "del", "della", "di", "da", "das", "do", "dos", "du", "la", "le", "el", "al", "bin", "ibn", "ben", "ter", "ten", "op", "mc", "mac", "san", "st.", "st"]);

/** "Family, Given" or "Given Family"; particles belong to the family name ("Fatima de la Cruz"). A single name is a given name. */
export function splitName(full: string): { given: string; family: string } {
  const comma = full.indexOf(",");
  if (comma > 0 && !full.includes(",", comma + 1) && comma < full.length - 1) return { given: full.slice(comma + 1).trim(), family: full.slice(0, comma).trim() };
  const words = full.split(" ");
  if (words.length < 2) return { given: full, family: "" };
  const at = words.findIndex((w, i) => i > 0 && i < words.length - 1 && particles.has(w.toLowerCase()));
  const cut = at > 0 ? at : words.length - 1;
  return { given: words.slice(0, cut).join(" "), family: words.slice(cut).join(" ") };
}

function readName(part: string, notes: Notes): string {
  const value = composed(part, notes);
  if (/^[=+\-@]/.test(value) && !notes.reasons.some((r) => r.code === "name_formula")) notes.reasons.push(reason("name_formula"));
  if (value.length > longestName) notes.reasons.push(reason("name_too_long", { max: longestName }));
  if (lost.test(value)) notes.warnings.push(reason("encoding_loss", { value }));
  return value;
}

/** "0,5", "0.5", "50 %", "50" → "0.5". */
export function readShare(text: string): string | null {
  const m = /^(\d{1,3})(?:[.,](\d{1,4}))?\s*(%)?$/.exec(text);
  if (!m) return null;
  const n = Number(`${m[1] ?? ""}.${m[2] ?? "0"}`);
  const share = m[3] !== undefined || n > 2 ? n / 100 : n;
  return share > 2 ? null : String(Math.round(share * 10_000) / 10_000);
}

function readNames(raw: Readonly<Record<string, string>>, out: Record<string, string | null>, notes: Notes): void {
  const has = (t: string): boolean => Object.hasOwn(raw, t);
  if (!has("name") && !has("given") && !has("family")) return;
  const full = has("name") ? readName(raw["name"] ?? "", notes) : "";
  let given = has("given") ? readName(raw["given"] ?? "", notes) : "";
  let family = has("family") ? readName(raw["family"] ?? "", notes) : "";
  if (given === "" && family === "" && full !== "") ({ given, family } = splitName(full));
  if (given === "" && family === "") { notes.reasons.push(reason("name_missing")); return; }
  const preferred = has("preferred") ? readName(raw["preferred"] ?? "", notes) : "";
  out["given"] = given;
  out["family"] = family;
  // A preferred given name ("Bob") replaces the legal one on screens; a preferred full name stands as it is.
  out["display"] = preferred === "" ? `${given} ${family}`.trim() : preferred.includes(" ") || family === "" ? preferred : `${preferred} ${family}`;
}

function readPath(text: string, notes: Notes): string | null {
  const path = composed(text, notes).split(/\s*(?:\/|>|»|\\)\s*/).map((p) => p.trim()).filter((p) => p !== "");
  if (path.length > 20) notes.reasons.push(reason("org_too_deep", { value: text }));
  return path.length === 0 ? null : path.join("/");
}

function readPlain(target: Target, text: string, column: string, notes: Notes): string {
  const value = composed(text, notes);
  if (/^[=@]/.test(value)) notes.reasons.push(reason("value_formula", { column }));
  if (value.length > longestValue) notes.reasons.push(reason("value_too_long", { column, max: longestValue }));
  if (value.includes("\ufffd") || (target === "org_unit" || target === "site") && lost.test(value)) notes.warnings.push(reason("encoding_loss", { value }));
  return value;
}

function readOne(c: RowPlan["columns"][number], text: string, plan: RowPlan, out: Record<string, string | null>, notes: Notes): void {
  const column = c.header;
  switch (c.target) {
    case "started": case "ended": {
      const d = readDate(text, c.order, Number(plan.today.slice(0, 4)));
      if ("refused" in d) notes.reasons.push(reason(d.refused, { value: text, column, a: d.readings?.[0] ?? "", b: d.readings?.[1] ?? "" }));
      else {
        if (d.warning) notes.warnings.push(reason(d.warning, { value: text, day: d.day ?? "" }));
        out[c.target] = d.day;
      }
      return;
    }
    case "number":
      if (text.length > 60) notes.reasons.push(reason("number_too_long"));
      else if (text !== "") out["number"] = readPlain(c.target, text, column, notes);
      return;
    case "email":
      if (text === "") { out["email"] = null; return; }
      if (!email.test(text) || text.length > 254) notes.reasons.push(reason("email_bad", { value: text }));
      else out["email"] = composed(text, notes).toLowerCase();
      return;
    case "zone":
      if (text !== "" && !isZone(text)) notes.reasons.push(reason("zone_unknown", { value: text }));
      else out["zone"] = text || null;
      return;
    case "country": {
      const code = text === "" ? null : countryCode(text);
      if (text !== "" && code === null) notes.warnings.push(reason("country_unknown", { value: text }));
      out["country"] = code;
      return;
    }
    case "language": {
      const code = text === "" ? null : languageCode(text);
      if (text !== "" && code === null) notes.warnings.push(reason("language_unknown", { value: text }));
      out["language"] = code;
      return;
    }
    case "fte": {
      const share = text === "" ? null : readShare(text);
      if (text !== "" && share === null) notes.reasons.push(reason("fte_bad", { value: text, column }));
      else out["fte"] = share;
      return;
    }
    case "org_unit":
      out["org_unit"] = text === "" ? null : readPath(readPlain(c.target, text, column, notes), notes);
      return;
    default:
      out[c.target] = text === "" ? null : readPlain(c.target, text, column, notes);
  }
}

const nameTargets = new Set<string>(["name", "given", "family", "preferred"]);

export function readRow(record: CsvRecord, row: number, plan: RowPlan): RowReading {
  const notes: Notes = { reasons: [], warnings: [] };
  const values: Record<string, string | null> = {};
  const cells = record.cells.slice(0, Math.max(plan.width, 1) + 20).map((c) => c.slice(0, 4_000));
  let n = record.cells.length;
  // Empty cells after the last column are a habit of spreadsheets, not a fault.
  while (n > plan.width && (record.cells[n - 1] ?? "").trim() === "") n--;
  if (record.open) notes.reasons.push(reason("quote_open"));
  else if (n < plan.width) notes.reasons.push(reason("cells_missing", { n, width: plan.width }));
  else if (n > plan.width) notes.reasons.push(reason("cells_extra", { n, width: plan.width }));
  if (cells.some((c) => forbidden.test(c) && !c.isWellFormed() || c.includes("\0"))) notes.reasons.push(reason("characters_bad"));
  const named: Record<string, string> = {};
  for (const c of plan.columns) {
    const text = clean(cells[c.index] ?? "");
    if (nameTargets.has(c.target)) named[c.target] = text;
    else readOne(c, text, plan, values, notes);
  }
  // Cells of a row that is cut wrongly stand under other headings; naming their faults would mislead.
  if (notes.reasons.some((r) => r.code === "cells_missing" || r.code === "cells_extra" || r.code === "quote_open")) {
    const cut = notes.reasons.filter((r) => r.code === "cells_missing" || r.code === "cells_extra" || r.code === "quote_open");
    return { row, cells: stored(cells), values: { number: values["number"] ?? null }, reasons: cut, warnings: [] };
  }
  readNames(named, values, notes);
  if (plan.columns.some((c) => c.target === "number")) {
    if (values["number"] === undefined && !notes.reasons.some((r) => r.code === "number_too_long")) notes.reasons.push(reason("number_missing"));
  } else if ((values["email"] ?? null) === null && !notes.reasons.some((r) => r.code === "email_bad")) notes.reasons.push(reason("key_missing"));
  const { started, ended } = values;
  if (started && ended && ended < started) notes.reasons.push(reason("ends_before_start", { started, ended }));
  return { row, cells: stored(cells), values, reasons: notes.reasons, warnings: notes.warnings };
}

/** A row as far as others depend on it; see whole.ts. */
export function indexed(r: RowReading, today: string): { row: number; number: string | null; email: string | null; name: string; superior: string | null; isRefused: boolean; isLeaver: boolean } {
  const v = r.values;
  return {
    row: r.row, number: v["number"] ?? null, email: v["email"] ?? null, name: v["display"] ?? "", superior: v["superior"] ?? null, isRefused: r.reasons.length > 0, isLeaver: typeof v["ended"] === "string" && v["ended"] < today,
  };
}

const stored = (cells: readonly string[]): string[] => cells.map((c) => c.toWellFormed().replaceAll("\0", "\u2400"));
