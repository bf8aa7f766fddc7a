/** Files as other systems and other people write them. */
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importWorld, type Checked, type ImportWorld } from "../../../test/harness/imports.ts";

let w: ImportWorld;
beforeAll(async () => { w = await importWorld(); });
afterAll(async () => { await w.close(); });

const text = "Personalnummer;Name;E-Mail\n{n}1;Jürgen Müller;{n}1@files.example\n{n}2;\"Groß, Zoë\";\n";
const named = (n: string): string => text.replaceAll("{n}", n);
const encode = (s: string, encoding: string, addBOM = false): Uint8Array => iconv.encode(s, encoding, { addBOM });

describe("encodings, delimiters and line ends", () => {
  it.each<[string, Uint8Array, { encoding: string; delimiter: string }]>([
    ["Excel's Unicode text: UTF-16LE, tabs", encode(named("a").replaceAll(";", "\t").replaceAll("\n", "\r\n"), "utf16le", true), { encoding: "UTF-16LE", delimiter: "\t" }],
    ["UTF-16BE without a mark", encode(named("b"), "utf16be"), { encoding: "UTF-16BE", delimiter: ";" }],
    ["Latin-1, semicolons", encode(named("c"), "latin1"), { encoding: "windows-1252", delimiter: ";" }],
    ["Mac Roman with Mac line ends", encode(named("d").replaceAll("\n", "\r"), "macintosh"), { encoding: "macintosh", delimiter: ";" }],
    ["UTF-8 with mark and pipes", encode(named("e").replaceAll(";", "|"), "utf8", true), { encoding: "UTF-8", delimiter: "|" }],
    ["Excel's hint in the first line", encode(`sep=;\r\n${named("f")}`, "utf8"), { encoding: "UTF-8", delimiter: ";" }],
    ["blank lines and a delimiter at each end of line", encode(`\n\n${named("g").replaceAll("\n", ";\n")}\n\n;;;\n`, "utf8"), { encoding: "UTF-8", delimiter: ";" }],
  ])("%s", async (_name, bytes, how) => {
    const run = await w.check(bytes);
    expect(run).toMatchObject({ ...how, counts: { rows: 2, create: 2, refused: 0 } });
    const rows = await w.rows(run.id);
    expect(rows.map((r) => r.name)).toEqual(["Jürgen Müller", "Zoë Groß"]);
    expect(rows[1]?.diff).toMatchObject({ name: [null, "Zoë Groß"] });
  });

  it("lets a person correct what was assumed", async () => {
    const run = await w.check(encode(named("h"), "cp850"), undefined, { encoding: "macintosh" });
    expect((await w.rows(run.id))[0]?.name).not.toBe("Jürgen Müller");
    const again = await w.call<Checked>("PUT", `/api/directory/runs/${run.id}/mapping`, { columns: [], options: { encoding: "cp850" } });
    expect(again).toMatchObject({ state: "read", encoding: "cp850" });
    expect(again.sample[0]?.cells[1]).toBe("Jürgen Müller");
    await expect(w.call("PUT", `/api/directory/runs/${run.id}/mapping`, { columns: [], options: { encoding: "EBCDIC" } })).rejects.toMatchObject({ status: 400, code: "directory.encoding_unknown" });
  });

  it("keeps line breaks and quotes inside cells, and names rows as a spreadsheet does", async () => {
    const run = await w.check('id,name,title\r\nq1,"Ann\r\nSmith","Lead ""Quality"""\r\n\r\nq2,Bob Brown,x\r\n');
    const rows = await w.rows(run.id);
    expect(rows.map((r) => [r.row, r.name, r.diff["position"]?.[1]])).toEqual([[2, "Ann Smith", 'Lead "Quality"'], [4, "Bob Brown", "x"]]);
  });
});

describe("files that are no list of people", () => {
  it.each<[string, Uint8Array | string, number, string]>([
    ["empty", "", 400, "directory.empty_file"],
    ["only blanks", "\n\n  \n", 400, "directory.empty_file"],
    ["only a header", "id,name\n", 400, "directory.only_header"],
    ["a zip named .csv", Buffer.from("PK\u0003\u0004\u0014\0\u0006\0", "latin1"), 415, "directory.is_workbook"],
    ["an old Excel file", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), 415, "directory.is_workbook"],
    ["bytes of anything", Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 7_919 + (i >> 3)) % 256)), 415, "directory.is_binary"],
    ["nothing but NULs", new Uint8Array(2_000), 415, "directory.is_binary"],
    ["501 columns", `${Array.from({ length: 501 }, (_, i) => `c${i}`).join(",")}\n${",".repeat(500)}x\n`, 400, "directory.too_many_columns"],
  ])("%s", async (_name, bytes, status, code) => {
    const before = await w.count("feed_runs");
    const answer = await w.upload(bytes);
    expect(answer).toMatchObject({ status, json: { code } });
    expect(await w.count("feed_runs")).toBe(before);
  });

  it("a file above 100 MB is refused by its length, before it is read", async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      void import("node:http").then(({ request }) => {
        const r = request(`${w.origin}/api/directory/runs?name=big.csv`, {
          method: "POST", headers: { origin: w.origin, cookie: `__Host-muster=${w.people.hr.token}`, "x-muster-csrf": w.people.hr.csrf, "content-type": "application/octet-stream", "content-length": String(100 * 1024 * 1024 + 1) },
        }, (a) => { resolve(a.statusCode ?? 0); r.destroy(); });
        r.on("error", reject);
        r.write("id,name\n");
      });
    });
    expect(answer).toBe(413);
  });

  it("one huge cell, a record that never ends, and quotes that never close spare the rest", async () => {
    const huge = await w.check(`id,name\nh1,${"A".repeat(3_000)}\nh2,Bob Brown\n`);
    expect((await w.rows(huge.id)).map((r) => [r.verdict, r.reasons[0]?.code])).toEqual([["refused", "name_too_long"], ["create", undefined]]);
    const endless = await w.check(`id,name\nh3,"${"A".repeat(600_000)}\nh4,Bob Brown\n`);
    expect((await w.rows(endless.id)).map((r) => [r.verdict, r.reasons[0]?.code])).toEqual([["refused", "quote_open"], ["create", undefined]]);
    const open = await w.check('id,name\nh5,"Ann\nh6,Bob Brown\nh7,Cy Clark\n');
    expect((await w.rows(open.id)).map((r) => [r.row, r.verdict, r.reasons[0]?.code])).toEqual([[2, "refused", "quote_open"], [3, "create", undefined], [4, "create", undefined]]);
    const hopeless = await w.upload(`id,name\n${Array.from({ length: 200 }, (_, i) => `h${i},"x`).join("\n")}\n${"z".repeat(9)}`);
    expect(hopeless.status === 400 || hopeless.status === 200).toBe(true);
    if (hopeless.status === 400) expect(hopeless.json).toMatchObject({ code: "directory.quotes_broken" });
  });

  it("one line without an end of five megabytes", async () => {
    const run = await w.check(`id,name\nl1,Ann Smith\nl2,${"A".repeat(5_000_000)}\nl3,Bob Brown\n`);
    expect((await w.rows(run.id)).map((r) => [r.row, r.verdict])).toEqual([[2, "create"], [3, "refused"], [4, "create"]]);
  });
});

describe("odd headers and cells", () => {
  it("duplicate, missing and dangerous headers", async () => {
    const run = await w.check("id,name,__proto__,constructor,Department,Department,,id\nn1,Ann Smith,evil,evil,IT,HR,,x\n", { __proto__: null, constructor: "custom.constructor" });
    expect(run.columns.map((c) => [c.header, c.target])).toEqual([["id", "number"], ["name", "name"], ["__proto__", null], ["constructor", "custom.constructor"], ["Department", "org_unit"], ["Department", null], ["Column 7", null], ["id", null]]);
    const [row] = await w.rows(run.id);
    expect(row).toMatchObject({ verdict: "create", diff: { org_unit: [null, "IT"], "custom.constructor": [null, "evil"] } });
    await w.apply(run.id);
    expect(({} as Record<string, unknown>)["evil"]).toBeUndefined();
    const facts = await w.unit((ctx) => ctx.db.rows<{ value: string }>("SELECT value FROM facts WHERE attribute = 'custom.constructor'"));
    expect(facts).toEqual([{ value: "evil" }]);
  });

  it("300 columns", async () => {
    const heads = ["id", "name", ...Array.from({ length: 298 }, (_, i) => `extra ${i}`)];
    const run = await w.check(`${heads.join(";")}\n${["w1", "Ann Smith", ...Array.from({ length: 298 }, (_, i) => `v${i}`)].join(";")}\n`, { "extra 297": "custom.extra 297" });
    expect(run.columns).toHaveLength(300);
    expect((await w.rows(run.id))[0]?.diff["custom.extra 297"]).toEqual([null, "v297"]);
  });

  it("NUL, replacement and lone-surrogate characters", async () => {
    const run = await w.check("id,name,title\nz1,A\0B,x\nz2,Nguy?n Van,y\nz3,Zoë \ufffd,z\n");
    const rows = await w.rows(run.id);
    expect(rows.map((r) => [r.verdict, r.reasons[0]?.code, r.warnings[0]?.code])).toEqual([["refused", "characters_bad", undefined], ["create", undefined, "encoding_loss"], ["create", undefined, "encoding_loss"]]);
    const lone = await w.check(encode("id,name\nz4,A\ud800B\nz5,Ann Smith\n", "utf16le", true));
    expect(lone.counts["rows"]).toBe(2);
  });

  it("a header that is not in the first line", async () => {
    const run = await w.check("Export of 1 March;;\nid;name;title\nk1;Ann Smith;x\n", undefined, { headerRow: 2 });
    expect(run.columns.map((c) => c.target)).toEqual(["number", "name", "position"]);
    expect(run).toMatchObject({ counts: { rows: 1, create: 1 } });
  });
});

describe("dates that can be read two ways", () => {
  const file = (...days: string[]): string => `id,name,start\n${days.map((d, i) => `y${i},Ann Smith,${d}`).join("\n")}\n`;
  it("are asked, refused until answered, and then read as told", async () => {
    const run = await w.check(file("03/04/2024", "05/05/2024"));
    expect(run.questions.map((q) => q.code)).toEqual(["date_order"]);
    expect((await w.rows(run.id)).map((r) => [r.verdict, r.reasons[0]?.code])).toEqual([["refused", "date_ambiguous"], ["create", undefined]]);
    const told = await w.check(file("03/04/2024", "05/05/2024"), undefined, { dateOrder: "mdy" });
    expect(told.questions).toEqual([]);
    expect((await w.rows(told.id)).map((r) => r.diff["started_on"]?.[1])).toEqual(["2024-03-04", "2024-05-05"]);
  });
  it("are proven by another row of the column, or by the other date column", async () => {
    const one = await w.check(file("03/04/2024", "13/05/2024"));
    expect((await w.rows(one.id)).map((r) => r.diff["started_on"]?.[1])).toEqual(["2024-04-03", "2024-05-13"]);
    const two = await w.check("id,name,start,end\nx1,Ann Smith,03/04/2024,12/31/2030\n");
    expect((await w.rows(two.id))[0]?.diff["started_on"]?.[1]).toBe("2024-03-04");
  });
});
