import { bundledPlugins } from "../../plugins/index.ts";
import { ConfigError, type Config } from "../kernel/config.ts";
import { loadFolder } from "../kernel/plugins/load.ts";
import { JobState } from "../modules/appliance/contract.ts";
import { listJobs, pluginStatesOf } from "../modules/appliance/index.ts";
import { openReading } from "./reading.ts";

type Line = Readonly<Record<string, string | number | boolean | null>>;

function print(rows: readonly Line[], isJson: boolean, none: string): void {
  if (isJson) { process.stdout.write(`${JSON.stringify(rows)}\n`); return; }
  const [first] = rows;
  if (!first) { process.stdout.write(`${none}\n`); return; }
  const names = Object.keys(first);
  const table = [names, ...rows.map((r) => names.map((n) => String(r[n] ?? "-")))];
  const widths = names.map((_, i) => Math.min(60, Math.max(...table.map((r) => (r[i] ?? "").length))));
  for (const row of table) process.stdout.write(`${row.map((cell, i) => cell.slice(0, 60).padEnd(widths[i] ?? 0)).join("  ").trimEnd()}\n`);
}

export async function jobListCommand(config: Config, { state, isJson }: { readonly state: string | undefined; readonly isJson: boolean }): Promise<number> {
  const wanted = state === undefined ? undefined : JobState.safeParse(state).data;
  if (state !== undefined && wanted === undefined) throw new ConfigError(`--state is one of ${JobState.options.join(", ")}`);
  const reading = openReading(config);
  try {
    const { rows } = await listJobs(reading.ctx, { state: wanted === undefined ? undefined : [wanted], sort: "-createdAt", page: 1, size: 100 });
    print(rows.map((j) => ({ id: j.id, kind: j.kind, state: j.state, attempts: j.attempts, done: j.doneCount, of: j.totalCount, created: j.createdAt, error: j.error })), isJson, "There are no jobs.");
    return 0;
  } finally {
    await reading.close();
  }
}

export async function pluginListCommand(config: Config, isJson: boolean): Promise<number> {
  const reading = openReading(config);
  try {
    const states = await pluginStatesOf(reading.database.read);
    const folders = await Promise.all(config.pluginDirs.map(async (dir) => loadFolder(dir)));
    const rows = [...bundledPlugins.map((plugin) => ({ plugin, from: "bundled" })), ...folders.map((f) => ({ plugin: f.plugin, from: f.origin.kind === "folder" ? f.origin.path : "" }))];
    print(rows.map(({ plugin, from }) => {
      const s = states.get(plugin.id);
      return { id: plugin.id, version: plugin.version, title: plugin.title, from, enabled: s?.isEnabled ?? true, failures: s?.failureCount ?? 0, "last failure": s?.lastFailure ?? null };
    }), isJson, "There are no plugins.");
    return 0;
  } finally {
    await reading.close();
  }
}
