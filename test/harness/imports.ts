/** People, access and directory behind real HTTP with a job runner: for tests of imports. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildApp } from "../../server/kernel/http/app.ts";
import type { Ctx } from "../../server/kernel/ctx.ts";
import { JobRunner } from "../../server/kernel/jobs/runner.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import { accessModule, grantRole, hashPassword, openAccount, scopePort, sessionPort } from "../../server/modules/access/index.ts";
import { directoryModule } from "../../server/modules/directory/index.ts";
import { peopleModule, recordPerson } from "../../server/modules/people/index.ts";
import { Browser, type Seen } from "./browser.ts";
import { bareKernel, type BareKernel } from "./kernel.ts";

export const password = "zwölf boxkämpfer jagen viktor";

export interface ImportWorld {
  readonly kernel: BareKernel;
  readonly runner: JobRunner;
  unit<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
  as(role: string | null, name?: string): Promise<Browser>;
  personOf(name: string): string | undefined;
  settle(): Promise<void>;
  upload(by: Browser, bytes: Uint8Array | string, name?: string, more?: string): Promise<Seen>;
  /** Upload → (mapping) → check; answers the checked run. */
  check(by: Browser, bytes: Uint8Array | string, mapping?: Record<string, string | null>, options?: Record<string, unknown>): Promise<Checked>;
  apply(by: Browser, runId: string): Promise<Checked>;
  rows(by: Browser, runId: string, query?: string): Promise<CheckedRow[]>;
  close(): Promise<void>;
}
export interface Checked { id: string; state: string; encoding: string; delimiter: string; counts: Record<string, number>; columns: { index: number; header: string; target: string | null; dateOrder: string | null }[]; questions: { code: string; blocks: boolean }[]; superiors: string | null; problem: string | null }
export interface CheckedRow { row: number; verdict: string; number: string | null; name: string | null; personId: string | null; reasons: { code: string; text: string }[]; warnings: { code: string; text: string }[]; diff: Record<string, [string | null, string | null]>; cells: string[] }

export async function importWorld(): Promise<ImportWorld> {
  const kernel = await bareKernel();
  const runner = new JobRunner(kernel, directoryModule.jobs ?? {});
  let origin = "";
  const app = buildApp({
    kernel, modules: [peopleModule, accessModule, directoryModule], session: sessionPort(), scope: scopePort, addresses: () => ({ publicUrl: origin, contentUrl: "http://127.0.0.2:1", aliases: [] }), trustedProxies: ["127.0.0.1"], pages: async () => false,
  });
  const server = createServer((request, response) => { void app.callback()(request, response); });
  await new Promise<void>((ready) => { server.listen(0, "127.0.0.1", ready); });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hash = await hashPassword(password);
  const signedIn = new Map<string, Browser>();
  const personIds = new Map<string, string>();
  const unit = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(kernel, "tests", work);
  const fine = (seen: Seen): Seen => { if (seen.status !== 200) throw Object.assign(new Error(`${seen.status} ${seen.text}`), { status: seen.status, code: seen.body["code"] }); return seen; };
  const self: ImportWorld = {
    kernel, runner, unit, personOf: (name) => personIds.get(name),
    as: async (role, name = role ?? "nobody") => {
      const known = signedIn.get(name);
      if (known) return known;
      await unit(async (ctx) => {
        const personId = await recordPerson(ctx, { givenName: name, familyName: "Test", email: `${name}@tests.example` });
        personIds.set(name, personId);
        await openAccount(ctx, { personId, signInName: `${name}@tests.example`, passwordHash: hash });
        if (role !== null) await grantRole(ctx, { personId, role, reason: "test" });
      });
      const b = new Browser(origin);
      fine(await b.signIn(`${name}@tests.example`, password));
      signedIn.set(name, b);
      return b;
    },
    settle: async () => { await runner.runUntilIdle(); },
    upload: (by, bytes, name = "people.csv", more = "") => by.sendFile(`/api/directory/runs?name=${encodeURIComponent(name)}${more}`, typeof bytes === "string" ? Buffer.from(bytes) : bytes),
    check: async (by, bytes, mapping, options) => {
      let run = fine(await self.upload(by, bytes)).body as unknown as Checked;
      if (mapping !== undefined || options !== undefined) {
        const columns = run.columns.filter((c) => mapping && Object.hasOwn(mapping, c.header)).map((c) => ({ index: c.index, target: mapping?.[c.header] ?? null }));
        run = fine(await by.put(`/api/directory/runs/${run.id}/mapping`, { columns, ...(options === undefined ? {} : { options }) })).body as unknown as Checked;
      }
      fine(await by.post(`/api/directory/runs/${run.id}/plan`));
      await self.settle();
      return fine(await by.get(`/api/directory/runs/${run.id}`)).body as unknown as Checked;
    },
    apply: async (by, runId) => {
      fine(await by.post(`/api/directory/runs/${runId}/apply`));
      await self.settle();
      return fine(await by.get(`/api/directory/runs/${runId}`)).body as unknown as Checked;
    },
    rows: async (by, runId, query = "") => {
      const out: CheckedRow[] = [];
      for (let page = 1; ; page++) {
        const seen = fine(await by.get(`/api/directory/runs/${runId}/rows?size=200&page=${page}${query}`)).body as unknown as { rows: CheckedRow[]; total: number };
        out.push(...seen.rows);
        if (out.length >= seen.total || seen.rows.length === 0) return out;
      }
    },
    close: async () => {
      await new Promise<void>((done) => { server.close(() => { done(); }); server.closeAllConnections(); });
      await kernel.close();
    },
  };
  return self;
}
