/** Once per test run: a cluster with a migrated template database, when the run or one of its files needs PostgreSQL. */
import type { TestProject } from "vitest/node";
import { migrate } from "../../server/kernel/db/migrate.ts";
import { createDatabase, startPostgres } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext { postgres: string | null }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env["MUSTER_TEST_DIALECT"] !== "postgres") {
    project.provide("postgres", null);
    return undefined;
  }
  const cluster = await startPostgres();
  const url = await createDatabase(cluster, "muster_template");
  await migrate({ dialect: "postgres", url });
  project.provide("postgres", cluster.url("postgres"));
  return () => cluster.stop();
}
