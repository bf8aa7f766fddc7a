/** Turns recorded values into templates: what named the recorded person's rows is filled in for each person anew. */
import { createHash, randomBytes } from "node:crypto";
import { v7 } from "uuid";
import { tokenOf } from "../seed.ts";
import type { Recorded, Step } from "./record.ts";

/** What one walking person has: the same key always gives the same value within one journey. */
export interface Walker { readonly person: number; readonly own: ReadonlyMap<string, string>; readonly fresh: Map<string, string> }
export type Fill = (w: Walker, now: string) => string | number | null | Buffer;

// Rows of mass inserts are numbered: `<uuid>-1NNNNN`.
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(?:-1\d{5})?/g;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The column each `?` of a statement is inserted into; undefined where it is no plain insert. */
export function columnsOf(sql: string): (string | undefined)[] {
  const out: (string | undefined)[] = [];
  const inserts = [...sql.matchAll(/INSERT INTO \w+ \(([^)]*)\)\s*VALUES\s*((?:\([^()]*\)\s*,?\s*)+)/gi)].map((m) => {
    const columns = (m[1] ?? "").split(",").map((c) => c.trim());
    const start = m.index + m[0].length - (m[2] ?? "").length;
    return { columns, start, end: m.index + m[0].length };
  });
  for (let at = sql.indexOf("?"); at >= 0; at = sql.indexOf("?", at + 1)) {
    const insert = inserts.find((i) => at >= i.start && at < i.end);
    if (!insert) { out.push(undefined); continue; }
    const group = sql.slice(sql.lastIndexOf("(", at), at);
    out.push(insert.columns[group.split(",").length - 1]);
  }
  return out;
}

/** Unique texts made during the journey (numbers, codes, keys), by the column they were inserted into. */
export function madeTexts(steps: readonly Step[]): Set<string> {
  const made = new Set<string>();
  for (const { unit } of steps) for (const s of unit) {
    const columns = columnsOf(s.sql);
    s.values.forEach((v, i) => { if (typeof v === "string" && ["number", "code"].includes(columns[i] ?? "") && v.length >= 8) made.add(v); });
  }
  return made;
}

const escape = (s: string): string => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export class Templates {
  readonly #recordedPerson: number;
  readonly #shared: ReadonlySet<string>;
  readonly #names: RegExp;
  #counter = 1_000_000_000;

  /** `shared`: ids of rows that all people share (course, version, requirements …), which stay as they are. */
  constructor(recordedPerson: number, shared: ReadonlySet<string>, made: ReadonlySet<string>) {
    this.#recordedPerson = recordedPerson;
    this.#shared = shared;
    const n = String(recordedPerson).padStart(8, "0");
    this.#names = new RegExp(`\\b[pael]${n}\\b|Person ${n}|${uuid.source}${[...made].map((m) => `|${escape(m)}`).join("")}`, "g");
  }

  #name(found: string, w: Walker): string {
    if (this.#shared.has(found)) return found;
    const own = w.own.get(found);
    if (own !== undefined) return own;
    if (/^([pael]|Person )\d{8}$/.test(found)) return found.replace(/\d{8}$/, String(w.person).padStart(8, "0"));
    let made = w.fresh.get(found);
    if (made === undefined) w.fresh.set(found, made = /^[0-9a-f]{8}-/.test(found) ? v7() : randomBytes(found.length).toString("base64url").slice(0, found.length));
    return made;
  }

  /** Text with names in it, as parts to be joined. */
  text(value: string): (w: Walker) => string {
    const parts = value.split(this.#names);
    const names = value.match(this.#names) ?? [];
    if (names.length === 0) return () => value;
    return (w) => { let out = parts[0] ?? ""; names.forEach((name, i) => { out += this.#name(name, w) + (parts[i + 1] ?? ""); }); return out; };
  }

  value(v: Recorded, column: string | undefined): Fill {
    if (column === "writer_n") return () => this.#counter++;
    if (typeof v === "boolean") return () => Number(v);
    if (typeof v === "number" || v === null) return () => v;
    if (typeof v === "string") {
      if (instant.test(v)) return (_w, now) => now;
      const fill = this.text(v);
      return (w) => fill(w);
    }
    const hex = v.hex;
    if (hex === createHash("sha256").update(tokenOf(this.#recordedPerson)).digest("hex")) return (w) => createHash("sha256").update(tokenOf(w.person)).digest();
    const bytes = Buffer.from(hex, "hex");
    return () => bytes;
  }
}
