import { z } from "zod";
import { endpoint, Id, Instant, Label, Language, Nothing, Page, PageQuery, Text, Zone } from "../../kernel/contract.ts";

export const JobState = z.enum(["queued", "running", "done", "dead", "cancelled"]);
export const JobRow = z.strictObject({
  id: Id, kind: z.string(), key: z.string(), state: JobState, priority: z.int(), attempts: z.int(), abandonedCount: z.int(), doneCount: z.int(), totalCount: z.int().nullable(),
  startedBy: z.string(), createdAt: Instant, runAt: Instant, startedAt: Instant.nullable(), finishedAt: Instant.nullable(), error: z.string().nullable(),
  /** May a person cancel it in this state? */
  isCancellable: z.boolean(),
});
export type JobRow = z.output<typeof JobRow>;
/** Payload and cursor are the job's own and may name people; only their size is told. */
export const JobDetail = JobRow.extend({ outcome: z.json(), payloadBytes: z.int(), attemptsMost: z.int().nullable(), leaseUntil: Instant.nullable() });
/** What the tray of the person who started it shows. */
export const TrayRow = JobRow.pick({ id: true, kind: true, key: true, state: true, doneCount: true, totalCount: true, createdAt: true, finishedAt: true, isCancellable: true });

export const PluginRow = z.strictObject({
  id: z.string(), title: z.string(), version: z.string(),
  origin: z.enum(["bundled", "folder"]), folder: z.string().nullable(), sha256: z.string().nullable(),
  /** As chosen for the next start. */
  isEnabled: z.boolean(),
  /** As it is in this process; the reason when it is not running. */
  isRunning: z.boolean(), leftOut: z.enum(["switched_off", "without", "crashed"]).nullable(),
  points: z.array(z.string()),
  /** Since the start of this process, and since it was installed. */
  failureCount: z.int(), failureCountEver: z.int(), lastFailure: z.string().nullable(), lastFailureAt: Instant.nullable(),
  settingsSchema: z.json(),
});
export type PluginRow = z.output<typeof PluginRow>;

export const Level = z.enum(["ok", "warn", "bad"]);
/** `code` is translated by the interface, with `values`; `sentence` is the same in English. */
export const Check = z.strictObject({ code: z.string(), level: Level, sentence: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });
export type Check = z.output<typeof Check>;
export const Health = z.strictObject({
  level: Level, at: Instant, checks: z.array(Check),
  versions: z.strictObject({ muster: z.string(), node: z.string(), database: z.string() }),
  startedAt: Instant, uptimeS: z.int(), isOneProcess: z.boolean(),
});
export type Health = z.output<typeof Health>;

const Origin = Text(300, 1).refine((s) => {
  if (!URL.canParse(s)) return false;
  const u = new URL(s);
  const isLocal = u.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(u.hostname);
  return (u.protocol === "https:" || isLocal) && u.pathname === "/" && u.search === "" && u.hash === "" && u.username === "" && u.password === "";
}, "must be https://host[:port] (or http://localhost[:port] for trying out), without a path").transform((s) => new URL(s).origin);

export const SetUpInput = z.strictObject({
  token: Text(100, 1), companyName: Label(200), zone: Zone, language: Language, publicUrl: Origin, contentUrl: Origin,
  givenName: Label(100), familyName: Label(100), email: z.email().max(254), password: Text(1_024, 1),
});
export type SetUpInput = z.output<typeof SetUpInput>;

const job = { jobId: "job" } as const;
const onJob = z.strictObject({ jobId: Id, reason: Label(500).optional() });
const onPlugin = z.strictObject({ pluginId: Id, reason: Label(500).optional() });

export const appliance = {
  jobs: endpoint({
    method: "GET", path: "/api/appliance/jobs", permission: "appliance.read", summary: "Background jobs, newest first",
    input: z.strictObject({ ...PageQuery, state: z.array(JobState).max(5).optional(), kind: Text(100).optional(), sort: z.enum(["-createdAt", "runAt"]).optional() }),
    output: Page(JobRow).extend({ kinds: z.array(z.string()), counts: z.strictObject({ queued: z.int(), running: z.int(), dead: z.int() }) }),
  }),
  ownJobs: endpoint({
    method: "GET", path: "/api/appliance/jobs/mine", permission: "self", summary: "Jobs one started oneself: those under way, and those that ended within the last hour",
    input: Nothing, output: z.strictObject({ rows: z.array(TrayRow) }),
  }),
  job: endpoint({ method: "GET", path: "/api/appliance/jobs/:jobId", permission: "appliance.read", ids: job, summary: "One job", input: z.strictObject({ jobId: Id }), output: JobDetail }),
  retryJob: endpoint({
    method: "POST", path: "/api/appliance/jobs/:jobId/retry", permission: "appliance.write", ids: job, audit: "appliance.job_retried", summary: "Give a parked job all its attempts again",
    input: onJob, output: z.strictObject({ id: Id, state: JobState }),
  }),
  cancelJob: endpoint({
    method: "POST", path: "/api/appliance/jobs/:jobId/cancel", permission: "appliance.write", ids: job, audit: "appliance.job_cancelled", summary: "Stop a job at its next step; what it has done stays",
    input: onJob, output: z.strictObject({ id: Id, state: JobState }),
  }),
  cancelOwnJob: endpoint({
    method: "POST", path: "/api/appliance/jobs/mine/:jobId/cancel", permission: "self", ids: { jobId: "ownJob" }, audit: "appliance.job_cancelled", summary: "Stop a job one started oneself",
    input: z.strictObject({ jobId: Id }), output: z.strictObject({ id: Id, state: JobState }),
  }),

  plugins: endpoint({ method: "GET", path: "/api/appliance/plugins", permission: "appliance.read", summary: "Installed plugins: trusted code inside this server", input: Nothing, output: z.strictObject({ rows: z.array(PluginRow) }) }),
  enablePlugin: endpoint({
    method: "POST", path: "/api/appliance/plugins/:pluginId/enable", permission: "appliance.write", ids: { pluginId: "plugin" }, audit: "appliance.plugin_enabled", summary: "Run a plugin from the next start on",
    input: onPlugin, output: z.strictObject({ id: z.string(), isEnabled: z.boolean(), isRunning: z.boolean() }),
  }),
  disablePlugin: endpoint({
    method: "POST", path: "/api/appliance/plugins/:pluginId/disable", permission: "appliance.write", ids: { pluginId: "plugin" }, audit: "appliance.plugin_disabled", summary: "Leave a plugin out from the next start on",
    input: onPlugin, output: z.strictObject({ id: z.string(), isEnabled: z.boolean(), isRunning: z.boolean() }),
  }),

  health: endpoint({ method: "GET", path: "/api/appliance/health", permission: "appliance.read", summary: "How this Muster is, check by check", input: Nothing, output: Health }),

  setUpState: endpoint({
    method: "GET", path: "/api/appliance/setup", permission: "public", summary: "Does this Muster wait for its first administrator?", input: Nothing,
    output: z.strictObject({ state: z.enum(["needed", "done"]) }),
  }),
  setUp: endpoint({
    method: "POST", path: "/api/appliance/setup", permission: "public", audit: "appliance.set_up", shownOnce: true, summary: "First administrator, company and addresses, once, with the token shown at the start",
    input: SetUpInput, output: z.strictObject({ state: z.literal("done"), signInName: z.string(), publicUrl: z.string() }),
  }),
};
