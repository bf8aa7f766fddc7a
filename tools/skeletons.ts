/** What `npm run new` writes: small, working, in the shape every module and plugin has. */

export interface Names {
  /** kiosk-visits */
  readonly folder: string;
  /** kioskVisits */
  readonly camel: string;
  /** kiosk_visits */
  readonly table: string;
  /** kioskVisit */
  readonly singular: string;
  /** KioskVisit */
  readonly Singular: string;
  /** Kiosk visits */
  readonly title: string;
}

const contractText = (n: Names): string => `import { z } from "zod";
import { Id, Instant, Label, Page, PageQuery, endpoint } from "../../kernel/contract.ts";

export const ${n.Singular} = z.strictObject({ id: Id, name: z.string(), createdAt: Instant });
export type ${n.Singular} = z.output<typeof ${n.Singular}>;

export const contract = {
  list: endpoint({
    method: "GET", path: "/api/${n.folder}", permission: "settings.read", summary: "${n.title} by name",
    input: z.strictObject(PageQuery), output: Page(${n.Singular}),
  }),
  get: endpoint({
    method: "GET", path: "/api/${n.folder}/:${n.singular}Id", permission: "settings.read", ids: { ${n.singular}Id: "${n.singular}" }, summary: "One by its id",
    input: z.strictObject({ ${n.singular}Id: Id }), output: ${n.Singular},
  }),
  create: endpoint({
    method: "POST", path: "/api/${n.folder}", permission: "settings.write", audit: "${n.camel}.created", summary: "Add one by name",
    input: z.strictObject({ name: Label(200) }), output: ${n.Singular},
  }),
};
`;

const failuresText = (n: Names): string => `import { failures } from "../../kernel/errors.ts";

export const fail = failures("${n.camel}", {
  not_found: ["not_found", "This does not exist, or you may not see it."],
});
`;

const storeText = (n: Names): string => `import type { Ctx } from "../../kernel/ctx.ts";
import { id, instant, ref, table, text } from "../../kernel/db/columns.ts";
import type { ${n.Singular} } from "./contract.ts";

const ${n.camel} = table("${n.table}", { id: id(), tenantId: ref(), name: text(), createdAt: instant() });

const asRead = (row: Record<string, unknown>): ${n.Singular} => {
  const { tenantId: _, ...rest } = ${n.camel}.fromRow(row);
  return rest;
};

export async function insert(ctx: Ctx, row: ${n.Singular}): Promise<void> {
  await ctx.db("${n.table}").insert(${n.camel}.toRow({ ...row, tenantId: ctx.tenantId }));
}

export async function find(ctx: Ctx, ${n.singular}Id: string): Promise<${n.Singular} | undefined> {
  const row = await ctx.db("${n.table}").where({ tenant_id: ctx.tenantId, id: ${n.singular}Id }).first();
  return row && asRead(row);
}

export async function page(ctx: Ctx, search: string, size: number, offset: number): Promise<{ rows: ${n.Singular}[]; total: number }> {
  const pattern = \`%\${search.toLowerCase().replace(/[!%_]/g, "!$&")}%\`;
  const rows = await ctx.db.rows("SELECT * FROM ${n.table} WHERE tenant_id = ? AND lower(name) LIKE ? ESCAPE '!' ORDER BY name, id LIMIT ? OFFSET ?", [ctx.tenantId, pattern, size, offset]);
  const [all] = await ctx.db.rows<{ n: number }>("SELECT count(*) AS n FROM ${n.table} WHERE tenant_id = ? AND lower(name) LIKE ? ESCAPE '!'", [ctx.tenantId, pattern]);
  return { rows: rows.map(asRead), total: Number(all?.n ?? 0) };
}
`;

const serviceText = (n: Names): string => `import type { Input, Output } from "../../kernel/contract.ts";
import type { Ctx } from "../../kernel/ctx.ts";
import type { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import * as store from "./store.ts";

export async function list(ctx: Ctx, input: Input<typeof contract.list>): Promise<Output<typeof contract.list>> {
  const page = input.page ?? 1;
  const size = input.size ?? 50;
  return { ...await store.page(ctx, input.search ?? "", size, (page - 1) * size), page, size };
}

export async function get(ctx: Ctx, input: Input<typeof contract.get>): Promise<Output<typeof contract.get>> {
  const found = await store.find(ctx, input.${n.singular}Id);
  if (!found) throw fail.not_found();
  return found;
}

export async function create(ctx: Ctx, { name }: Input<typeof contract.create>): Promise<Output<typeof contract.create>> {
  const ${n.singular} = { id: ctx.newId(), name, createdAt: ctx.now };
  await store.insert(ctx, ${n.singular});
  ctx.audit("${n.camel}.created", { kind: "${n.singular}", id: ${n.singular}.id, version: 1 }, { after: ${n.singular} });
  return ${n.singular};
}
`;

const indexText = (n: Names): string => `/**
 * ${n.title}: say here what the noun is.
 * Say here what is always true of it, and what this module never does.
 */
import type { Handlers, Module } from "../../kernel/module.ts";
import { contract } from "./contract.ts";
import { fail } from "./failures.ts";
import * as service from "./service.ts";
import { find } from "./store.ts";

export const ${n.camel}Module: Module = {
  name: "${n.camel}", contract, handlers: service satisfies Handlers<typeof contract>, failures: fail,
  loaders: { ${n.singular}: async (ctx, id) => ((await find(ctx, id)) === undefined ? undefined : { tenantId: ctx.tenantId }) },
};
`;

const testText = (n: Names): string => `import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { world, type World } from "../../../test/harness/world.ts";

let w: World;
beforeEach(async () => { w = await world(); });
afterEach(async () => { await w.close(); });

describe("${n.title.toLowerCase()}", () => {
  it("are added and found again", async () => {
    const added = await w.as("administrator").${n.camel}.create({ name: "First" });
    expect(await w.as("auditor").${n.camel}.get({ ${n.singular}Id: added.id })).toEqual(added);
    expect(await w.as("auditor").${n.camel}.list({ search: "fir" })).toEqual({ rows: [added], total: 1, page: 1, size: 50 });
  });

  it("are refused to whoever has no right to them, and when there are none", async () => {
    await expect(w.as("learner").${n.camel}.create({ name: "First" })).rejects.toMatchObject({ status: 403, code: "request.forbidden" });
    await expect(w.as("administrator").${n.camel}.create({ name: " " })).rejects.toMatchObject({ status: 400, code: "request.invalid" });
    await expect(w.as("administrator").${n.camel}.get({ ${n.singular}Id: "nothing" })).rejects.toMatchObject({ status: 404 });
    expect((await w.as("administrator").${n.camel}.list({})).total).toBe(0);
  });
});
`;

export function moduleSkeleton(n: Names): Record<string, string> {
  const texts = { "contract.ts": contractText(n), "failures.ts": failuresText(n), "store.ts": storeText(n), "service.ts": serviceText(n), "index.ts": indexText(n), [`${n.folder}.test.ts`]: testText(n) };
  return Object.fromEntries(Object.entries(texts).map(([file, text]) => [`server/modules/${n.folder}/${file}`, text]));
}

/** With a table to create, or empty for something else. */
export function migrationSkeleton(table: string | null): string {
  if (table === null) {
    return `import type { Knex } from "knex";
import { addColumns, optional, text } from "../server/kernel/db/columns.ts";

/** Say what changes and why. Forward only; a release may add, the next one but one may take away. */
export async function up(db: Knex): Promise<void> {
  await addColumns(db, "sites", { note: optional(text()) });
}
`;
  }
  return `import type { Knex } from "knex";
import { createTable, id, instant, ref, text } from "../server/kernel/db/columns.ts";

export async function up(db: Knex): Promise<void> {
  await createTable(db, "${table}", { id: id(), tenant_id: ref("tenants"), name: text(), created_at: instant() }, { index: [["tenant_id", "name", "id"]] });
}
`;
}

export function pluginSkeleton(n: Names): Record<string, string> {
  return {
    [`plugins/${n.folder}/index.ts`]: `/** Say what it does, in one sentence an administrator understands. */
import { z } from "zod";
import { definePlugin } from "../../server/plugin.ts";

export default definePlugin({
  id: "${n.folder}",
  title: "${n.title}",
  version: "1.0.0",
  contract: 1,
  settings: z.object({
    greeting: z.string().min(1).max(200).default("Completed").meta({ description: "What is written to the log when somebody completes a course" }),
  }),
  setup(host) {
    host.on<{ readonly personId: string }>("attempts.completed", "greet", async ({ personId }) => {
      host.log.info({ personId }, host.settings.greeting);
    });
  },
});
`,
    [`plugins/${n.folder}/index.test.ts`]: `import { expect, test } from "vitest";
import plugin from "./index.ts";

test("its settings have defaults that pass", () => {
  expect(plugin.settings.safeParse({}).success).toBe(true);
  expect(plugin.settings.safeParse({ greeting: "" }).success).toBe(false);
});
`,
  };
}
