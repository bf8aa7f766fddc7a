import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { compressed } from "../ui-shared/compress-plugin.ts";
import { messages } from "../ui-shared/messages-plugin.ts";
import { contracts } from "../ui-shared/contracts-plugin.ts";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  plugins: [contracts(), messages({ catalogues: ["portal", "errors"] }), preact({ prefreshEnabled: false }), compressed()],
  // The server's policy allows files of its own only: nothing may become a data: address or an inline script.
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, manifest: true, reportCompressedSize: false },
  server: { proxy: { "/api": process.env["MUSTER_URL"] ?? "http://localhost:3000" } },
});
