/** `npm run catalog`: writes CATALOG.md, everything Muster offers by name, read from the composed product itself. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compose, type Muster } from "../server/app.ts";
import { readConfig, settingsOfProcess } from "../server/kernel/config.ts";
import type { Endpoint } from "../server/kernel/contract.ts";
import { kernelFailures } from "../server/kernel/errors.ts";
import { createLogger } from "../server/kernel/log.ts";
import { slots } from "../server/kernel/plugins/types.ts";
import { upkeepJobs, upkeepSchedules } from "../server/kernel/upkeep.ts";
import { permissions, roleCodes, roles } from "../server/modules/access/index.ts";

export const catalogFile = fileURLToPath(new URL("../CATALOG.md", import.meta.url));

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows.map((r) => r.map(cell))].map((r) => `| ${r.join(" | ")} |`).join("\n");
}
const byName = <T>(name: (value: T) => string) => (a: T, b: T): number => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0);
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

function auditOf(e: Endpoint): string {
  if (e.audit === undefined) return "";
  return typeof e.audit === "string" ? code(e.audit) : `none: ${e.audit.none}`;
}

function endpoints(muster: Muster): string {
  return muster.modules.map((m) => {
    const rows = Object.entries(m.contract).map(([verb, e]) => [
      code(`${m.name}.${verb}`), code(`${e.method} ${e.path}`), code(e.permission), auditOf(e), `${e.summary}${e.upload ? " (upload)" : ""}${e.download ? " (download)" : ""}`,
    ]);
    return `### ${m.name}\n\n${grid(["Operation", "Address", "Permission", "Audit", "What it does"], rows)}`;
  }).join("\n\n");
}

function rolesGrid(): string {
  const uses = (p: string): string[] => [code(p), ...roleCodes.map((r) => (roles[r].permissions.some((held) => held === p) ? "✓" : ""))];
  return `${grid(["Permission", ...roleCodes], permissions.map(uses))}\n\nScope of a role: ${roleCodes.map((r) => `${r} ${roles[r].scope}`).join(", ")}.`;
}

function failures(muster: Muster): string {
  const all = Object.assign({}, kernelFailures.declared, ...muster.modules.map((m) => m.failures?.declared ?? {})) as Readonly<Record<string, readonly [string, string]>>;
  return grid(["Code", "Kind", "Text"], Object.entries(all).toSorted(byName(([name]) => name)).map(([name, [kind, text]]) => [code(name), kind, text]));
}

function events(muster: Muster): string {
  const heard = muster.modules.flatMap((m) => m.events ?? []);
  const names = sorted([...muster.modules.flatMap((m) => m.emits ?? []), ...heard.map((h) => h.event)]);
  return grid(["Event", "Heard by"], names.map((name) => [code(name), heard.filter((h) => h.event === name).map((h) => code(h.name)).join(", ")]));
}

function audits(muster: Muster): string {
  const operations = muster.modules.flatMap((m) => Object.entries(m.contract).map(([verb, e]) => ({ name: `${m.name}.${verb}`, audit: e.audit })));
  const names = sorted([...operations.flatMap((o) => (typeof o.audit === "string" ? [o.audit] : [])), ...muster.modules.flatMap((m) => m.audits ?? [])]);
  return grid(["Action", "Written by"], names.map((name) => [code(name), operations.filter((o) => o.audit === name).map((o) => code(o.name)).join(", ") || "jobs and events"]));
}

function work(muster: Muster): string {
  const jobs = Object.entries(Object.assign({}, upkeepJobs, muster.plugins.jobs, ...muster.modules.map((m) => m.jobs ?? {})) as typeof upkeepJobs);
  const schedules = [...upkeepSchedules, ...muster.modules.flatMap((m) => m.schedules ?? [])];
  return [
    "## Jobs\n", grid(["Job", "Acts as", "Attempts", "May be cancelled"], jobs.toSorted(byName(([kind]) => kind)).map(([kind, j]) => [code(kind), j.actor, String(j.attempts ?? 5), j.cancellable === true ? "yes" : "no"])),
    "\n## Schedules\n", "Times are UTC; each tick happens once over all processes.\n", grid(["Schedule", "Cron", "Acts as"], schedules.toSorted(byName((s) => s.name)).map((s) => [code(s.name), code(s.cron), s.actor])),
  ].join("\n");
}

function plugins(muster: Muster): string {
  const facts = muster.plugins.facts();
  const points = Object.entries(slots).map(([point, how]) => [code(point), how, facts.filter((f) => (f.points as readonly string[]).includes(point)).map((f) => code(f.id)).join(", ")]);
  const settingsOf = (schema: unknown): string => Object.keys((schema as { properties?: object }).properties ?? {}).map(code).join(", ") || "none";
  return [
    "## Extension points\n", grid(["Point", "Providers", "Bundled"], points),
    "\n## Bundled plugins\n", grid(["Plugin", "Title", "Version", "Settings"], facts.map((f) => [code(f.id), f.title, f.version, settingsOf(f.settingsSchema)])),
  ].join("\n");
}

/** The text of CATALOG.md for a composed Muster. */
export function catalogOf(muster: Muster): string {
  const settings = settingsOfProcess().map((s) => [code(s.name), s.fallback === null ? "" : code(s.fallback), s.isSecret ? `also \`${s.name}_FILE\`` : "", s.text]);
  return [
    "# Catalogue of Muster\n\nGenerated by `npm run catalog`; a test is red when it is stale. Names here are stable: clients, plugins and auditors rely on them.\n",
    "## Operations\n", endpoints(muster), "\n## Permissions and roles\n", rolesGrid(), "\n## Error codes\n", failures(muster), "\n## Events\n", events(muster),
    "\n## Audit actions\n", audits(muster), `\n${work(muster)}`, `\n${plugins(muster)}`,
    "\n## Settings of the process\n", grid(["Variable", "Default", "Secret from a file", "What it is for"], settings), "",
  ].join("\n");
}

/** Composes Muster in a folder of its own, asks, and removes the folder. */
export async function withMuster<T>(ask: (muster: Muster) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "muster-catalog-"));
  try {
    const muster = await compose({ config: readConfig({ MUSTER_DATA: dir, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "silent" }), log: createLogger("silent"), background: false });
    try { return await ask(muster); } finally { await muster.close(); }
  } finally { rmSync(dir, { recursive: true, force: true }); }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(catalogFile, await withMuster(catalogOf));
