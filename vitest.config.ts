import { defineConfig } from "vitest/config";

/** `MUSTER_TEST_SUITE` names the suites that need the built product; without it, all that runs in process. */
const suite = process.env["MUSTER_TEST_SUITE"];
const onPostgres = process.env["MUSTER_TEST_DIALECT"] === "postgres";
const modules = ["server/**/*.test.ts", "plugins/**/*.test.ts", "test/scenarios/**/*.test.ts", "test/conformance/**/*.test.ts", "test/architecture/authorisation.test.ts", "test/architecture/schema.test.ts"];
const include = suite === "browser" ? ["test/browser/**/*.test.ts"] : suite === "faults" ? ["test/faults/**/*.test.ts"]
  : onPostgres ? modules : [...modules, "test/architecture/**/*.test.ts", "ui-shared/**/*.test.ts", "admin-ui/**/*.test.ts", "learner-ui/**/*.test.ts"];

export default defineConfig({
  test: {
    include,
    exclude: ["**/node_modules/**"],
    globalSetup: [suite === "browser" ? "test/browser/setup.ts" : "test/harness/postgres-setup.ts"],
    pool: "threads",
    maxWorkers: 2,
    fileParallelism: suite === undefined,
    testTimeout: suite === undefined ? 30_000 : 180_000,
    hookTimeout: 120_000,
  },
});
