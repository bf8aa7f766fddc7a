/** `npm run check`: everything that can be judged without running the product. One line per step; the first red one ends it with its output. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Step { readonly title: string; readonly command: string; readonly args: readonly string[] }

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name: string): string => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const node = (title: string, ...args: string[]): Step => ({ title, command: process.execPath, args });
const steps: readonly Step[] = [
  node("lock file", "tools/lock.ts"),
  { title: "types of the server", command: bin("tsc"), args: ["-p", "."] },
  { title: "types of the console", command: bin("tsc"), args: ["-p", "admin-ui"] },
  { title: "types of the portal", command: bin("tsc"), args: ["-p", "learner-ui"] },
  { title: "types of the browser tests", command: bin("tsc"), args: ["-p", "test/browser"] },
  { title: "lint", command: bin("oxlint"), args: ["--type-aware", "--deny-warnings"] },
  { title: "unused files and packages", command: bin("knip"), args: ["--no-progress", "--no-config-hints"] },
  { title: "architecture and catalogue", command: bin("vitest"), args: ["run", "test/architecture/tree.test.ts", "test/architecture/catalog.test.ts", "test/architecture/schema.test.ts", "test/architecture/papers.test.ts", "--silent"] },
  node("build of both interfaces", "tools/build-ui.ts"),
  node("size of the portal's first load", "learner-ui/size.mjs"),
];

const wanted = process.argv.slice(2);
for (const { title, command, args } of steps.filter((s) => wanted.length === 0 || wanted.some((w) => s.title.includes(w)))) {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: "1" } });
  process.stdout.write(`${status === 0 ? "✓" : "✗"} ${title.padEnd(34)} ${((performance.now() - before) / 1_000).toFixed(1)} s\n`);
  if (status === 0) continue;
  process.stdout.write(`\n${stdout}${stderr}\n`);
  process.exit(1);
}
