/** Which measured values are well, worth a look, or bad. Pure. */
import type { Check, Health } from "./contract.ts";

export interface Measured {
  readonly database: { readonly engine: string; readonly bytes: number; readonly pingMs: number } | null;
  readonly checkpoint: { readonly size: number; readonly ageS: number } | null;
  readonly ledger: { readonly lagMs: number; readonly problems: readonly string[] };
  readonly jobs: { readonly queued: number; readonly running: number; readonly dead: number; readonly waitedS: number };
  readonly eventLagS: number;
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
  readonly rssBytes: number;
  readonly loopP99Ms: number;
  readonly plugins: readonly { readonly id: string; readonly failureCount: number; readonly isCrashed: boolean }[];
}

type Level = Check["level"];
const megabyte = 1_048_576;
const mb = (bytes: number): number => Math.round(bytes / megabyte);
const rank: Readonly<Record<Level, number>> = { ok: 0, warn: 1, bad: 2 };
const above = (value: number, warn: number, bad: number): Level => (value >= bad ? "bad" : value >= warn ? "warn" : "ok");

export const worst = (checks: readonly Check[]): Health["level"] => checks.reduce<Level>((level, c) => (rank[c.level] > rank[level] ? c.level : level), "ok");

const ledgerSentences: Readonly<Record<string, string>> = {
  no_key: "The signing key of the ledger is missing; entries are kept but not sealed.",
  foreign_key: "The key folder does not belong to this database; nothing is sealed.",
  failed: "The ledger could not be sealed; Muster keeps trying.",
  lagging: "Ledger entries have been waiting to be sealed for more than a minute.",
  forged: "Rows that Muster did not write were found among the ledger's new entries.",
  vanished: "Ledger entries are gone from the database before they were sealed.",
};

function database(m: Measured): Check {
  if (!m.database) return { code: "health.database.away", level: "bad", sentence: "The database does not answer.", values: {} };
  const { engine, bytes, pingMs } = m.database;
  const level = above(pingMs, 100, 1_000);
  return { code: level === "ok" ? "health.database.ok" : "health.database.slow", level, sentence: level === "ok" ? "The database answers." : "The database answers slowly.", values: { engine, megabytes: mb(bytes), ms: Math.round(pingMs) } };
}

function ledger(m: Measured): Check[] {
  const values = { entries: m.checkpoint?.size ?? 0, ageS: Math.round(m.checkpoint?.ageS ?? 0), lagS: Math.round(m.ledger.lagMs / 1_000) };
  if (m.ledger.problems.length === 0) return [{ code: "health.ledger.ok", level: "ok", sentence: "All ledger entries are sealed or about to be.", values }];
  return m.ledger.problems.map((p) => ({ code: `health.ledger.${p}`, level: p === "lagging" || p === "failed" ? "warn" : "bad", sentence: ledgerSentences[p] ?? "The ledger reports a problem.", values }));
}

function jobs(m: Measured): Check[] {
  const { queued, running, dead, waitedS } = m.jobs;
  const level = above(waitedS, 300, 3_600);
  const values = { queued, running, waitedMinutes: Math.floor(waitedS / 60) };
  const out: Check[] = [{ code: level === "ok" ? "health.jobs.ok" : "health.jobs.waiting", level, sentence: level === "ok" ? "Background jobs start on time." : "Background jobs have been waiting for long.", values }];
  if (dead > 0) out.push({ code: "health.jobs.parked", level: "warn", sentence: "Some jobs failed for good and wait for a decision.", values: { parked: dead } });
  return out;
}

function disk(m: Measured): Check {
  if (!m.disk) return { code: "health.disk.unknown", level: "warn", sentence: "The free space of the disk cannot be read.", values: {} };
  const free = mb(m.disk.freeBytes);
  const level: Level = free < 512 ? "bad" : free < 2_048 ? "warn" : "ok";
  return { code: level === "ok" ? "health.disk.ok" : "health.disk.low", level, sentence: level === "ok" ? "The disk has room." : "The disk is nearly full.", values: { freeMegabytes: free, totalMegabytes: mb(m.disk.totalBytes) } };
}

function plugins(m: Measured): Check[] {
  const out: Check[] = m.plugins.filter((p) => p.isCrashed || p.failureCount > 0).map((p) => (p.isCrashed
    ? { code: "health.plugin.crashed", level: "bad", sentence: "A plugin ended Muster three times and was left out of this start.", values: { plugin: p.id } }
    : { code: "health.plugin.failing", level: "warn", sentence: "A plugin has failed since the start.", values: { plugin: p.id, failures: p.failureCount } }));
  return out.length > 0 ? out : [{ code: "health.plugins.ok", level: "ok", sentence: "All plugins run without failures.", values: { plugins: m.plugins.length } }];
}

export function judge(m: Measured): Check[] {
  const events = above(m.eventLagS, 60, 900);
  const loop = above(m.loopP99Ms, 100, 500);
  return [
    database(m), ...ledger(m), ...jobs(m),
    { code: events === "ok" ? "health.events.ok" : "health.events.late", level: events, sentence: events === "ok" ? "Events are delivered." : "Events are delivered late.", values: { lagS: Math.round(m.eventLagS) } },
    disk(m),
    { code: "health.memory.ok", level: "ok", sentence: "Memory of this process.", values: { megabytes: mb(m.rssBytes) } },
    { code: loop === "ok" ? "health.loop.ok" : "health.loop.slow", level: loop, sentence: loop === "ok" ? "The server reacts at once." : "The server is busy and reacts late.", values: { ms: Math.round(m.loopP99Ms) } },
    ...plugins(m),
  ];
}
