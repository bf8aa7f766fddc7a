/** Once per run of the browser tests: both interfaces built, the demo company made, Chromium started. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { buildFaces, chromiumOptions, seedCompany } from "./product.ts";

declare module "vitest" {
  interface ProvidedContext { company: string; chromium: string }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), "muster-browser-"));
  await buildFaces();
  await seedCompany(dir);
  const server = await chromium.launchServer(chromiumOptions);
  project.provide("company", dir);
  project.provide("chromium", server.wsEndpoint());
  return async () => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  };
}
