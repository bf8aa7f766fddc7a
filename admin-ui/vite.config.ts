import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../ui-shared/compress-plugin.ts";
import { contracts } from "../ui-shared/contracts-plugin.ts";
import { messages } from "../ui-shared/messages-plugin.ts";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  plugins: [contracts(), react(), messages({ catalogues: ["console", "shared", "errors"] }), compressed()],
  // Nothing inline: the policy of the console allows no data: fonts and no inline script.
  build: { outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 700, modulePreload: { polyfill: false } },
  server: { proxy: { "/api": "http://localhost:7400", "/verify": "http://localhost:7400" } },
});
