/** Certificates as PDF/A, with embedded fonts for the scripts people's names are written in. */
import { z } from "zod";
import { definePlugin } from "../../server/plugin.ts";

export default definePlugin({
  id: "pdf-certificate",
  title: "Certificates as PDF",
  version: "1.0.0",
  contract: 1,
  settings: z.object({}),
  setup(host) {
    host.provide("certificate-format", { id: "pdf", type: "application/pdf", module: new URL("./render.worker.ts", import.meta.url) });
  },
});
