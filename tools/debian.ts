/** Debian packages that tests need: installed when root, otherwise named. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const needed: readonly { readonly name: string; readonly path: string }[] = [
  { name: "chromium", path: "/usr/bin/chromium" },
  { name: "poppler-utils", path: "/usr/bin/pdftotext" },
  { name: "util-linux", path: "/usr/bin/taskset" },
  { name: "strace", path: "/usr/bin/strace" },
];

/** Makes sure they are there; throws with the command to run when they cannot be installed. */
export function requirePackages(): void {
  const missing = needed.filter((n) => !existsSync(n.path)).map((n) => n.name);
  if (missing.length === 0) return;
  const how = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Error(`these programs are missing for the tests: ${missing.join(", ")}. As root on Debian: ${how}`);
  process.stdout.write(`Installing ${missing.join(", ")} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "inherit" });
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env, stdio: ["ignore", "ignore", "inherit"] });
}
