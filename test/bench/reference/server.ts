/**
 * The bare reference: Koa and a router, the recorded statements with group commit, nothing else. No contract, no rights, no
 * ledger work, no output check: what the same SQL costs at least behind the same framework.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Router } from "@koa/router";
import Koa from "koa";
import { openStore, type Store } from "./stores.ts";
import { columnsOf, madeTexts, Templates, type Fill, type Walker } from "./template.ts";
import type { Statement, Step } from "./record.ts";

interface Plan { readonly courseId: string; readonly person: number; readonly people: number; readonly steps: readonly Step[] }
interface Prepared { readonly op: Statement["op"]; readonly sql: string; readonly fills: readonly Fill[] }

const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Plan;
const store: Store = await openStore(process.argv[3] ?? "");
const shared = await store.sharedIds();
const templates = new Templates(plan.person, shared, madeTexts(plan.steps));
const ownIds = await store.ownIds(plan.person);

const prepare = (s: Statement): Prepared => {
  const columns = columnsOf(s.sql);
  return { op: s.op, sql: s.sql, fills: s.values.map((v, i) => templates.value(v, columns[i])) };
};
const steps = plan.steps.map((step) => ({ ...step, reads: step.reads.map(prepare), unit: step.unit.map(prepare), answer: templates.text(JSON.stringify(step.answer)) }));

const walkers = new Map<string, Walker & { answers: number }>();
const cookies = new Map<string, number>();
async function walkerOf(cookie: string): Promise<Walker & { answers: number }> {
  let w = walkers.get(cookie);
  if (!w) {
    if (cookies.size === 0) for (const [token, n] of store.tokens(plan.people)) cookies.set(`__Host-muster=${token}`, n);
    const person = cookies.get(cookie) ?? 0;
    w = { person, own: await store.ownMap(ownIds, person), fresh: new Map(), answers: 0 };
    walkers.set(cookie, w);
  }
  return w;
}

async function body(stream: NodeJS.ReadableStream): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

const router = new Router();
const routes: readonly (readonly [string, string, (w: { answers: number }) => number])[] = [
  ["GET", "/api/access/session", () => 0], ["GET", "/api/obligations/mine", () => 1], ["POST", "/api/attempts/courses/:course/start", () => 2],
  ["POST", "/api/attempts/:attempt/units/:unit/sittings", () => 3], ["PUT", "/api/attempts/sittings/:sitting/answers/:question", (w) => 4 + Math.min(2, w.answers++)], ["POST", "/api/attempts/sittings/:sitting/submit", () => 7],
];
for (const [method, path, at] of routes) {
  router.register(path, [method], async (http) => {
    const w = await walkerOf(String(http.request.headers.cookie));
    if (method !== "GET") await body(http.req);
    const step = steps[at(w)];
    if (!step) throw new Error("no such step");
    const now = new Date().toISOString();
    for (const s of step.reads) await store.read(s.op, s.sql, s.fills.map((f) => f(w, now)));
    if (step.unit.length > 0) await store.unit(step.unit.map((s) => ({ op: s.op, sql: s.sql, values: s.fills.map((f) => f(w, now)) })));
    http.type = "application/json";
    http.body = step.answer(w);
  });
}
const app = new Koa();
app.use(router.routes());
const server = createServer((request, response) => { void app.callback()(request, response); });
server.listen(0, "127.0.0.1", () => { process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, pid: process.pid })}\n`); });
process.once("SIGTERM", () => { server.closeAllConnections(); server.close(() => { void store.close().then(() => process.exit(0)); }); });
