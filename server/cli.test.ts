import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const bin = new URL("../bin/muster.mjs", import.meta.url).pathname;
let dir: string;
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), "muster-cli-")); });
const children: ReturnType<typeof spawn>[] = [];
afterAll(() => { for (const c of children) c.kill("SIGKILL"); rmSync(dir, { recursive: true, force: true }); });

const env = (more: object = {}) => ({ PATH: process.env["PATH"], HOME: dir, MUSTER_DATA: join(dir, "data"), MUSTER_PORT: "0", ...more });
const serve = (more: object): ReturnType<typeof spawn> & { stdout: NonNullable<ReturnType<typeof spawn>["stdout"]> } => {
  const child = spawn(process.execPath, [bin], { env: env(more), stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
};
const muster = (words: readonly string[], more: object = {}): Promise<{ code: number; out: string; err: string }> => new Promise((resolve) => {
  execFile(process.execPath, [bin, ...words], { env: env(more) }, (error, out, err) => { resolve({ code: error ? Number(error.code) : 0, out, err }); });
});

test("wrong words end with 3 and show the right ones", async () => {
  expect(await muster(["fly"])).toMatchObject({ code: 3, err: expect.stringContaining('There is no command "fly".') });
  expect(await muster(["start", "--fast"])).toMatchObject({ code: 3, err: expect.stringContaining("--fast") });
  expect(await muster(["constructor"])).toMatchObject({ code: 3 });
  expect(await muster(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("muster verify") });
  expect((await muster(["version"])).out).toMatch(/^muster \d+\.\d+\.\d+ \(Node 24/);
});

test("a wrong setting is one clear line and exit code 2", async () => {
  expect(await muster(["start"], { MUSTER_PORT: "many" })).toMatchObject({ code: 2, err: "muster start: MUSTER_PORT: must be a port number\n" });
  expect(await muster(["verify"])).toMatchObject({ code: 2, err: expect.stringMatching(/^muster verify: there is no database at .*; is MUSTER_DATA right\?\n$/) });
  expect((await muster(["start", "--without", "dsik"])).err).toMatch(/^Muster did not start: plugin dsik, --without: /);
});

test("runs, is looked at from beside, refuses a second start by name, and ends in order", async () => {
  const child = serve({ MUSTER_ADMIN_EMAIL: "it@nordwerk.example", MUSTER_ADMIN_PASSWORD: "vier blaue Wolken tanzen", MUSTER_LOG_LEVEL: "warn" });
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => { lines.push(text); });
  await expect.poll(() => lines.join(""), { timeout: 15_000 }).toMatch(/sign in as it@nordwerk\.example\.\nMuster is ready at http:\/\/localhost:\d+\n$/);
  const port = /localhost:(\d+)/.exec(lines.join(""))?.[1] ?? "";
  expect(await (await fetch(`http://localhost:${port}/api/appliance/setup`)).json()).toEqual({ state: "done" });
  const second = await muster(["start"]);
  expect(second).toMatchObject({ code: 2, err: expect.stringContaining(`is in use by Muster process ${child.pid}`) });
  expect(await muster(["migrate"])).toMatchObject({ code: 2, err: expect.stringContaining("is in use by") });
  const [verified, checked, jobs, plugins] = await Promise.all([muster(["verify", "--json"]), muster(["doctor"]), muster(["job", "list", "--json"]), muster(["plugin", "list", "--json"])]);
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true, findingCount: 0 });
  expect(checked).toMatchObject({ code: 0, out: expect.stringContaining("ok   The database is up to date.") });
  expect(JSON.parse(jobs.out)).toBeInstanceOf(Array);
  expect(JSON.parse(plugins.out)).toMatchObject([{ id: "disk" }, { id: "pdf-certificate" }]);
  expect((await muster(["job", "list", "--state", "lost"])).err).toContain("--state is one of queued, running");
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(await muster(["migrate"])).toMatchObject({ code: 0, out: expect.stringContaining("up to date") });
}, 60_000);

test("a plugin that lets an error escape is charged with it, and left out after the third time", async () => {
  const plugin = join(dir, "escaping");
  mkdirSync(plugin);
  writeFileSync(join(plugin, "index.mjs"), `import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
    export default { id: "escaping", title: "Escaping", version: "1", contract: 1, settings: z.object({}), setup() { setTimeout(() => { throw new Error("escaped"); }, 300); } };`);
  for (let crash = 0; crash < 3; crash++) {
    const { code, out } = await muster(["start"], { MUSTER_PLUGINS: plugin });
    expect(code).toBe(1);
    expect(out).toContain('"plugin":"escaping"');
  }
  const child = serve({ MUSTER_PLUGINS: plugin });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => { out += text; });
  await expect.poll(() => out, { timeout: 15_000 }).toContain("Muster is ready");
  expect(out).toContain("is left out of this start");
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
}, 60_000);
