/** Looking at people: lists, one person, every fact. */
import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import type { FileReply, Input, Output } from "../../../kernel/contract.ts";
import type { Ctx, PrepareCtx } from "../../../kernel/ctx.ts";
import { prepared } from "../../../kernel/module.ts";
import type { people, PeopleFilter } from "../contract.ts";
import { fail } from "../failures.ts";
import * as detailStore from "../store/detail.ts";
import { below, superiorsOf, visiblePeople } from "../store/line.ts";
import * as listStore from "../store/list.ts";
import { companyZone } from "./day.ts";

type In<K extends keyof typeof people> = Input<(typeof people)[K]>;
type Out<K extends keyof typeof people> = Promise<Output<(typeof people)[K]>>;

export async function list(ctx: Ctx, input: In<"list">): Out<"list"> {
  const { page = 1, size = 50, ...filter } = input;
  const ids = await listStore.pageIds(ctx, filter, size, (page - 1) * size);
  const total = page === 1 && ids.length < size ? ids.length : await listStore.countAll(ctx, filter);
  return { rows: await listStore.rowsOf(ctx, ids), total, page, size };
}

export const facets = (ctx: Ctx): Out<"facets"> => listStore.facets(ctx);

export async function detail(ctx: Ctx, input: In<"detail">): Out<"detail"> {
  const person = await detailStore.person(ctx, input.personId);
  if (!person) throw fail.not_found();
  const employments = await detailStore.employments(ctx, input.personId);
  const names = await detailStore.names(ctx, input.personId);
  const current = names.find((n) => n.validTo === null);
  const superiors = await superiorsOf(ctx, input.personId);
  const seen = visiblePeople(ctx, "people.read");
  const reports = await detailStore.reports(ctx, input.personId, seen);
  const all = below(ctx.tenantId, input.personId);
  const [count] = await ctx.db.rows<{ n: number }>(`SELECT count(*) AS n FROM (${all.sql}) r`, all.values);
  return {
    id: person.id, name: person.displayName, givenName: current?.given ?? "", familyName: current?.family ?? "", email: person.email, language: person.language, createdAt: person.createdAt, version: person.rowVersion,
    zone: employments.find((e) => e.state === "active")?.site?.zone ?? employments[0]?.site?.zone ?? await companyZone(ctx), state: employments.length === 0 ? "none" : employments.some((e) => e.state === "active") ? "active" : "ended",
    employments, names, superiors, reports: reports.rows, reportCount: reports.count, reportCountAll: count?.n ?? 0,
  };
}

export async function facts(ctx: Ctx, input: In<"facts">): Out<"facts"> {
  const { page = 1, size = 50 } = input;
  const rows = await detailStore.timeline(ctx, input.personId, input.attribute);
  return { rows: rows.slice((page - 1) * size, page * size), total: rows.length, page, size };
}

const header = ["Employee number", "Name", "E-mail", "Position", "Worker type", "Org unit", "Site", "Time zone", "Superior", "First day", "Last day", "State"];
const pageSize = 1_000;

async function* lines(ctx: PrepareCtx, filter: PeopleFilter): AsyncGenerator<string> {
  const asCtx = ctx as unknown as Ctx;
  yield "\uFEFF" + stringify([header]);
  for (let offset = 0; ; offset += pageSize) {
    const ids = await listStore.pageIds(asCtx, filter, pageSize, offset);
    if (ids.length > 0) {
      const rows = await listStore.rowsOf(asCtx, ids);
      yield stringify(rows.map((r) => [r.employeeNumber, r.name, r.email, r.position, r.workerType, r.orgUnit?.name, r.site?.name, r.site?.zone, r.superior?.name, r.startedOn, r.endedOn, r.state]), { escape_formulas: true });
    }
    if (ids.length < pageSize) return;
  }
}

/** Read page by page on the read-only connection while it is sent; the ledger notes who exported what. */
export const exportList = prepared(
  (ctx: PrepareCtx, input: In<"exportList">) => Promise.resolve(lines(ctx, input)),
  async (ctx: Ctx, input: In<"exportList">, body: AsyncGenerator<string>): Promise<FileReply> => {
    const rows = await listStore.countAll(ctx, input);
    ctx.audit("people.exported", { kind: "export", id: ctx.requestId }, { after: { filter: Object.entries(input).map(([k, v]) => `${k}=${String(v)}`), rows } });
    return { type: "text/csv; charset=utf-8", name: `people-${ctx.now.slice(0, 10)}.csv`, body: Readable.from(body) };
  });
