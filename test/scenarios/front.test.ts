import { afterEach, beforeEach, expect, test } from "vitest";
import { world, type World } from "../harness/world.ts";

let w: World;
beforeEach(async () => { w = await world({ env: { MUSTER_METRICS_TOKEN: "a-token-of-some-length" } }); });
afterEach(async () => { await w.close(); });

test("the interface is described by its own contracts", async () => {
  const answer = await w.request("GET", "/api/openapi.json");
  expect(answer.status).toBe(200);
  const document = answer.json as { openapi: string; paths: Record<string, Record<string, { operationId: string }>> };
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.values(document.paths).flatMap((p) => Object.values(p).map((o) => o.operationId));
  const declared = w.muster.modules.flatMap((m) => Object.keys(m.contract).map((verb) => `${m.name}.${verb}`));
  expect(operations.toSorted()).toEqual(declared.toSorted());
});

test("metrics are for whoever knows the token; health is for everybody", async () => {
  expect((await w.request("GET", "/metrics")).status).toBe(404);
  expect((await w.request("GET", "/metrics", { headers: { authorization: "Bearer wrong" } })).status).toBe(404);
  const metrics = await w.request("GET", "/metrics", { headers: { authorization: "Bearer a-token-of-some-length" } });
  expect(metrics.text).toContain("muster_http_seconds");
  expect((await w.request("GET", "/health/live")).status).toBe(200);
  expect((await w.request("GET", "/health/ready")).status).toBe(200);
});
