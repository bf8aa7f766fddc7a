/**
 * The key folder, apart from the database: the key-encryption key (KEK) and the ledger's Ed25519 signing key.
 * Who has only the database has neither; who loses the folder loses sealed values for good.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, createSecretKey, hkdfSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { v4 } from "uuid";
import { ConfigError } from "./config.ts";

export interface Signer {
  /** Origin of the ledger's checkpoints: `muster/<instance uuid>`. */
  readonly name: string;
  /** Ed25519 over these bytes. */
  sign(message: Uint8Array): Buffer;
}

export interface Keys {
  /** First eight hex digits of the KEK's hash; names it in every sealed value. */
  readonly kekId: string;
  /** AES-256-GCM under the KEK: `v1:<kekId>:<nonce>:<ciphertext and tag>`. `aad` is `table/column/row id`; a value moved elsewhere does not open. */
  seal(aad: string, plaintext: Uint8Array): string;
  /** Throws if the value was sealed under another KEK, moved or altered. */
  open(aad: string, sealed: string): Buffer;
  /** 32 bytes for one purpose, derived from the KEK by HKDF-SHA-256. */
  derive(purpose: string): Buffer;
  /** HMAC-SHA-256 under the key of that purpose. */
  hmac(purpose: string, value: string | Uint8Array): Buffer;
  /** Null when the signing key is missing: nothing can be sealed, everything else goes on. */
  readonly signer: Signer | null;
  /** Public key of the checkpoints, `<name>+<key id>+<base64>` (C2SP signed-note), null when it was lost too. */
  readonly publicKey: string | null;
}

const kekFile = "kek";
const signingFile = "ledger-signing-key";
const publicFile = "ledger-public-key";
/** Stands while the first keys are being made: a start that died in between may go on, since nothing was sealed yet. */
const unfinishedFile = "unfinished";
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Opens the folder; creates it with fresh keys at the first start. Refuses loose permissions and half a folder. */
export function openKeys(dir: string): Keys {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const present = new Set(readdirSync(dir));
  if (!present.has(kekFile) || present.has(unfinishedFile)) {
    if (!present.has(unfinishedFile) && (present.has(signingFile) || present.has(publicFile))) throw new ConfigError(`${join(dir, kekFile)} is missing: without this key personal values cannot be read. Put the key folder of this instance back.`);
    create(dir);
  }
  guard(dir, 0o022);
  const kek = readSecret(join(dir, kekFile));
  if (kek.length !== 32) throw new ConfigError(`${join(dir, kekFile)} must hold exactly 32 bytes; it holds ${kek.length}`);
  const signer = signerFrom(join(dir, signingFile));
  return { ...sealing(kek), signer: signer?.signer ?? null, publicKey: signer?.publicKey ?? readPublic(join(dir, publicFile)) };
}

function create(dir: string): void {
  chmodSync(dir, 0o700);
  writeOnce(join(dir, unfinishedFile), "", 0o600);
  const name = `muster/${v4()}`;
  const seed = randomBytes(32);
  const publicKey = rawPublic(privateKey(seed));
  const id = keyId(name, publicKey).toString("hex");
  writeOnce(join(dir, signingFile), `PRIVATE+KEY+${name}+${id}+${Buffer.concat([Buffer.of(1), seed]).toString("base64")}\n`, 0o400);
  const kept = signerFrom(join(dir, signingFile));
  writeOnce(join(dir, publicFile), `${kept?.publicKey ?? ""}\n`, 0o444);
  writeOnce(join(dir, kekFile), randomBytes(32), 0o400);
  rmSync(join(dir, unfinishedFile), { force: true });
}

/** Complete or absent, never half, and never over an existing file. */
function writeOnce(file: string, content: string | Uint8Array, mode: number): void {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = openSync(draft, "wx", mode);
  try {
    writeSync(handle, typeof content === "string" ? Buffer.from(content) : content);
    fsyncSync(handle);
  } finally { closeSync(handle); }
  try { linkSync(draft, file); } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally { rmSync(draft, { force: true }); }
  const folder = openSync(join(file, ".."), "r");
  try { fsyncSync(folder); } finally { closeSync(folder); }
}

function guard(path: string, forbidden: number): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & forbidden) === 0) return;
  const octal = `0${mode.toString(8)}`;
  throw new ConfigError(`${path} is open to other accounts of this machine (mode ${octal}); run: chmod ${forbidden === 0o022 ? "0700" : "0400"} ${path}`);
}

function readSecret(file: string): Buffer {
  guard(file, 0o137);
  return readFileSync(file);
}

const privateKey = (seed: Uint8Array): KeyObject => createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
const rawPublic = (key: KeyObject): Buffer => createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);

/** First four bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ public key) (C2SP signed-note). */
export const keyId = (name: string, publicKey: Uint8Array): Buffer =>
  createHash("sha256").update(name).update(Buffer.of(10, 1)).update(publicKey).digest().subarray(0, 4);

function signerFrom(file: string): { signer: Signer; publicKey: string } | null {
  let text: string;
  try { text = readSecret(file).toString("utf8").trim(); } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const parts = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const [, name = "", id = "", encoded = ""] = parts ?? [];
  const bytes = Buffer.from(encoded, "base64");
  if (!parts || bytes.length !== 33 || bytes[0] !== 1) throw new ConfigError(`${file} is not a ledger signing key`);
  const key = privateKey(bytes.subarray(1));
  const raw = rawPublic(key);
  if (keyId(name, raw).toString("hex") !== id) throw new ConfigError(`${file} is damaged: its key and its key id do not belong together`);
  return {
    signer: { name, sign: (message) => sign(null, message, key) },
    publicKey: `${name}+${id}+${Buffer.concat([Buffer.of(1), raw]).toString("base64")}`,
  };
}

function readPublic(file: string): string | null {
  try { return readFileSync(file, "utf8").trim() || null; } catch { return null; }
}

function sealing(raw: Buffer): Omit<Keys, "signer" | "publicKey"> {
  const kekId = createHash("sha256").update("muster kek\0").update(raw).digest("hex").slice(0, 8);
  // A raw key is prepared anew at each use, which costs four times the encryption itself.
  const kek = createSecretKey(raw);
  const derived = new Map<string, Buffer>();
  const macKeys = new Map<string, KeyObject>();
  const derive = (purpose: string): Buffer => {
    let key = derived.get(purpose);
    if (!key) derived.set(purpose, key = Buffer.from(hkdfSync("sha256", raw, "", `muster/${purpose}`, 32)));
    return key;
  };
  return {
    kekId,
    derive,
    hmac(purpose, value) {
      let key = macKeys.get(purpose);
      if (!key) macKeys.set(purpose, key = createSecretKey(derive(purpose)));
      return createHmac("sha256", key).update(value).digest();
    },
    seal(aad, plaintext) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", kek, nonce).setAAD(Buffer.from(aad));
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      return `v1:${kekId}:${nonce.toString("base64url")}:${sealed.toString("base64url")}`;
    },
    open(aad, sealed) {
      const [version, kid, nonce = "", body = "", ...rest] = sealed.split(":");
      if (version !== "v1" || rest.length > 0) throw new Error("not a sealed value");
      if (kid !== kekId) throw new Error(`sealed under the key ${kid}, but the key folder holds ${kekId}`);
      const bytes = Buffer.from(body, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", kek, Buffer.from(nonce, "base64url"), { authTagLength: 16 }).setAAD(Buffer.from(aad));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
    },
  };
}
