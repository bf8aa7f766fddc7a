import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { detectEncoding, kindOf } from "./rules/encoding.ts";
import { parseSlice } from "./rules/slice.ts";
import { checkWhole, emptyProfile, guessMapping, observe, orderOf, readDate, readRow, readShare, splitName, type IndexRow, type Known, type RowPlan, type Target } from "./rules.ts";

const bytes = (text: string, encoding = "utf8"): Uint8Array => new Uint8Array(iconv.encode(text, encoding));

describe("dates", () => {
  it.each([
    ["2024-02-29", "2024-02-29"], ["29.02.2024", "2024-02-29"], ["1.2.2024", "2024-02-01"], ["20240229", "2024-02-29"], ["2024/02/29", "2024-02-29"], ["2019-01-19T00:00:00", "2019-01-19"], ["2019-01-19-08:00", "2019-01-19"],
    ["2019-01-19 00:00:00.000", "2019-01-19"], ["19-Jan-2019", "2019-01-19"], ["19. Januar 2019", "2019-01-19"], ["Jan 19, 2019", "2019-01-19"], ["43484", "2019-01-19"], ["43484.5", "2019-01-19"], ["13/02/2024", "2024-02-13"], ["02/13/2024", "2024-02-13"],
    ["05/05/2024", "2024-05-05"], ["31.12.9999", null], ["9999-12-31", null], ["00.00.0000", null], ["", null], ["n/a", null],
  ])("%s is %s", (cell, day) => { expect(readDate(cell, "ask", 2026)).toMatchObject({ day }); });
  it.each([["31.02.2024", "date_impossible"], ["13/25/2023", "date_impossible"], ["2023-02-29", "date_impossible"], ["00.01.2024", "date_impossible"], ["1824-01-01", "date_impossible"], ["soon", "date_unreadable"], ["12/2024", "date_unreadable"], ["03/04/2024", "date_ambiguous"]])(
    "%s is refused as %s", (cell, refused) => { expect(readDate(cell, "ask", 2026)).toMatchObject({ refused }); });
  it("names both readings, and reads by the order of the column", () => {
    expect(readDate("03/04/2024", "ask", 2026)).toEqual({ refused: "date_ambiguous", readings: ["2024-04-03", "2024-03-04"] });
    expect(readDate("03/04/2024", "dmy", 2026)).toEqual({ day: "2024-04-03" });
    expect(readDate("03/04/2024", "mdy", 2026)).toEqual({ day: "2024-03-04" });
    expect(readDate("13/02/2024", "mdy", 2026)).toEqual({ refused: "date_impossible" });
  });
  it("reads two-digit years with a warning", () => {
    expect(readDate("01.02.24", "ask", 2026)).toEqual({ day: "2024-02-01", warning: "two_digit_year" });
    expect(readDate("01.02.78", "ask", 2026)).toEqual({ day: "1978-02-01", warning: "two_digit_year" });
  });
  it("learns the order from the whole column", () => {
    const of = (...cells: string[]): string => { const p = emptyProfile(); for (const c of cells) observe(p, c); return orderOf(p); };
    expect(of("03/04/2024", "13/04/2024")).toBe("dmy");
    expect(of("03/04/2024", "04/13/2024")).toBe("mdy");
    expect(of("03/04/2024", "05/06/2024")).toBe("ask");
    expect(of("03/04/2024", "13/04/2024", "04/13/2024")).toBe("ask");
    expect(of("2024-01-01", "31.01.2024")).toBe("not_needed");
  });
  it("never gives a day that does not exist", () => {
    fc.assert(fc.property(fc.stringMatching(/^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$/), fc.constantFrom("dmy" as const, "mdy" as const, "ask" as const), (cell, order) => {
      const read = readDate(cell, order, 2026);
      if ("day" in read && read.day !== null) expect(new Date(`${read.day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(read.day);
    }));
  });
});

describe("names and shares", () => {
  it.each([
    ["Nils Nakamura", "Nils", "Nakamura"], ["Nakamura, Nils", "Nils", "Nakamura"], ["Fatima de la Cruz", "Fatima", "de la Cruz"], ["Zoe Le Guen", "Zoe", "Le Guen"], ["Hồng Mc Donald", "Hồng", "Mc Donald"], ["Anna Maria Schmidt", "Anna Maria", "Schmidt"],
    ["Söndergaard", "Söndergaard", ""], ["Ahmed Al-Sayed", "Ahmed", "Al-Sayed"],
  ])("%s", (full, given, family) => { expect(splitName(full)).toEqual({ given, family }); });
  it.each([["0,5", "0.5"], ["1", "1"], ["1,0", "1"], ["0.75", "0.75"], ["80 %", "0.8"], ["100", "1"], ["half", null], ["-1", null], ["900", null]])("share %s is %s", (text, share) => { expect(readShare(text)).toBe(share); });
});

const plan = (columns: [Target, string?][]): RowPlan => ({ width: columns.length, today: "2027-03-01", columns: columns.map(([target, header], index) => ({ index, header: header ?? target, target, order: "ask" as const })) });

describe("one row", () => {
  const p = plan([["number"], ["name"], ["email"], ["started"], ["ended"], ["custom.__proto__" as Target, "__proto__"]]);
  it("keeps leading zeros, trims and joins lines, and stores accents in the usual form", () => {
    const r = readRow({ cells: ["  0012 ", "Zoe\u0308\n Müller", " A@B.Example ", "", "", "x"] }, 2, p);
    expect(r).toMatchObject({ values: { number: "0012", display: "Zoë Müller", email: "a@b.example", started: null, ended: null }, reasons: [] });
    expect(r.warnings.map((w) => w.code)).toEqual(["unicode_composed"]);
    expect(Object.getPrototypeOf(r.values)).toBe(Object.prototype);
  });
  it("says everything that is wrong with it", () => {
    const r = readRow({ cells: ["", "@evil", "a@b", "2024-05-01", "2024-04-30", ""] }, 2, p);
    expect(r.reasons.map((x) => x.code)).toEqual(["email_bad", "name_formula", "number_missing", "ends_before_start"]);
  });
  it("blames only the cut of a row that is cut wrongly, but lets trailing empty cells be", () => {
    expect(readRow({ cells: ["1", "x"] }, 2, p).reasons.map((x) => x.code)).toEqual(["cells_missing"]);
    expect(readRow({ cells: ["1", "A B", "", "", "", "", "", ""] }, 2, p).reasons).toEqual([]);
    expect(readRow({ cells: ["1", "A B", "", "", "", "", "7"] }, 2, p).reasons.map((x) => x.code)).toEqual(["cells_extra"]);
  });
  it("refuses what no database stores and what a spreadsheet would run", () => {
    expect(readRow({ cells: ["1", "A\0B", "", "", "", ""] }, 2, p).reasons.map((x) => x.code)).toContain("characters_bad");
    for (const name of ["=1+1", "+49", "-2", "@x"]) expect(readRow({ cells: ["1", name, "", "", "", ""] }, 2, p).reasons.map((x) => x.code)).toContain("name_formula");
    expect(readRow({ cells: ["1", "A B", "", "", "", "=cmd|' /C calc'!A0"] }, 2, p).reasons.map((x) => x.code)).toContain("value_formula");
  });
  it("never throws, whatever the cells", () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 9 }), (cells) => { readRow({ cells }, 2, p); }));
  });
});

describe("slices", () => {
  it("give the same records however the file is cut", () => {
    const cell = fc.oneof(fc.constantFrom("", "a", "ä\r\nb", 'say "hi"', "x;y", "Größe", " 1 "), fc.string({ maxLength: 6 }).filter((s) => !/[\r\n"\0\ufeff]/.test(s)));
    fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 30 }), fc.constantFrom("UTF-8", "windows-1252", "UTF-16LE", "UTF-16BE"), fc.constantFrom("\n", "\r\n", "\r"), fc.integer({ min: 40, max: 400 }), (rows, encoding, end, size) => {
      const clean = encoding === "windows-1252" ? rows.map((r) => r.map((c) => c.replace(/[^\x20-\xff\r\n]|[\x7f-\x9f]/g, "?"))) : rows;
      const file = bytes(clean.map((r) => r.map((c) => /[";\r\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c).join(";")).join(end), encoding === "UTF-8" ? "utf8" : encoding);
      const whole = parseSlice({ bytes: file, atEnd: true, encoding, delimiter: ";" }).records.map((r) => r.cells);
      const parts: string[][] = [];
      let at = 0;
      let step = size;
      while (at < file.length) {
        const piece = file.slice(at, at + step);
        const atEnd = at + piece.length >= file.length;
        const read = parseSlice({ bytes: piece, atEnd, encoding, delimiter: ";" });
        parts.push(...read.records.map((r) => r.cells));
        if (read.consumed === 0 && !atEnd) { step *= 2; continue; }
        at += atEnd ? piece.length : read.consumed;
      }
      expect(parts).toEqual(whole);
    }), { numRuns: 300 });
  });
  it("go on after a quotation mark that is never closed", () => {
    const { records } = parseSlice({ bytes: bytes('a;b\n1;"open\n2;fine\n'), atEnd: true, encoding: "UTF-8", delimiter: ";" });
    expect(records).toEqual([{ cells: ["a", "b"] }, { cells: ["1", '"open'], open: true }, { cells: ["2", "fine"] }]);
  });
});

describe("encodings", () => {
  const german = "Nr;Name;Ort\n1;Jürgen Müller;Köln\n2;Zoë Groß;Überlingen\n3;José Çelik;München\n";
  it.each([["utf8", "UTF-8"], ["utf16le", "UTF-16LE"], ["utf16be", "UTF-16BE"], ["windows-1252", "windows-1252"], ["macintosh", "macintosh"], ["cp850", "cp850"]])("%s", (encoding, name) => {
    expect(detectEncoding(bytes(german, encoding), encoding === "utf8").name).toBe(name);
  });
  it("knows Central European and Cyrillic files from Western ones", () => {
    expect(detectEncoding(bytes("1;Łukasz Wąż\n2;Żaneta Święcicka\n3;Paweł Kowalczyk\n", "cp1250"), false).name).toBe("windows-1250");
    expect(detectEncoding(bytes("1;Иван Петров\n2;Мария Кузнецова\n3;Сергей Иванов\n", "windows-1251"), false).name).toBe("windows-1251");
  });
  it("tells text from other files", () => {
    expect(kindOf(bytes("PK\u0003\u0004rest"))).toBe("archive");
    expect(kindOf(new Uint8Array(1_000))).toBe("binary");
    expect(kindOf(bytes("%PDF-1.7"))).toBe("binary");
    expect(kindOf(bytes(german, "utf16le"))).toBe("text");
  });
});

describe("mapping", () => {
  const columns = (...headers: string[]) => headers.map((header) => ({ header, looksLikeEmail: false, looksLikeNumber: false }));
  it.each([
    ["Personio", ["Employee ID", "First name", "Last name", "Email", "Supervisor", "Hire date", "Termination date", "Department", "Office"], ["number", "given", "family", "email", "superior", "started", "ended", "org_unit", "site"]],
    ["DATEV", ["Pers.-Nr.", "Nachname", "Vorname", "Eintrittsdatum", "Austrittsdatum", "Abteilung"], ["number", "family", "given", "started", "ended", "org_unit"]],
    ["BambooHR", ["Employee #", "Display name", "Work Email", "Reporting to", "Hire Date", "Location", "Job Title"], ["number", "name", "email", "superior", "started", "site", "position"]],
    ["ADP", ["File Number", "Payroll Name", "Reports To Associate ID", "Home Department", "Termination Date"], ["number", "name", "superior", "org_unit", "ended"]],
    ["SAP", ["PERNR", "Nachname", "Vorname", "Mitarbeiterkreis", "Stelle"], ["number", "family", "given", "worker_type", "position"]],
    ["Name beside Vorname", ["Nr", "Name", "Vorname"], ["number", "family", "given"]],
    ["__proto__", ["__proto__", "constructor", "id"], [null, null, "number"]],
  ])("%s", (_name, headers, wanted) => { expect(guessMapping(columns(...headers), new Map())).toEqual(wanted); });
  it("remembers, and gives no meaning twice", () => {
    expect(guessMapping(columns("Code", "Employee ID", "Name"), new Map<string, Target | null>([["code", "number"]]))).toEqual(["number", null, "name"]);
    expect(guessMapping(columns("Department", "Department"), new Map())).toEqual(["org_unit", null]);
  });
});

describe("the whole file", () => {
  const row = (n: number, superior: string | null = null, more: Partial<IndexRow> = {}): IndexRow => ({ row: n, number: String(n), email: null, name: `Pat ${n}`, superior, isRefused: false, isLeaver: false, ...more });
  const known = (number: string, more: Partial<Known> = {}): Known => ({ personId: `p${number}`, number, email: null, name: `Pat ${number}`, isActive: true, superiorId: null, ...more });
  const options = { byEmail: false, hasSuperior: true, ignoreZeros: false, superiors: "refuse" as const };
  const codes = (rows: IndexRow[], people: Known[] = [], more: Partial<Parameters<typeof checkWhole>[2]> = {}): Record<number, string[]> => {
    const { findings } = checkWhole(rows, people, { ...options, ...more });
    return Object.fromEntries([...findings].filter(([, f]) => f.reasons.length > 0).map(([n, f]) => [n, f.reasons.map((r) => r.code)]));
  };
  it("finds loops through the file and through people it does not mention", () => {
    expect(codes([row(1, "2"), row(2, "3"), row(3, "1"), row(4, "1")])).toEqual({ 1: ["superior_loop"], 2: ["superior_loop"], 3: ["superior_loop"] });
    expect(codes([row(1, "9")], [known("1"), known("9", { superiorId: "p1" })])).toEqual({ 1: ["superior_loop"] });
    expect(codes([row(1, "1")])).toEqual({ 1: ["superior_self"] });
  });
  it("sees the loop a refused row leaves behind", () => {
    // Row 1 would end p1 → p2, but it is refused for its e-mail; so row 2 → p1 closes a loop.
    expect(codes([row(1, null, { isRefused: true }), row(2, "1")], [known("1", { superiorId: "p2" }), known("2")])).toEqual({ 2: ["superior_loop"] });
  });
  it("lets two people swap places and addresses", () => {
    const people = [known("1", { superiorId: "p2", email: "a@x.example" }), known("2", { email: "b@x.example" })];
    expect(codes([row(1, null, { email: "b@x.example" }), row(2, "1", { email: "a@x.example" })], people)).toEqual({});
  });
  it("knows an address that is somebody else's", () => {
    expect(codes([row(1, null, { email: "a@x.example" })], [known("7", { email: "a@x.example" })])).toEqual({ 1: ["email_taken"] });
    expect(codes([row(1, null, { number: "007", email: "a@x.example" })], [known("7", { email: "a@x.example" })])).toEqual({ 1: ["email_taken_zeros"] });
    expect(codes([row(1, null, { number: "007", email: "a@x.example" })], [known("7", { email: "a@x.example" })], { ignoreZeros: true })).toEqual({});
  });
  it("finds superiors by number, address or name, and asks when a name is not enough", () => {
    const { findings } = checkWhole([row(1, "Pat 2"), row(2), row(3, "b@x.example"), row(4, null, { email: "b@x.example" }), row(5, "Doe, Jane")], [known("77", { name: "Jane Doe" })], options);
    expect([1, 3, 5].map((n) => findings.get(n)?.superior)).toEqual([{ row: 2 }, { row: 4 }, { personId: "p77" }]);
    expect(codes([row(1, "Jane Doe")], [known("77", { name: "Jane Doe" }), known("78", { name: "Jane Doe" })])).toEqual({ 1: ["superior_ambiguous"] });
  });
  it("never leaves a loop among accepted rows", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.boolean()), { minLength: 15, maxLength: 15 }), fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 15, maxLength: 15 }), (edges, stored) => {
      const rows = edges.map(([to, isRefused], i) => row(i, String(to), { isRefused }));
      // Stored lines are loop-free: everybody reports to a lower number.
      const people = stored.map((to, i) => known(String(i), { superiorId: to < i ? `p${to}` : null }));
      const { findings } = checkWhole(rows, people, options);
      const above = new Map(people.map((k) => [k.personId, k.superiorId]));
      rows.forEach((r, i) => {
        const f = findings.get(r.row);
        if (r.isRefused || !f || f.reasons.length > 0) return;
        if (f.superior && "personId" in f.superior) above.set(`p${i}`, f.superior.personId);
        else if (f.superior && "row" in f.superior) above.set(`p${i}`, `p${f.superior.row}`);
        else if (f.superior === null) above.set(`p${i}`, null);
      });
      for (const start of above.keys()) {
        let at: string | null | undefined = above.get(start);
        for (let n = 0; n < 20 && at != null; n++) at = above.get(at);
        expect(at ?? null).toBe(null);
      }
    }), { numRuns: 400 });
  });
});
