import { describe, expect, it } from "vitest";
import { documentBytes, filesIn } from "./canonical.ts";
import { Content, type Unit } from "./content.ts";
import type { CourseFile } from "./contract.ts";
import { findingsOf } from "./findings.ts";
import { picturesOf } from "./markdown.ts";
import { sniff } from "./sniff.ts";

const png: CourseFile = { sha256: "a".repeat(64), name: "a.png", type: "image/png", size: 1, createdAt: "2027-01-01T00:00:00.000Z" };
const pdf: CourseFile = { ...png, sha256: "b".repeat(64), name: "b.pdf", type: "application/pdf" };
const files = [png, pdf];
const picture = picturesOf(files, (s) => s);
const codes = (...units: unknown[]): string[] => findingsOf(Content.parse({ units }), files, picture).map((f) => `${f.severity === "error" ? "!" : "?"}${f.code}`);

const lesson = { id: "less", kind: "lesson", title: "L", minutes: 5, markdown: "text" };
const choice = (id: string, isCorrect: boolean) => ({ id, text: `choice ${id}`, isCorrect });
const question = { id: "ques", kind: "single", text: "?", points: 1, explanation: "", choices: [choice("aaaa", true), choice("bbbb", false)] };
const pool = { id: "pool", title: "", draw: null, questions: [question] };
const quiz = { id: "quiz", kind: "quiz", title: "Q", minutes: 5, intro: "", passPercent: 80, maxSittings: 3, limitMinutes: null, shuffle: true, feedback: "marks", pools: [pool] };
const withQuestion = (q: object) => ({ ...quiz, pools: [{ ...pool, questions: [{ ...question, ...q }] }] });

describe("findings", () => {
  it("a sound course has none", () => {
    expect(codes(lesson, { id: "docu", kind: "document", title: "D", minutes: 1, file: { sha256: pdf.sha256, name: pdf.name, type: pdf.type, size: 1 }, markdown: "", statement: "I have read it" }, quiz)).toEqual([]);
  });
  it.each<[string, unknown[], string[]]>([
    ["nothing at all", [], ["!no_units"]],
    ["empty lesson", [{ ...lesson, markdown: " \n" }], ["!lesson_empty"]],
    ["two units of one id", [lesson, lesson], ["!unit_twice"]],
    ["picture that is not there", [{ ...lesson, markdown: "![x](gone.png)" }], ["!picture_missing"]],
    ["picture without words", [{ ...lesson, markdown: `![](file:${png.sha256})` }], ["?picture_without_text"]],
    ["dropped link", [{ ...lesson, markdown: "[x](javascript:1)" }], ["?link_unsafe"]],
    ["empty document", [{ id: "docu", kind: "document", title: "D", minutes: 1, file: null, markdown: "", statement: "s" }], ["!document_empty"]],
    ["document of a foreign file", [{ id: "docu", kind: "document", title: "D", minutes: 1, file: { sha256: "c".repeat(64), name: "c", type: "application/pdf", size: 1 }, markdown: "", statement: "s" }], ["!file_missing"]],
    ["document that is a picture", [{ id: "docu", kind: "document", title: "D", minutes: 1, file: { sha256: png.sha256, name: "a", type: "application/pdf", size: 1 }, markdown: "", statement: "s" }], ["!file_not_pdf"]],
    ["quiz without questions", [{ ...quiz, pools: [{ ...pool, questions: [] }] }], ["!quiz_without_questions"]],
    ["one empty pool", [{ ...quiz, pools: [pool, { ...pool, id: "poolb", questions: [] }] }], ["!pool_empty"]],
    ["draws more than it has", [{ ...quiz, pools: [{ ...pool, draw: 2 }] }], ["!pool_draws_too_many"]],
    ["no correct choice", [withQuestion({ choices: [choice("aaaa", false), choice("bbbb", false)] })], ["!no_correct_choice"]],
    ["single with two correct", [withQuestion({ choices: [choice("aaaa", true), choice("bbbb", true)] })], ["!several_correct"]],
    ["the same question twice", [{ ...quiz, pools: [pool, { ...pool, id: "poolb" }] }], ["!question_twice"]],
    ["choices that read the same", [withQuestion({ choices: [{ ...choice("aaaa", true), text: "x" }, { ...choice("bbbb", false), text: "X " }] })], ["!choice_same_text"]],
    ["everybody passes", [{ ...quiz, passPercent: 0 }], ["?pass_zero"]],
    ["answers found by repeating", [{ ...quiz, maxSittings: null }], ["?answers_by_repeating"]],
    ["a working day", [{ ...lesson, minutes: 481 }], ["?very_long"]],
  ])("%s", (_, units, expected) => { expect(codes(...units)).toEqual(expected); });

  it("points at the very field", () => {
    const [finding] = findingsOf(Content.parse({ units: [lesson, { ...quiz, pools: [{ ...pool, draw: 2 }] }] }), files, picture);
    expect(finding).toMatchObject({ path: "units.1.pools.0.draw", unitId: "quiz", values: { draw: 2, count: 1 } });
  });
});

describe("canonical bytes", () => {
  const content = Content.parse({ units: [lesson, quiz] });
  const document = { format: 1 as const, title: "T", summary: "", language: "de", content, files: filesIn(content, files, new Set([png.sha256])) };
  it("do not depend on the order of keys and list only used files", () => {
    const turned = (v: unknown): unknown => (Array.isArray(v) ? v.map(turned) : v !== null && typeof v === "object" ? Object.fromEntries(Object.entries(v).reverse().map(([k, x]) => [k, turned(x)])) : v);
    expect(documentBytes({ ...document, content: turned(content) as { units: Unit[] } })).toEqual(documentBytes(document));
    expect(document.files.map((f) => f.name)).toEqual(["a.png"]);
  });
  it("change with any change of the content", () => {
    expect(documentBytes({ ...document, title: "U" }).sha256).not.toBe(documentBytes(document).sha256);
  });
});

describe("file types are read from the bytes", () => {
  it.each<[string, number[] | string, string | null]>([
    ["PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0], "image/png"], ["JPEG", [0xff, 0xd8, 0xff, 0xe0], "image/jpeg"], ["GIF", "GIF89a...", "image/gif"], ["WebP", "RIFF\0\0\0\0WEBPVP8 ", "image/webp"], ["PDF", "%PDF-1.7", "application/pdf"],
    ["SVG", "<svg xmlns=", null], ["HTML", "<!doctype html>", null], ["zip", "PK\u0003\u0004", null], ["WAV", "RIFF\0\0\0\0WAVE", null], ["PDF after junk", " %PDF-1.7", null], ["one byte", [0x89], null], ["nothing", [], null],
  ])("%s", (_, head, type) => { expect(sniff(typeof head === "string" ? Buffer.from(head, "latin1") : Uint8Array.from(head))).toBe(type); });
});
