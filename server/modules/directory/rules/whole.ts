/**
 * What can only be seen with the whole file and everybody known in view: duplicates, who a row is, who its superior is, loops.
 * Pure; holds one small record per row.
 */
import { fold, loops } from "../../people/index.ts";
import { reason, rowList, type Reason } from "./reasons.ts";

/** A row as far as others depend on it. `isRefused`: by itself already. */
export interface IndexRow { readonly row: number; readonly number: string | null; readonly email: string | null; readonly name: string; readonly superior: string | null; readonly isRefused: boolean; readonly isLeaver: boolean }
export interface Known { readonly personId: string; readonly number: string | null; readonly email: string | null; readonly name: string; readonly isActive: boolean; readonly superiorId: string | null }

/** Whose superior a row gets: somebody known, somebody of this file, nobody, or a name to wait for. */
export type SuperiorLink = { readonly personId: string } | { readonly row: number } | { readonly later: string } | null;
export interface Finding { reasons: readonly Reason[]; warnings: readonly Reason[]; personId: string | null; /** Their number as it is stored. */ number: string | null; superior: SuperiorLink | undefined }

export interface WholeOptions {
  readonly byEmail: boolean;
  readonly hasSuperior: boolean;
  readonly ignoreZeros: boolean;
  /** What to do with superiors nobody knows; `auto`: wait for them when more than a tenth of the rows name such people (an extract), else refuse. */
  readonly superiors: "auto" | "refuse" | "later";
}
export interface Whole { readonly findings: ReadonlyMap<number, Finding>; readonly superiors: "refuse" | "later"; readonly unknownSuperiors: number }

const none: readonly Reason[] = [];
const withoutZeros = (n: string): string => n.replace(/^0+(?=.)/, "");

/** Values by key; nearly all keys have one, so lists are made only for the others. */
class Index<T extends object> {
  readonly #one = new Map<string, T>();
  readonly #more = new Map<string, T[]>();
  add(key: string | null, value: T): void {
    if (key === null || key === "") return;
    const first = this.#one.get(key);
    if (first === undefined) { this.#one.set(key, value); return; }
    const list = this.#more.get(key);
    if (list) list.push(value);
    else this.#more.set(key, [first, value]);
  }
  first(key: string | null): T | undefined { return key === null ? undefined : this.#one.get(key); }
  get(key: string | null): readonly T[] {
    const first = this.first(key);
    return first === undefined || key === null ? [] : this.#more.get(key) ?? [first];
  }
  /** Keys with more than one value. */
  repeated(): IterableIterator<[string, T[]]> { return this.#more.entries(); }
}

export function checkWhole(rows: readonly IndexRow[], known: readonly Known[], options: WholeOptions): Whole {
  const key = options.ignoreZeros ? withoutZeros : (n: string): string => n;
  const findings = new Map<number, Finding>();
  const find = (row: number): Finding => {
    let f = findings.get(row);
    if (!f) findings.set(row, f = { reasons: none, warnings: none, personId: null, number: null, superior: undefined });
    return f;
  };
  const refused = new Set(rows.filter((r) => r.isRefused).map((r) => r.row));
  const refuse = (r: IndexRow, why: Reason): void => { const f = find(r.row); f.reasons = [...f.reasons, why]; refused.add(r.row); };
  const warn = (row: number, why: Reason): void => { const f = find(row); f.warnings = [...f.warnings, why]; };

  const people = new Map<string, Known>();
  const numbers = new Index<Known>();
  const similar = new Index<Known>();
  const emails = new Index<Known>();
  for (const k of known) {
    const before = people.get(k.personId);
    if (!before || (k.isActive && !before.isActive)) people.set(k.personId, k);
    if (k.number !== null) { numbers.add(key(k.number), k); similar.add(withoutZeros(k.number), k); }
    if (!before) emails.add(k.email, k);
  }
  const active = (list: readonly Known[]): Known | undefined => list.find((k) => k.isActive) ?? list[0];

  const fileNumbers = new Index<IndexRow>();
  const fileEmails = new Index<IndexRow>();
  for (const r of rows) {
    if (r.number !== null) fileNumbers.add(key(r.number), r);
    fileEmails.add(r.email, r);
  }
  for (const [number, same] of fileNumbers.repeated()) for (const r of same) refuse(r, reason("number_duplicate", { number, rows: rowList(same.map((s) => s.row)) }));
  for (const [value, same] of fileEmails.repeated()) {
    // A leaver may keep an address somebody else has now; two rows of one number were refused for that already.
    const holders = same.filter((r) => !r.isLeaver);
    if (holders.length > 1 && new Set(holders.map((r) => r.number ?? r.row)).size > 1) for (const r of holders) refuse(r, reason("email_duplicate", { value, rows: rowList(holders.map((s) => s.row)) }));
  }

  const rowOfPerson = new Map<string, IndexRow>();
  for (const r of rows) {
    const who = options.byEmail ? active(emails.get(r.email)) : r.number === null ? undefined : active(numbers.get(key(r.number)));
    if (who) { const f = find(r.row); f.personId = who.personId; f.number = who.number; if (!refused.has(r.row)) rowOfPerson.set(who.personId, r); }
  }
  for (const r of rows) {
    if (refused.has(r.row) || options.byEmail) continue;
    const own = findings.get(r.row)?.personId ?? null;
    const other = emails.get(r.email).find((k) => k.personId !== own && people.get(k.personId)?.isActive === true && !givesUpEmail(k.personId, r.email));
    if (other && !r.isLeaver) {
      const zeros = r.number !== null && other.number !== null && withoutZeros(other.number) === withoutZeros(r.number);
      refuse(r, reason(zeros ? "email_taken_zeros" : "email_taken", { value: r.email ?? "", name: other.name, number: other.number ?? "–" }));
    } else if (own === null && r.number !== null && !options.ignoreZeros) {
      const twin = similar.first(withoutZeros(r.number));
      if (twin) warn(r.row, reason("number_similar", { number: twin.number ?? "" }));
    }
  }
  function givesUpEmail(personId: string, email: string | null): boolean {
    const row = rowOfPerson.get(personId);
    return row !== undefined && !refused.has(row.row) && row.email !== email;
  }

  let mode: "refuse" | "later" = options.superiors === "refuse" ? "refuse" : "later";
  let unknown = 0;
  if (options.hasSuperior) {
    const names = lazy(() => namesOf(rows, people, rowOfPerson));
    const resolved = new Map<number, Resolved>();
    let asked = 0;
    for (const r of rows) {
      if (r.superior === null || refused.has(r.row)) continue;
      asked++;
      const s = resolve(r.superior);
      resolved.set(r.row, s);
      if (s.kind === "unknown") unknown++;
    }
    if (options.superiors === "auto") mode = unknown > Math.max(3, asked / 10) ? "later" : "refuse";
    for (const r of rows) if (!refused.has(r.row)) settle(r, resolved.get(r.row));
    cutLoops();
    for (const r of rows) if (!refused.has(r.row)) link(r, resolved.get(r.row));

    function resolve(text: string): Resolved {
      const file = fileNumbers.first(key(text));
      if (file) return { kind: "row", row: file };
      const person = active(numbers.get(key(text)));
      if (person) return { kind: "person", person };
      const mail = text.toLowerCase();
      if (mail.includes("@")) {
        const byFile = fileEmails.first(mail);
        if (byFile) return { kind: "row", row: byFile };
        const byMail = emails.first(mail);
        return byMail ? { kind: "person", person: byMail } : { kind: "unknown" };
      }
      if (!/\p{L}{2}/u.test(text)) return { kind: "unknown" };
      const called = names().get(nameKey(text));
      return called.length > 1 ? { kind: "ambiguous" } : called[0] ?? { kind: "unknown" };
    }
  }
  return { findings, superiors: mode, unknownSuperiors: unknown };

  function settle(r: IndexRow, s: Resolved | undefined): void {
    if (s === undefined) return;
    const own = findings.get(r.row)?.personId ?? null;
    if (s.kind === "row" && s.row.row === r.row || s.kind === "person" && s.person.personId === own) refuse(r, reason("superior_self"));
    else if (s.kind === "ambiguous") refuse(r, reason("superior_ambiguous", { value: r.superior ?? "" }));
    else if (s.kind === "unknown" && mode === "refuse") refuse(r, reason("superior_unknown", { value: r.superior ?? "" }));
    else find(r.row).superior = s.kind === "row" ? { row: s.row.row } : s.kind === "person" ? { personId: s.person.personId } : { later: r.superior ?? "" };
  }

  /** Refuses every row of a loop; a refused row keeps its known superior, which may close another loop, hence again until none is left. */
  function cutLoops(): void {
    const byRow = new Map(rows.map((r) => [r.row, r]));
    for (;;) {
      const above = (node: string): string | undefined => {
        const row = node.startsWith("row ") ? byRow.get(Number(node.slice(4))) : rowOfPerson.get(node);
        if (row && !refused.has(row.row)) {
          const s = findings.get(row.row)?.superior ?? null;
          return s === null ? undefined : "personId" in s ? s.personId : "row" in s ? nodeOf(s.row) : undefined;
        }
        return people.get(node)?.superiorId ?? undefined;
      };
      const found = loops(rows.filter((r) => !refused.has(r.row)).map((r) => nodeOf(r.row)), above);
      let cut = 0;
      for (const r of rows) {
        const loop = refused.has(r.row) ? undefined : found.get(nodeOf(r.row));
        if (!loop) continue;
        const names = [...loop, loop[0] ?? ""].map((n) => { const row = n.startsWith("row ") ? Number(n.slice(4)) : rowOfPerson.get(n)?.row; return row === undefined ? people.get(n)?.name ?? "?" : String(row); });
        refuse(r, reason("superior_loop", { rows: names.length > 13 ? `${names.slice(0, 12).join(" → ")} → …` : names.join(" → ") }));
        cut++;
      }
      if (cut === 0) return;
    }
  }
  function nodeOf(row: number): string { return findings.get(row)?.personId ?? `row ${row}`; }

  function link(r: IndexRow, s: Resolved | undefined): void {
    const f = find(r.row);
    if (s === undefined) { f.superior = null; return; }
    const hasLeft = s.kind === "row" ? s.row.isLeaver : s.kind === "person" && !s.person.isActive;
    if (hasLeft && !r.isLeaver) warn(r.row, reason("superior_left", { value: r.superior ?? "" }));
    if (s.kind === "unknown") { warn(r.row, reason("superior_later", { value: r.superior ?? "" })); return; }
    if (s.kind === "row" && refused.has(s.row.row)) {
      const personId = findings.get(s.row.row)?.personId ?? null;
      if (personId !== null) f.superior = { personId };
      else { f.superior = { later: r.superior ?? "" }; warn(r.row, reason("superior_refused", { value: r.superior ?? "", row: s.row.row })); }
    } else if (s.kind === "row") {
      const personId = findings.get(s.row.row)?.personId ?? null;
      if (personId !== null) f.superior = { personId };
    }
  }
}

type Resolved = { readonly kind: "row"; readonly row: IndexRow } | { readonly kind: "person"; readonly person: Known } | { readonly kind: "unknown" } | { readonly kind: "ambiguous" };

const nameKey = (s: string): string => fold(s).split(/[\s,]+/).filter((w) => w !== "").sort().join(" ");
function namesOf(rows: readonly IndexRow[], people: ReadonlyMap<string, Known>, rowOfPerson: ReadonlyMap<string, IndexRow>): Index<Resolved> {
  const names = new Index<Resolved>();
  for (const r of rows) names.add(nameKey(r.name), { kind: "row", row: r });
  for (const person of people.values()) if (person.isActive && !rowOfPerson.has(person.personId)) names.add(nameKey(person.name), { kind: "person", person });
  return names;
}
function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
