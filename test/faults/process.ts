/** Muster as shipped, in a process of its own that a test may end at any moment: start, port, output, signals. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const entry = fileURLToPath(new URL("../../bin/muster.mjs", import.meta.url));
const readyWithinMs = 30_000;

export interface Ended { readonly code: number | null; readonly signal: string | null; readonly stderr: string; readonly stdout: string }
export interface Process {
  readonly pid: number;
  readonly port: number;
  readonly child: ChildProcess;
  /** All it has written so far. */
  output(): { stdout: string; stderr: string };
  /** SIGKILL, and resolves once nothing of it is left. */
  kill(): Promise<Ended>;
  /** SIGTERM, and resolves when it has ended by itself. */
  stop(): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

export const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer().once("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    probe.close(() => { resolve(typeof address === "object" && address ? address.port : 0); });
  });
});

export type Settings = Readonly<Record<string, string>>;
/** Nothing of the test's own settings reaches the server. */
const environment = (settings: Settings): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/", NODE_COMPILE_CACHE: join(tmpdir(), "muster-faults-compile-cache"), ...settings,
});

export interface SpawnOptions {
  /** Words before the node binary, e.g. strace. */
  readonly under?: readonly string[];
  readonly uid?: number;
}

function launch(settings: Settings, options: SpawnOptions = {}): { child: ChildProcess; output(): { stdout: string; stderr: string }; ended: Promise<Ended> } {
  const [command, ...args] = [...(options.under ?? []), process.execPath, entry, "start"];
  const child = spawn(command, args, { env: environment(settings), stdio: ["ignore", "pipe", "pipe"], ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }) });
  let stdout = "", stderr = "";
  child.stdout?.on("data", (c: Buffer) => { stdout += c.toString(); });
  child.stderr?.on("data", (c: Buffer) => { stderr += c.toString(); });
  const ended = new Promise<Ended>((resolve) => { child.once("close", (code, signal) => { resolve({ code, signal, stdout, stderr }); }); });
  return { child, ended, output: () => ({ stdout, stderr }) };
}

/** Starts it and waits until it says that it is ready; a start that ends instead is an error with its output. */
export async function startProcess(settings: Settings, options: SpawnOptions = {}): Promise<Process> {
  const port = Number(settings["MUSTER_PORT"] ?? await freePort());
  const { child, ended, output } = launch({ MUSTER_LOG_LEVEL: "warn", ...settings, MUSTER_PORT: String(port) }, options);
  const until = performance.now() + readyWithinMs;
  let isOver = false;
  void ended.then(() => { isOver = true; });
  while (!output().stdout.includes("Muster is ready")) {
    if (isOver || performance.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`Muster did not become ready: ${JSON.stringify(output())}`);
    }
    await new Promise((r) => { setTimeout(r, 5); });
  }
  return {
    pid: child.pid ?? 0, port, child, output, ended,
    kill: () => { child.kill("SIGKILL"); return ended; },
    stop: () => { child.kill("SIGTERM"); return ended; },
  };
}

/** A start that is expected to be refused: what it said and its exit code. */
export async function refusedStart(settings: Settings, options: SpawnOptions = {}): Promise<Ended> {
  const { child, ended } = launch({ MUSTER_LOG_LEVEL: "warn", ...settings }, options);
  const timer = setTimeout(() => { child.kill("SIGKILL"); }, readyWithinMs);
  const result = await ended;
  clearTimeout(timer);
  return result;
}
