/** `muster <command>`: picks the command and its words. Exit codes: 0 done, 1 the answer is bad, 2 could not be done, 3 wrong words. */
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "./kernel/config.ts";
import { release } from "./kernel/release.ts";

interface Words { readonly positionals: readonly string[]; readonly values: { readonly json?: boolean | undefined; readonly without?: string[] | undefined; readonly anchor?: string[] | undefined; readonly state?: string | undefined } }
interface Command { readonly usage: string; readonly summary: string; run(words: Words): Promise<number> }

const config = ({ values }: Words) => readConfig(process.env, values.without ?? []);

const commands: Readonly<Record<string, Command>> = {
  start: { usage: "start [--without PLUGIN]…", summary: "run Muster (the default)", run: async (w) => (await import("./commands/start.ts")).startCommand(config(w)) },
  migrate: { usage: "migrate", summary: "bring the database up to date, after a backup, and end", run: async (w) => (await import("./commands/migrate.ts")).migrateCommand(config(w)) },
  verify: {
    usage: "verify [--json] [--anchor FILE]…", summary: "check the ledger, its signatures and every row against it; also while Muster runs",
    run: async (w) => (await import("./commands/verify.ts")).verifyCommand(config(w), { isJson: w.values.json === true, anchors: w.values.anchor ?? [] }),
  },
  doctor: { usage: "doctor [--json]", summary: "check settings, folders, database and disk", run: async (w) => (await import("./commands/doctor.ts")).doctorCommand(config(w), w.values.json === true) },
  "job list": {
    usage: "job list [--state STATE] [--json]", summary: "the newest 100 background jobs",
    run: async (w) => (await import("./commands/lists.ts")).jobListCommand(config(w), { state: w.values.state, isJson: w.values.json === true }),
  },
  "plugin list": { usage: "plugin list [--json]", summary: "installed plugins", run: async (w) => (await import("./commands/lists.ts")).pluginListCommand(config(w), w.values.json === true) },
  version: { usage: "version", summary: "the version", run: async () => { process.stdout.write(`muster ${release} (Node ${process.versions.node})\n`); return 0; } },
  help: { usage: "help", summary: "this text", run: async () => { process.stdout.write(help()); return 0; } },
};

function help(): string {
  const lines = Object.values(commands).map((c) => `  muster ${c.usage.padEnd(36)} ${c.summary}`);
  return `Muster ${release}\n\n${lines.join("\n")}\n\nSettings come from the environment (MUSTER_DATA, MUSTER_PORT, MUSTER_PUBLIC_URL, …) or the file named by MUSTER_CONFIG.\n`;
}

function wordsOf(argv: readonly string[]): Words | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv], allowPositionals: true,
      options: { json: { type: "boolean" }, without: { type: "string", multiple: true }, anchor: { type: "string", multiple: true }, state: { type: "string" }, help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } },
    });
    return { positionals: values.help === true ? ["help"] : values.version === true ? ["version"] : positionals, values };
  } catch (error) { return error instanceof Error ? error.message : String(error); }
}

/** Runs the command line and sets the exit code; a start keeps the process alive. */
export async function run(argv: readonly string[]): Promise<void> {
  const words = wordsOf(argv);
  const name = typeof words === "string" ? "" : words.positionals.join(" ") || "start";
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (typeof words === "string" || !command) {
    process.stderr.write(`${typeof words === "string" ? words : `There is no command "${name}".`}\n\n${help()}`);
    process.exitCode = 3;
    return;
  }
  try { process.exitCode = await command.run(words); } catch (error) {
    const text = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack ?? error.message : String(error);
    process.stderr.write(`muster ${name}: ${text}\n`);
    process.exitCode = 2;
  }
}
