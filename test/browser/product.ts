/** The built product as its users run it: a process of its own, on a port of its own, and the browser that looks at it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startLimitMs = 90_000;

export interface Product { readonly origin: string; readonly dir: string; output(): string; stop(): Promise<void> }

/** Settings of the surrounding shell must not reach the product. */
const cleanEnv = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MUSTER_")));

/** Runs a script of the tree until it has said its address. */
async function runUntilReady(args: readonly string[], dir: string): Promise<Product> {
  const child: ChildProcess = spawn(process.execPath, args, { cwd: root, env: { ...cleanEnv(), MUSTER_DATA: dir, MUSTER_PORT: "0", MUSTER_LOG_LEVEL: "warn" }, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const exited = once(child, "exit");
  const origin = await new Promise<string>((ready, fail) => {
    const limit = setTimeout(() => { child.kill("SIGKILL"); fail(new Error(`not ready after ${startLimitMs} ms:\n${text}`)); }, startLimitMs);
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /(http:\/\/localhost:\d+)\S*.*\n/.exec(text)?.[1];
      if (found !== undefined) { clearTimeout(limit); ready(found); }
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    void exited.then(([code]) => { clearTimeout(limit); fail(new Error(`${args.join(" ")} ended with ${String(code)}:\n${text}`)); });
  });
  return { origin, dir, output: () => text, stop: async () => { if (child.exitCode === null) { child.kill("SIGTERM"); await exited; } } };
}

export const startProduct = (dir: string): Promise<Product> => runUntilReady(["bin/muster.mjs", "start"], dir);

/** Makes the demo company in `dir` and stops again: a folder to copy. */
export async function seedCompany(dir: string): Promise<void> {
  const demo = await runUntilReady(["demo/main.ts"], dir);
  await demo.stop();
}

export async function buildFaces(): Promise<void> {
  const build = spawn(process.execPath, ["tools/build-ui.ts"], { cwd: root, stdio: "inherit" });
  const [code] = await once(build, "exit");
  if (code !== 0) throw new Error("the interfaces do not build");
}

export const chromiumOptions = {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
