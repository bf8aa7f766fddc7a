/**
 * What `npm test` promises: everything on SQLite, everything that touches a database on PostgreSQL too, the built product in
 * Chromium, and short kill tests. Ends with one line `N passed, N failed`; a suite that ran nothing counts as failed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requirePackages } from "./debian.ts";

interface Suite { readonly title: string; readonly env: Readonly<Record<string, string>> }
const suites: readonly Suite[] = [
  { title: "SQLite", env: {} },
  { title: "PostgreSQL", env: { MUSTER_TEST_DIALECT: "postgres" } },
  { title: "browser", env: { MUSTER_TEST_SUITE: "browser" } },
  { title: "faults", env: { MUSTER_TEST_SUITE: "faults" } },
];
interface Report { readonly numPassedTests: number; readonly numFailedTests: number; readonly numTotalTests: number; readonly numPendingTests: number; readonly numTodoTests: number }

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), "muster-test-"));
let passed = 0, failed = 0;

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): number {
  return spawnSync(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" }).status ?? 1;
}

/** Null when the suite did not get as far as a report. */
function reportIn(file: string): Report | null {
  try { return JSON.parse(readFileSync(file, "utf8")) as Report; } catch { return null; }
}

requirePackages();
if (run(process.execPath, ["tools/build-ui.ts"], {}) !== 0) failed++;
for (const { title, env } of suites.filter((s) => wanted.length === 0 || wanted.includes(s.title.toLowerCase()))) {
  const file = join(dir, `${title}.json`);
  process.stdout.write(`\n— ${title} —\n`);
  const status = run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], env);
  const report = reportIn(file);
  passed += report?.numPassedTests ?? 0;
  // A skipped test is a failed one, and so is a suite that ended badly without naming a test.
  const bad = report === null ? 1 : report.numFailedTests + report.numPendingTests + report.numTodoTests;
  failed += bad === 0 && (status !== 0 || report?.numTotalTests === 0) ? 1 : bad;
}
rmSync(dir, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
