import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["server/**/*.test.ts", "plugins/**/*.test.ts", "test/**/*.test.ts", "ui-shared/**/*.test.ts", "admin-ui/**/*.test.ts", "learner-ui/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/browser/**", "test/faults/**", "test/bench/**"],
    globalSetup: ["test/harness/postgres-setup.ts"],
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
