import { readFileSync } from "node:fs";
import { ledgerStates } from "../app.ts";
import { ConfigError, type Config } from "../kernel/config.ts";
import { Unreadable, verifyLedger, type Finding, type Verification } from "../modules/ledger/index.ts";
import { openReading } from "./reading.ts";

const shown = 20;
const steps = { entries: "entries, tree and signatures", waiting: "entries not sealed yet", states: "rows against their entries" } as const;

function place(f: Finding): string {
  return [f.seq === undefined ? "" : `entry ${f.seq}`, f.entryId === undefined ? "" : `(${f.entryId})`, f.target === undefined ? "" : `${f.target.kind} ${f.target.id}`].filter((s) => s !== "").join(" ");
}

function report(v: Verification): string {
  const sums = `${v.entries} sealed entries, ${v.unsealed} waiting, ${v.checkpoints} checkpoints, ${v.states} rows checked`;
  const notices = v.notices.map((n) => `  note: ${n.message}\n`).join("");
  if (v.ok) return `The ledger is whole: ${sums}.\n${notices}`;
  const first = v.findings.slice(0, shown).map((f) => `  ${f.code}: ${[place(f), f.message].filter((s) => s !== "").join(": ")}\n`).join("");
  return `THE LEDGER IS NOT WHOLE: ${v.findingCount} findings (${sums}).\n${first}${v.findingCount > shown ? `  … and ${v.findingCount - shown} more (--json shows up to 200)\n` : ""}${notices}`;
}

/** 0 whole, 1 tampered or damaged, 2 could not be read. */
export async function verifyCommand(config: Config, { isJson, anchors }: { readonly isJson: boolean; readonly anchors: readonly string[] }): Promise<number> {
  const notes = anchors.map((path) => {
    try { return readFileSync(path, "utf8"); } catch { throw new ConfigError(`--anchor ${path} cannot be read`); }
  });
  const reading = openReading(config);
  try {
    const result = await verifyLedger(reading.ctx, reading.keys, ledgerStates(), {
      anchors: notes, ...(isJson ? {} : { onStep: (step: keyof typeof steps) => { process.stderr.write(`checking ${steps[step]} …\n`); } }),
    });
    process.stdout.write(isJson ? `${JSON.stringify(result)}\n` : report(result));
    return result.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new ConfigError(error.message);
  } finally {
    await reading.close();
  }
}
