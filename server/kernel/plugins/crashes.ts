/** Remembers, across the end of the process, which plugin's code ended it. Written synchronously by a process that is about to end. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const windowMs = 600_000;
const atMost = 3;
const fileOf = (home: string): string => join(home, "run", "plugin-crashes.json");

type Crashes = Record<string, number[]>;

function read(home: string): Crashes {
  try {
    const parsed: unknown = JSON.parse(readFileSync(fileOf(home), "utf8"));
    if (typeof parsed !== "object" || parsed === null) return {};
    return Object.fromEntries(Object.entries(parsed).filter((e): e is [string, number[]] => Array.isArray(e[1]) && e[1].every((n) => typeof n === "number")));
  } catch { return {}; }
}

export function recordCrash(home: string, plugin: string, ms: number): void {
  const crashes = read(home);
  crashes[plugin] = [...(crashes[plugin] ?? []), ms].slice(-atMost);
  mkdirSync(dirname(fileOf(home)), { recursive: true });
  writeFileSync(`${fileOf(home)}.new`, JSON.stringify(crashes));
  renameSync(`${fileOf(home)}.new`, fileOf(home));
}

/** Plugins that ended the process three times within the last ten minutes. */
export const crashing = (home: string, ms: number): string[] =>
  Object.entries(read(home)).filter(([, at]) => at.filter((t) => ms - t < windowMs).length >= atMost).map(([id]) => id);
