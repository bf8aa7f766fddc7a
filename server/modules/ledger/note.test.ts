import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openKeys } from "../../kernel/keys.ts";
import { emptyRoot } from "./merkle.ts";
import { checkpointText, openNote, parseCheckpoint, parsePublicKey, signNote } from "./note.ts";

// The example of golang.org/x/mod/sumdb/note, which C2SP signed-note describes.
const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const peter = parsePublicKey(vkey)!;

const dir = mkdtempSync(join(tmpdir(), "muster-note-"));
afterAll(() => { rmSync(dir, { recursive: true }); });
const keys = openKeys(join(dir, "a"));
const others = openKeys(join(dir, "b"));
const ours = parsePublicKey(keys.publicKey!)!;
const signed = signNote(text, keys.signer!, keys.publicKey!);

describe("signed notes", () => {
  it("reads the reference note", () => {
    expect(openNote(`${text}\n${line}`, [peter])).toBe(text);
    expect(peter.id).toBe("c74f20a3");
  });
  it("refuses every shortening and every change of the reference key", () => {
    for (let i = 1; i < vkey.length; i++) expect(parsePublicKey(vkey.slice(0, i))).toBeUndefined();
    for (let i = 1; i < vkey.length; i++) expect(parsePublicKey(vkey.slice(i))).toBeUndefined();
    for (let i = 0; i < vkey.length; i++) expect(parsePublicKey(vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) + 1) + vkey.slice(i + 1))).toBeUndefined();
  });
  it("signs what it reads", () => {
    expect(openNote(signed, [ours])).toBe(text);
    expect(signed.split("\n").at(-2)).toMatch(/^— muster\/[0-9a-f-]{36} /);
  });
  it("ignores lines of unknown keys, but never counts them", () => {
    expect(openNote(signed + line, [ours])).toBe(text);
    expect(openNote(signed, [peter])).toBeUndefined();
    expect(openNote(`${text}\n${line}`, [])).toBeUndefined();
    const impostor = signNote(text, { ...others.signer!, name: keys.signer!.name }, others.publicKey!);
    expect(openNote(impostor, [ours])).toBeUndefined();
  });
  it.each([
    ["one bad line of a known key beside a good one", `${signed}${line.replace("x08go/ZJ", "x08go/ZK")}`],
    ["the same key twice", signed + signed.split("\n").at(-2)! + "\n"],
    ["a changed text", signed.replace("answer", "Answer")],
    ["no last newline", signed.slice(0, -1)],
    ["no blank line", signed.replace("\n\n", "\n")],
    ["a control character", signed.replace("answer", "ans\u0007wer")],
    ["a carriage return", signed.replaceAll("\n", "\r\n")],
    ["a hyphen for the dash", signed.replace("—", "-")],
    ["65 signatures", signed + line.repeat(64)],
    ["nothing", ""],
  ])("refuses %s", (_name, note) => { expect(openNote(note, [ours, peter])).toBeUndefined(); });
  it("refuses every one-byte change of a signature", () => {
    const at = signed.lastIndexOf(" ") + 1;
    for (let i = at; i < signed.length - 2; i++) {
      const c = signed[i] === "A" ? "B" : "A";
      expect(openNote(signed.slice(0, i) + c + signed.slice(i + 1), [ours])).toBeUndefined();
    }
  });
});

describe("checkpoints", () => {
  it("are three lines", () => {
    const made = checkpointText("muster/x", 7, emptyRoot);
    expect(parseCheckpoint(made)).toEqual({ origin: "muster/x", size: 7, root: emptyRoot });
    for (const bad of [made + "extra\n", made.slice(0, -1), made.replace("\n7\n", "\n07\n"), made.replace("\n7\n", "\n-7\n"), made.replace("\n7\n", "\n7.0\n"), made.replace("=", "")]) expect(parseCheckpoint(bad)).toBeUndefined();
  });
  it("keep the public key readable beside the secret one", () => { expect(readFileSync(join(dir, "a", "ledger-public-key"), "utf8").trim()).toBe(keys.publicKey); });
});
