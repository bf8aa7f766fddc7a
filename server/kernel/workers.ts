/**
 * Worker threads, started on demand and ended when idle: nothing slow runs on the main thread.
 * A task module exports `run(input): output`; both are structured-cloneable. Give it by `new URL("./render.worker.ts", import.meta.url)`.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Failure, kernelFailures } from "./errors.ts";

export interface WorkerOptions {
  /** The thread is ended and the task fails after this long. Default 30 s. */
  readonly timeoutMs?: number;
  readonly heapMb?: number;
  /** Work nobody waits for: its thread runs at a low priority (nice 10), so that it takes little more than people leave. */
  readonly isBackground?: boolean;
  /** Threads for this module at most. Default: one per core. */
  readonly threads?: number;
  /** Told as the task calls `progress(value)`. */
  readonly onProgress?: (value: unknown) => void;
}

interface Task { readonly input: unknown; readonly options: WorkerOptions; resolve(value: unknown): void; reject(error: unknown): void }
interface Thread { worker: Worker; task: Task | null; timer: NodeJS.Timeout | null; idle: NodeJS.Timeout | null }
interface Lane { readonly waiting: Task[]; readonly threads: Set<Thread> }
type Reply = { ok: true; value: unknown } | { progress: unknown } | { ok: false; message: string; failure: { kind: Failure["kind"]; code: string; details: Failure["details"] } | null };

const idleMs = 10_000;

export class WorkerPool {
  readonly #lanes = new Map<string, Lane>();
  #closed = false;

  run<T>(module: URL, input: unknown, options: WorkerOptions = {}): Promise<T> {
    if (this.#closed) return Promise.reject(kernelFailures.unavailable());
    const lane = this.#lanes.get(module.href) ?? { waiting: [], threads: new Set<Thread>() };
    this.#lanes.set(module.href, lane);
    return new Promise<T>((resolve, reject) => {
      lane.waiting.push({ input, options, resolve: (v) => { resolve(v as T); }, reject });
      this.#pump(module, lane);
    });
  }

  #pump(module: URL, lane: Lane): void {
    for (const thread of lane.threads) if (!thread.task) this.#give(module, lane, thread);
    const most = lane.waiting[0]?.options.threads ?? availableParallelism();
    while (lane.waiting.length > 0 && lane.threads.size < most) {
      const task = lane.waiting[0];
      if (!task) return;
      const worker = new Worker(new URL("./worker-entry.ts", import.meta.url), {
        workerData: { module: module.href, isBackground: task.options.isBackground === true }, resourceLimits: { maxOldGenerationSizeMb: task.options.heapMb ?? 256, maxYoungGenerationSizeMb: 16 }, env: {},
      });
      const thread: Thread = { worker, task: null, timer: null, idle: null };
      lane.threads.add(thread);
      worker.on("message", (reply: Reply) => { this.#settle(module, lane, thread, reply); });
      worker.on("error", (error: Error) => { this.#drop(module, lane, thread, error); });
      worker.on("exit", () => { this.#drop(module, lane, thread, new Error("worker thread ended")); });
      this.#give(module, lane, thread);
    }
  }

  #give(module: URL, lane: Lane, thread: Thread): void {
    const task = lane.waiting.shift();
    if (!task) {
      thread.idle ??= setTimeout(() => { void thread.worker.terminate(); }, idleMs).unref();
      return;
    }
    if (thread.idle) clearTimeout(thread.idle);
    thread.idle = null;
    thread.task = task;
    thread.worker.ref();
    thread.timer = setTimeout(() => { this.#drop(module, lane, thread, kernelFailures.too_slow()); }, task.options.timeoutMs ?? 30_000);
    thread.worker.postMessage(task.input);
  }

  #settle(module: URL, lane: Lane, thread: Thread, reply: Reply): void {
    const task = thread.task;
    if (!task) return;
    if ("progress" in reply) { task.options.onProgress?.(reply.progress); return; }
    if (thread.timer) clearTimeout(thread.timer);
    thread.task = null;
    thread.worker.unref();
    if (reply.ok) task.resolve(reply.value);
    else task.reject(reply.failure ? new Failure(reply.failure.kind, reply.failure.code, reply.message, reply.failure.details) : new Error(reply.message));
    this.#pump(module, lane);
  }

  #drop(module: URL, lane: Lane, thread: Thread, error: unknown): void {
    if (!lane.threads.delete(thread)) return;
    if (thread.timer) clearTimeout(thread.timer);
    if (thread.idle) clearTimeout(thread.idle);
    thread.task?.reject(error);
    thread.task = null;
    void thread.worker.terminate();
    if (!this.#closed && lane.waiting.length > 0) this.#pump(module, lane);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ending: Promise<number>[] = [];
    for (const lane of this.#lanes.values()) {
      for (const task of lane.waiting.splice(0)) task.reject(kernelFailures.unavailable());
      for (const thread of lane.threads) ending.push(thread.worker.terminate());
    }
    await Promise.all(ending);
  }
}
