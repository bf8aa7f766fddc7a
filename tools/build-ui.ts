/** Builds both interfaces when their sources changed since the last build (by hash), or always with --force. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const shared = ["ui-shared", "locales", "server/api.ts", "server/kernel/client.ts", "server/kernel/contract.ts", "package-lock.json"];
const faces = ["admin-ui", "learner-ui"] as const;

function* filesBelow(path: string): Generator<string> {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const full = join(path, entry.name);
    if (entry.isDirectory()) { if (entry.name !== "dist" && entry.name !== "node_modules") yield* filesBelow(full); } else yield full;
  }
}

/** The contracts are part of both bundles (types aside), so every contract counts as a source. */
function sourceHash(face: string): string {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0] ?? "");
  const contracts = [...filesBelow(join(root, "server/modules"))].filter((f) => /(contract|content)\.ts$/.test(f));
  const files = [face, ...shared].flatMap((p) => { const full = join(root, p); return !existsSync(full) ? [] : p.endsWith(".ts") || p.endsWith(".json") ? [full] : [...filesBelow(full)]; });
  for (const file of [...files, ...contracts]) hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

for (const face of faces) {
  const stamp = join(root, face, "dist/.sources");
  const hash = sourceHash(face);
  if (!process.argv.includes("--force") && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) continue;
  process.stdout.write(`Building ${face === "admin-ui" ? "the console" : "the portal"} …\n`);
  await build({ root: join(root, face), configFile: join(root, face, "vite.config.ts"), logLevel: "warn" });
  mkdirSync(join(root, face, "dist"), { recursive: true });
  writeFileSync(stamp, hash);
}
