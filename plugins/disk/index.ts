/** Keeps files in a folder of the machine, each under the SHA-256 of its bytes. */
import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { definePlugin } from "../../server/plugin.ts";
import { diskFiles } from "./files.ts";

export default definePlugin({
  id: "disk",
  title: "Files on disk",
  version: "1.0.0",
  contract: 1,
  settings: z.object({
    folder: z.string().min(1).max(500).refine((s) => !s.includes("\0"), "is not a path").default("files").meta({ description: "Folder for files; relative to the data folder of Muster" }),
  }),
  async setup(host) {
    const { folder } = host.settings;
    host.provide("files", await diskFiles(isAbsolute(folder) ? folder : resolve(host.home, folder)));
  },
});
