import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openKeys } from "./keys.ts";

let home: string, dir: string;
beforeEach(() => { home = mkdtempSync(join(tmpdir(), "muster-keys-")); dir = join(home, "keys"); });
afterEach(() => { rmSync(home, { recursive: true, force: true }); });
const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe("the key folder", () => {
  it("is made at the first start, for its owner only, and opened again later", () => {
    const first = openKeys(dir);
    expect(readdirSync(dir).sort()).toEqual(["kek", "ledger-public-key", "ledger-signing-key"]);
    expect([mode(dir), mode(join(dir, "kek")), mode(join(dir, "ledger-signing-key"))]).toEqual(["700", "400", "400"]);
    const again = openKeys(dir);
    expect([again.kekId, again.publicKey, again.signer?.name]).toEqual([first.kekId, first.publicKey, first.signer?.name]);
    expect(openKeys(join(home, "other")).kekId).not.toBe(first.kekId);
  });
  it("seals values to their place", () => {
    const keys = openKeys(dir);
    const sealed = keys.seal("settings/value/smtp", Buffer.from("s3cret"));
    expect(sealed).toMatch(new RegExp(`^v1:${keys.kekId}:`));
    expect(keys.open("settings/value/smtp", sealed).toString()).toBe("s3cret");
    expect(() => keys.open("settings/value/ldap", sealed)).toThrow();
    expect(() => keys.open("settings/value/smtp", `${sealed.slice(0, -2)}AA`)).toThrow();
    expect(() => keys.open("settings/value/smtp", sealed.slice(3))).toThrow("not a sealed value");
    expect(() => openKeys(join(home, "other")).open("settings/value/smtp", sealed)).toThrow(`sealed under the key ${keys.kekId}`);
    expect(keys.seal("a", Buffer.from("x"))).not.toBe(keys.seal("a", Buffer.from("x")));
  });
  it("derives one key per purpose", () => {
    const keys = openKeys(dir);
    expect(keys.hmac("csrf", "x")).toEqual(openKeys(dir).hmac("csrf", "x"));
    expect(keys.hmac("csrf", "x")).not.toEqual(keys.hmac("launch", "x"));
  });
  it.each([["kek", 0o444], ["kek", 0o604], ["kek", 0o460], ["ledger-signing-key", 0o644]])("refuses %s with mode %o", (file, bits) => {
    openKeys(dir);
    chmodSync(join(dir, file), bits);
    expect(() => openKeys(dir)).toThrow(`${join(dir, file)} is open to other accounts`);
  });
  it("accepts a folder mounted for a group (0440)", () => {
    openKeys(dir);
    for (const f of ["kek", "ledger-signing-key"]) chmodSync(join(dir, f), 0o440);
    expect(openKeys(dir).signer).not.toBeNull();
  });
  it("refuses a folder others may write to", () => {
    openKeys(dir);
    chmodSync(dir, 0o777);
    expect(() => openKeys(dir)).toThrow("chmod 0700");
  });
  it("never makes a new KEK where one was lost", () => {
    openKeys(dir);
    rmSync(join(dir, "kek"), { force: true });
    expect(() => openKeys(dir)).toThrow("kek is missing");
    expect(existsSync(join(dir, "kek"))).toBe(false);
  });
  it("goes on without the signing key, and still knows the public one", () => {
    const before = openKeys(dir);
    rmSync(join(dir, "ledger-signing-key"), { force: true });
    const after = openKeys(dir);
    expect([after.signer, after.publicKey]).toEqual([null, before.publicKey]);
  });
  it("finishes a first start that died in between", () => {
    openKeys(dir);
    rmSync(join(dir, "kek"), { force: true });
    writeFileSync(join(dir, "unfinished"), "");
    expect(openKeys(dir).signer).not.toBeNull();
    expect(existsSync(join(dir, "unfinished"))).toBe(false);
  });
  it.each(["", "PRIVATE+KEY+x+00000000+AQ==", "nonsense"])("refuses the signing key %j", (text) => {
    openKeys(dir);
    rmSync(join(dir, "ledger-signing-key"), { force: true });
    writeFileSync(join(dir, "ledger-signing-key"), text, { mode: 0o400 });
    expect(() => openKeys(dir)).toThrow(/ledger-signing-key is/);
  });
  it("refuses a KEK of another length", () => {
    openKeys(dir);
    rmSync(join(dir, "kek"), { force: true });
    writeFileSync(join(dir, "kek"), "short", { mode: 0o400 });
    expect(() => openKeys(dir)).toThrow("exactly 32 bytes");
  });
});
