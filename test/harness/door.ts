/** The people and access modules alone behind real HTTP, for tests of sign-in: cookies, clocks and headers included. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bareKernel, type BareKernel } from "./kernel.ts";
import { Browser } from "./browser.ts";
import type { Ctx } from "../../server/kernel/ctx.ts";
import { buildApp } from "../../server/kernel/http/app.ts";
import type { SessionPort } from "../../server/kernel/http/session.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import { peopleModule, recordPerson } from "../../server/modules/people/index.ts";
import { accessModule, grantRole, hashPassword, openAccount, scopePort, sessionPort } from "../../server/modules/access/index.ts";

export const password = "zwölf boxkämpfer jagen viktor";

export interface Door {
  readonly kernel: BareKernel;
  readonly sessions: SessionPort;
  readonly origin: string;
  browser(): Browser;
  unit<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
  /** A person with an account `<name>@nordwerk.example` and the password above, unless told otherwise. */
  person(name: string, role?: string | null, withPassword?: boolean): Promise<{ personId: string; accountId: string; signInName: string }>;
  as(name: string, role?: string): Promise<Browser>;
  close(): Promise<void>;
}

export async function door(): Promise<Door> {
  const kernel = await bareKernel();
  const sessions = sessionPort();
  let origin = "";
  const app = buildApp({
    kernel, modules: [peopleModule, accessModule], session: sessions, scope: scopePort, addresses: () => ({ publicUrl: origin, contentUrl: "http://127.0.0.2:1", aliases: [] }),
    trustedProxies: ["127.0.0.1"], pages: async () => false,
  });
  const server = createServer((request, response) => { void app.callback()(request, response); });
  await new Promise<void>((ready) => { server.listen(0, "127.0.0.1", ready); });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hash = await hashPassword(password);
  const unit = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(kernel, "tests", work);
  const self: Door = {
    kernel, sessions, origin, unit, browser: () => new Browser(origin),
    person: (name, role = null, withPassword = true) => unit(async (ctx) => {
      const personId = await recordPerson(ctx, { givenName: name, familyName: "Test", email: `${name}@nordwerk.example`, employment: { startedOn: "2020-01-01" } });
      const signInName = `${name}@nordwerk.example`;
      const { id } = await openAccount(ctx, { personId, signInName, ...(withPassword ? { passwordHash: hash } : {}) });
      if (role !== null) await grantRole(ctx, { personId, role, reason: "test" });
      return { personId, accountId: id, signInName };
    }),
    as: async (name, role) => {
      const { signInName } = await self.person(name, role ?? null);
      const b = new Browser(origin);
      const seen = await b.signIn(signInName, password);
      if (seen.status !== 200) throw new Error(`sign-in of ${name}: ${seen.status} ${seen.text}`);
      return b;
    },
    close: async () => {
      await new Promise<void>((done) => { server.close(() => { done(); }); server.closeAllConnections(); });
      await kernel.close();
    },
  };
  return self;
}
