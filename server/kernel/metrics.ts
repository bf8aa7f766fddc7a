/** What `/metrics` tells, in the Prometheus text format. Labels are operations, kinds and states: never people, ids or addresses. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Vitals } from "./vitals.ts";

/** Asked at each scrape. */
export interface MetricSources {
  readonly vitals: Vitals;
  readonly version: string;
  /** Queued, running and parked jobs. */
  jobsByState(): Promise<Readonly<Record<string, number>>>;
  /** Seconds the oldest undelivered event has been waiting. */
  outboxLagS(): Promise<number>;
  /** Seconds the oldest unsealed ledger entry has been waiting. */
  ledgerLagS(): number;
  /** Failures since the start, by plugin id. */
  pluginFailures(): Readonly<Record<string, number>>;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #http: Histogram;
  readonly #units: Histogram;
  readonly #groups: Histogram;
  readonly #jobs: Histogram;
  readonly #failed: Counter;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    this.#http = new Histogram({ name: "muster_http_seconds", help: "Time to answer a request", labelNames: ["operation", "status"], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10], registers });
    this.#units = new Histogram({ name: "muster_unit_seconds", help: "Time of a unit of work, waiting and commit included", labelNames: ["outcome"], buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2], registers });
    this.#groups = new Histogram({ name: "muster_group_units", help: "Units of work in one commit", buckets: [1, 2, 4, 8, 16, 32, 64, 128], registers });
    this.#jobs = new Histogram({ name: "muster_job_seconds", help: "Time of a run of a job", labelNames: ["kind", "outcome"], buckets: [0.01, 0.1, 1, 10, 60, 600], registers });
    this.#failed = new Counter({ name: "muster_scrape_failures_total", help: "Values that could not be read at a scrape", labelNames: ["value"], registers });
    const failed = this.#failed;
    const gauge = (name: string, help: string, read: () => number | Promise<number>): Gauge => new Gauge({
      name, help, registers, async collect() { try { this.set(await read()); } catch { this.reset(); failed.inc({ value: name }); } },
    });
    const family = (name: string, help: string, label: string, read: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>): Gauge => new Gauge({
      name, help, labelNames: [label], registers,
      async collect() {
        this.reset();
        try { for (const [key, value] of Object.entries(await read())) this.set({ [label]: key }, value); } catch { failed.inc({ value: name }); }
      },
    });
    gauge("muster_outbox_lag_seconds", "Age of the oldest undelivered event", () => sources.outboxLagS());
    gauge("muster_ledger_lag_seconds", "Age of the oldest unsealed ledger entry", () => sources.ledgerLagS());
    gauge("muster_loop_delay_p99_seconds", "Delay of the event loop over the last minute", () => sources.vitals.loopP99Ms() / 1_000);
    gauge("muster_resident_bytes", "Memory of the process", () => sources.vitals.rssBytes());
    gauge("muster_uptime_seconds", "Age of the process", () => sources.vitals.uptimeS());
    family("muster_jobs", "Jobs that are not over", "state", () => sources.jobsByState());
    family("muster_plugin_failures", "Failures since the start", "plugin", () => sources.pluginFailures());
    family("muster_build", "1, with the version as label", "version", () => ({ [sources.version]: 1 }));
  }

  readonly http = (operation: string, status: number, seconds: number): void => { this.#http.observe({ operation, status: String(status) }, seconds); };
  readonly unit = (outcome: "committed" | "refused", seconds: number): void => { this.#units.observe({ outcome }, seconds); };
  readonly group = (units: number): void => { this.#groups.observe(units); };
  readonly job = (kind: string, outcome: string, seconds: number): void => { this.#jobs.observe({ kind, outcome }, seconds); };

  get contentType(): string { return this.#registry.contentType; }
  text(): Promise<string> { return this.#registry.metrics(); }
}
