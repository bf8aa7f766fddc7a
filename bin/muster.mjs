#!/usr/bin/env node
// Plain JavaScript that any Node can read: checks the version before anything modern is loaded.
import { enableCompileCache } from "node:module";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(`Muster needs Node 24 or newer; this is ${process.version}. Run it with "npm start", which brings its own.`);
  process.exit(3);
}
enableCompileCache?.();
const { run } = await import("../server/cli.ts");
await run(process.argv.slice(2));
