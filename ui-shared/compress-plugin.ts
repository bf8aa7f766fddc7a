/** Vite plugin: writes a Brotli and a gzip copy beside each built text file, so that the server never compresses while people wait. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

export function compressed(): Plugin {
  let folder = "";
  return {
    name: "muster-compress",
    apply: "build",
    configResolved(config) { folder = path.resolve(config.root, config.build.outDir); },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|svg)$/.test(entry)) continue;
        const at = path.join(folder, entry);
        const text = readFileSync(at);
        if (text.length < 1_000) continue;
        writeFileSync(`${at}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }));
        writeFileSync(`${at}.gz`, gzipSync(text, { level: 9 }));
      }
    },
  };
}
