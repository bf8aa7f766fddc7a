/** Runs inside each worker thread: loads the task module once, then answers one task at a time. */
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { Failure } from "./errors.ts";

const { module, isBackground } = workerData as { module: string; isBackground: boolean };
if (isBackground) {
  // On Linux a priority belongs to the thread; elsewhere, or where it may not be set, the work runs as any other.
  try { setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), 10); } catch { /* as it is */ }
}
const loaded = import(module) as Promise<{ run(input: unknown, progress: (value: unknown) => void): unknown }>;

parentPort?.on("message", (input: unknown) => {
  void (async () => {
    try {
      const task = await loaded;
      const value = await task.run(input, (progress) => parentPort?.postMessage({ progress }));
      parentPort?.postMessage({ ok: true, value });
    } catch (error) {
      const failure = error instanceof Failure ? { kind: error.kind, code: error.code, details: error.details } : null;
      parentPort?.postMessage({ ok: false, message: error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error), failure });
    }
  })();
});
