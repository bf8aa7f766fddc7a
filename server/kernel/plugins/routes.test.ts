import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { world } from "../../../test/harness/world.ts";

const own = `
  import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
  import { definePlugin, endpoint, Failure } from ${JSON.stringify(new URL("../../plugin.ts", import.meta.url).href)};
  const contract = {
    greet: endpoint({ method: "GET", path: "/api/plugins/own/greeting", permission: "self", summary: "x", input: z.strictObject({ name: z.string().max(20) }), output: z.strictObject({ text: z.string() }) }),
    note: endpoint({ method: "POST", path: "/api/plugins/own/notes", permission: "appliance.write", audit: "plugins.own.noted", summary: "x", input: z.strictObject({ text: z.string() }), output: z.strictObject({ count: z.int() }) }),
    fail: endpoint({ method: "GET", path: "/api/plugins/own/failure", permission: "self", summary: "x", input: z.strictObject({ how: z.enum(["throw", "refuse", "leak"]) }), output: z.strictObject({}) }),
  };
  export default definePlugin({ id: "own", title: "Own", version: "1.0.0", contract: 1, settings: z.object({}), setup(host) {
    host.routes(contract, {
      greet: async ({ input, actor }) => ({ text: input.name + " " + actor.kind + " " + actor.language }),
      note: async ({ input }) => { const all = [...((await host.data.get("notes")) ?? []), input.text]; await host.data.set("notes", all); return { count: all.length }; },
      fail: async ({ input }) => { if (input.how === "leak") return { secret: "x" }; if (input.how === "refuse") throw new Failure("conflict", "own.no", "Not today."); throw new Error("database password is hunter2"); },
    });
  } });`;

test("a plugin's routes go through the same gates as everybody's, and its faults spare the server", async () => {
  const dir = join(mkdtempSync(join(tmpdir(), "muster-own-")), "own");
  mkdirSync(dir);
  writeFileSync(join(dir, "index.mjs"), own);
  const w = await world({ env: { MUSTER_PLUGINS: dir } });
  const get = (path: string, who: "learner" | null = "learner") => w.request("GET", `/api/plugins/own/${path}`, { who });
  expect(await get("greeting?name=Lea")).toMatchObject({ status: 200, json: { text: "Lea person en" } });
  expect((await get("greeting?name=Lea", null)).status).toBe(401);
  expect((await get("greeting?name=Lea&more=1")).status).toBe(400);
  const post = (who: "administrator" | "hr") => w.request("POST", "/api/plugins/own/notes", { who, body: { text: "hello" }, headers: { "sec-fetch-site": "same-origin" } });
  expect((await post("hr")).status).toBe(403);
  expect(await post("administrator")).toMatchObject({ status: 200, json: { count: 1 } });
  expect(await w.muster.kernel.database.read.rows("SELECT target_id FROM ledger_intakes WHERE type = 'plugins.own.noted'")).toEqual([{ target_id: "own" }]);
  expect(await get("failure?how=refuse")).toMatchObject({ status: 409, json: { code: "own.no" } });
  const thrown = await get("failure?how=throw");
  expect(thrown).toMatchObject({ status: 503, json: { code: "request.unavailable" } });
  expect(thrown.text).not.toContain("hunter2");
  const leaked = await get("failure?how=leak");
  expect(leaked.status).toBe(500);
  expect(leaked.text).not.toContain("secret");
  expect(w.expectErrors().length).toBeGreaterThan(0);
  expect((await w.as("auditor").appliance.plugins({})).rows.find((p) => p.id === "own")).toMatchObject({ origin: "folder", failureCount: 1, lastFailure: "database password is hunter2" });
  await w.close();
  rmSync(join(dir, ".."), { recursive: true, force: true });
});
