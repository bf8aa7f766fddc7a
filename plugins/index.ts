/** Plugins that come with Muster, a line each. */
import type { Plugin } from "../server/plugin.ts";
import disk from "./disk/index.ts";
import pdfCertificate from "./pdf-certificate/index.ts";

export const bundledPlugins: readonly Plugin[] = [
  disk,
  pdfCertificate,
];
