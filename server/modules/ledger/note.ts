/** Checkpoints as C2SP signed notes: text, blank line, one signature line per key. */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { keyId, type Signer } from "../../kernel/keys.ts";

export interface Verifier { readonly name: string; readonly id: string; readonly key: KeyObject }
export interface CheckpointText { readonly origin: string; readonly size: number; readonly root: Buffer }

const spki = Buffer.from("302a300506032b6570032100", "hex");
const longest = 64 * 1024;
const mostSignatures = 64;

/** `<name>+<key id>+<base64(0x01 ‖ public key)>`; undefined when it is not one. */
export function parsePublicKey(text: string): Verifier | undefined {
  const [, name = "", id = "", encoded = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length !== 33 || bytes[0] !== 1 || bytes.toString("base64") !== encoded) return undefined;
  const raw = bytes.subarray(1);
  if (keyId(name, raw).toString("hex") !== id) return undefined;
  return { name, id, key: createPublicKey({ key: Buffer.concat([spki, raw]), format: "der", type: "spki" }) };
}

/** Control characters other than the newline. */
const holdsControls = (note: string): boolean => {
  for (let i = 0; i < note.length; i++) if (note.charCodeAt(i) < 32 && note[i] !== "\n") return true;
  return false;
};

/** Signs `text` (which ends with a newline). */
export function signNote(text: string, signer: Signer, publicKey: string): string {
  const id = parsePublicKey(publicKey)?.id ?? "";
  const signature = Buffer.concat([Buffer.from(id, "hex"), signer.sign(Buffer.from(text))]);
  return `${text}\n— ${signer.name} ${signature.toString("base64")}\n`;
}

/**
 * The signed text when at least one known key signed it and none of the known keys' lines is wrong; undefined otherwise.
 * Lines of unknown keys are ignored, but never count.
 */
export function openNote(note: string, known: readonly Verifier[]): string | undefined {
  if (note.length > longest || !note.isWellFormed() || holdsControls(note)) return undefined;
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > mostSignatures) return undefined;
  let good = 0;
  const seen = new Set<string>();
  for (const line of lines) {
    const [, name = "", encoded = ""] = /^— ([^+\s]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = Buffer.from(encoded, "base64");
    if (name === "" || bytes.length < 5 || bytes.toString("base64") !== encoded) return undefined;
    const id = bytes.subarray(0, 4).toString("hex");
    const verifier = known.find((v) => v.name === name && v.id === id);
    if (!verifier) continue;
    // The same key twice says nothing more, and a note that repeats it was not made by us.
    if (seen.has(`${name}+${id}`) || !verify(null, Buffer.from(text), verifier.key, bytes.subarray(4))) return undefined;
    seen.add(`${name}+${id}`);
    good++;
  }
  return good > 0 ? text : undefined;
}

export const checkpointText = (origin: string, size: number, root: Uint8Array): string => `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;

/** Exactly three lines: origin, size, root. */
export function parseCheckpoint(text: string): CheckpointText | undefined {
  const [, origin = "", size = "", encoded = ""] = /^([^\n]+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text) ?? [];
  const root = Buffer.from(encoded, "base64");
  if (origin === "" || root.length !== 32 || root.toString("base64") !== encoded) return undefined;
  return { origin, size: Number(size), root };
}
