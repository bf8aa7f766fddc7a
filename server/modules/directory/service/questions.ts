import type { DateOrder, Target } from "../rules.ts";
import type { FileColumn, RunOptions } from "../store/columns.ts";

export interface Question { readonly code: "key_missing" | "name_missing" | "date_order" | "encoding" | "delimiter" | "target_twice"; readonly text: string; readonly columns: number[]; readonly blocks: boolean }

type Choice = Pick<RunOptions, "dateOrder">;

/** How day and month stand in a column: proven by itself, chosen by a person, or proven by another date column of the same file. */
export function effectiveOrder(column: FileColumn, mapping: readonly (Target | null)[], columns: readonly FileColumn[], options: Choice): DateOrder | "not_needed" | "ask" {
  const own = column.dateOrder ?? "ask";
  if (own === "dmy" || own === "mdy") return own;
  if (options.dateOrder !== null) return options.dateOrder;
  const proven = new Set(columns.filter((c) => isDay(mapping[c.index])).map((c) => c.dateOrder).filter((o) => o === "dmy" || o === "mdy"));
  const [only] = proven;
  return proven.size === 1 && only !== undefined && only !== null ? only : own;
}
const isDay = (t: Target | null | undefined): boolean => t === "started" || t === "ended";

export function questionsOf(columns: readonly FileColumn[], mapping: readonly (Target | null)[], options: Choice & Pick<RunOptions, "encodingTrust" | "isDelimiterSure" | "encoding">, encoding: string): Question[] {
  const out: Question[] = [];
  const used = mapping.filter((t) => t !== null);
  if (!used.includes("number") && !used.includes("email")) out.push({ code: "key_missing", text: "Which column holds the employee number?", columns: [], blocks: true });
  if (!used.includes("name") && !used.includes("given") && !used.includes("family")) out.push({ code: "name_missing", text: "Which column holds the name?", columns: [], blocks: true });
  const twice = mapping.flatMap((t, i) => t !== null && mapping.indexOf(t) !== mapping.lastIndexOf(t) ? [i] : []);
  if (twice.length > 0) out.push({ code: "target_twice", text: "Two columns are given the same meaning.", columns: twice, blocks: true });
  const unclear = columns.filter((c) => isDay(mapping[c.index]) && c.dateOrder !== null && effectiveOrder(c, mapping, columns, options) === "ask").map((c) => c.index);
  if (unclear.length > 0) out.push({ code: "date_order", text: "Is 03/04/2024 in this file the 3rd of April or March 4th? Rows that can be read both ways are refused until this is answered.", columns: unclear, blocks: false });
  if (options.encodingTrust === "guessed") out.push({ code: "encoding", text: `The file says nothing about its encoding; ${encoding} is assumed. Do the names look right?`, columns: [], blocks: false });
  if (!options.isDelimiterSure && columns.length > 1) out.push({ code: "delimiter", text: "Are the columns separated rightly?", columns: [], blocks: false });
  return out;
}
