import type { JobRunner } from "../../kernel/jobs/runner.ts";
import type { PluginFacts } from "../../kernel/plugins/start.ts";
import type { Vitals } from "../../kernel/vitals.ts";

/** What the module looks at beside the database. Functions, since some of it is made after the module. */
export interface ApplianceDeps {
  runner(): Pick<JobRunner, "handlerOf">;
  plugins(): readonly PluginFacts[];
  sealer(): { readonly lagMs: number; readonly problems: readonly string[] };
  readonly vitals: Vitals;
  /** $MUSTER_DATA */
  readonly home: string;
  readonly version: string;
  readonly startedAt: string;
}
