/** How this process is: delay of its loop, memory, age. */
import { monitorEventLoopDelay } from "node:perf_hooks";

const windowMs = 60_000;
const resolutionMs = 20;

export interface Vitals {
  /** 99th percentile of the last whole minute (before that: since the start), in milliseconds. */
  loopP99Ms(): number;
  rssBytes(): number;
  uptimeS(): number;
  stop(): void;
}

export function watchVitals(): Vitals {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let lastP99: number | undefined;
  const began = performance.now();
  // The sampler's own interval counts as delay; it is taken off.
  const p99 = (): number => (histogram.count === 0 ? 0 : Math.max(0, Math.round(histogram.percentile(99) / 1e5) / 10 - resolutionMs));
  const timer = setInterval(() => { lastP99 = p99(); histogram.reset(); }, windowMs).unref();
  return {
    loopP99Ms: () => Math.max(lastP99 ?? 0, p99()),
    rssBytes: () => process.memoryUsage.rss(),
    uptimeS: () => Math.floor((performance.now() - began) / 1_000),
    stop: () => { clearInterval(timer); histogram.disable(); },
  };
}
