/** What must hold of package-lock.json: every package comes from a registry with the hash of its bytes, and runs nothing when installed. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Entry { readonly version?: string; readonly resolved?: string; readonly integrity?: string; readonly link?: boolean; readonly os?: readonly string[]; readonly hasInstallScript?: boolean; readonly optional?: boolean; readonly dev?: boolean }
const root = new URL("../", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), "utf8"));

/** Sentences about what is wrong; none if all is well. */
export function lockFaults(lock: { readonly packages: Readonly<Record<string, Entry>> }, manifests: readonly Readonly<Record<string, unknown>>[]): string[] {
  const faults: string[] = [];
  for (const [path, e] of Object.entries(lock.packages)) {
    if (!path.includes("node_modules/") || e.link === true) continue;
    // Platforms the registry in use lacks: never installed, so there are no bytes to hash.
    const isStub = e.os?.length === 1 && e.os[0] === "none";
    if (!isStub && e.integrity?.startsWith("sha512-") !== true) faults.push(`${path} has no SHA-512`);
    if (e.resolved !== undefined && !/^https:\/\/[^/]+\/.*\.tgz$/.test(e.resolved)) faults.push(`${path} does not come from a registry: ${e.resolved}`);
    if (e.hasInstallScript === true && e.dev !== true) faults.push(`${path} runs a script when it is installed`);
  }
  for (const manifest of manifests) {
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
      for (const [name, range] of Object.entries((manifest[kind] ?? {}) as Record<string, string>)) {
        if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)) faults.push(`${name} is not pinned to one version: ${range}`);
      }
    }
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = lockFaults(read("package-lock.json") as { packages: Record<string, Entry> }, ["package.json", "admin-ui/package.json", "learner-ui/package.json"].map((p) => read(p) as Record<string, unknown>));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
