/**
 * The files of one interface, read once at start: a few megabytes. A build or an upgrade that replaces the folder under a running
 * process then neither fails a request nor mixes two releases, and no file is opened on the way of a request.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Context } from "koa";

interface Held { readonly type: string; readonly etag: string; readonly plain: Buffer; readonly br: Buffer | undefined; readonly gzip: Buffer | undefined }

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml", png: "image/png", ico: "image/x-icon",
  woff2: "font/woff2", json: "application/json; charset=utf-8", webmanifest: "application/manifest+json", txt: "text/plain; charset=utf-8",
};

function* filesBelow(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) yield* filesBelow(join(dir, entry.name)); else if (entry.isFile()) yield join(dir, entry.name);
  }
}

export class StaticFiles {
  readonly #held = new Map<string, Held>();

  /** Takes what is in `dist`; nothing if the interface was not built. */
  constructor(dist: string) {
    if (!existsSync(dist)) return;
    const all = new Set(filesBelow(dist));
    for (const file of all) {
      const type = types[file.split(".").at(-1) ?? ""];
      if (type === undefined) continue;
      const plain = readFileSync(file);
      const packed = (suffix: string): Buffer | undefined => (all.has(file + suffix) ? readFileSync(file + suffix) : undefined);
      this.#held.set(`/${relative(dist, file).split(sep).join("/")}`, { type, plain, etag: `"${createHash("sha256").update(plain).digest("hex").slice(0, 20)}"`, br: packed(".br"), gzip: packed(".gz") });
    }
  }

  /** The text of a page, for the server to finish; null if there is none. */
  text(path: string): string | null { return this.#held.get(path)?.plain.toString("utf8") ?? null; }

  /** Answers with the file; false if there is none. Names with a hash are kept by the browser for ever. */
  answer(http: Context, path: string): boolean {
    const held = this.#held.get(path);
    if (!held) return false;
    http.set("ETag", held.etag);
    http.set("Cache-Control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    http.set("Vary", "Accept-Encoding");
    if (http.request.headers["if-none-match"] === held.etag) { http.status = 304; return true; }
    const accepted = String(http.request.headers["accept-encoding"] ?? "");
    const packed = held.br && /\bbr\b/.test(accepted) ? { name: "br", bytes: held.br } : held.gzip && /\bgzip\b/.test(accepted) ? { name: "gzip", bytes: held.gzip } : null;
    http.status = 200;
    if (packed) http.set("Content-Encoding", packed.name);
    http.set("Content-Type", held.type);
    http.body = packed?.bytes ?? held.plain;
    return true;
  }
}
