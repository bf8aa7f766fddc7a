import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isolated, visualRuns } from "./lines.ts";
import { run, type Printed } from "./render.worker.ts";

const record: Printed = {
  number: "2027-K7Q2-M4XA-90", verifyUrl: "https://learn.example/verify/abcdefghijklmnop", language: "en", organisation: "Nordwerk GmbH & Co. KG", holder: "Lea Hoffmann", course: "Fire safety", courseVersion: 3,
  courseSha256: "ab".repeat(32), requirement: "Fire safety, yearly", achievedOn: "2027-03-01", zone: "Europe/Berlin", scorePercent: 95, validThroughOn: "2028-03-01", issuedAt: "2027-03-01T09:30:00.000Z", signatureLine: "I. Wagner, Head of Safety",
};

function inFile<T>(bytes: Uint8Array, look: (file: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), "muster-pdf-"));
  try { writeFileSync(join(dir, "c.pdf"), bytes); return look(join(dir, "c.pdf")); } finally { rmSync(dir, { recursive: true }); }
}
const textOf = (bytes: Uint8Array): string => inFile(bytes, (file) => execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }));

describe("the document", () => {
  test("says all facts, embeds every font, and its bytes depend on the record alone", async () => {
    const bytes = await run({ record });
    const text = textOf(bytes);
    for (const part of ["Nordwerk GmbH & Co. KG", "Lea Hoffmann", "Fire safety", "2027-K7Q2-M4XA-90", "1 March 2028", "95 %", "I. Wagner, Head of Safety", "https://learn.example/verify/abcdefghijklmnop"]) expect(text).toContain(part);
    expect(Buffer.from(await run({ record })).equals(Buffer.from(bytes))).toBe(true);
    const fonts = inFile(bytes, (file) => execFileSync("pdffonts", [file], { encoding: "utf8" })).trim().split("\n").slice(2);
    expect(fonts.length).toBeGreaterThan(1);
    for (const line of fonts) expect(line).toMatch(/\byes +yes +(yes|no)\b/);
  });

  test.each([
    ["de", "Łukasz Ægir Nguyễn"], ["en", "Παπαδοπούλου Ивáнов"], ["de", "王小明"], ["de", "山田太郎"], ["de", "김민수"], ["en", "สมชาย"],
  ] as const)("prints %s names in their own letters: %s", async (language, holder) => {
    expect(textOf(await run({ record: { ...record, language, holder } })).normalize("NFC")).toContain(holder.normalize("NFC"));
  });

  test("shapes Arabic: letters are joined and no letter is a box or a question mark", async () => {
    const text = textOf(await run({ record: { ...record, language: "ar", holder: "محمد عبد الله" } }));
    expect(text.normalize("NFKC")).toMatch(/محمد/u);
    expect(text).not.toContain("?");
  });

  test("a name of 120 characters and one of a single letter fit on one page", async () => {
    for (const holder of ["Maximiliane-Konstantina ".repeat(5).trim(), "X", "W".repeat(120)]) {
      expect(inFile(await run({ record: { ...record, holder } }), (file) => execFileSync("pdfinfo", [file], { encoding: "utf8" }))).toMatch(/Pages: +1\b/);
    }
  });
});

describe("order of runs", () => {
  const shown = (text: string, base: "ltr" | "rtl"): string[] => visualRuns(text, "regular", base).map((r) => r.text);
  test("brackets in right-to-left text are mirrored once", () => { expect(shown("א (B) ג", "rtl").join("|")).toBe("ג| |(|B|)|א "); });
  test("a code keeps together", () => { expect(shown(`א ${isolated("2027-K7")}`, "rtl")[0]).toBe("2027-K7"); });
  test("Latin inside Arabic stays left to right", () => { expect(shown("عمر Omar", "rtl")[0]).toBe("Omar"); });
});
