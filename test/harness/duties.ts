/** A company, a course and the set-based core of duties on a bare kernel, below HTTP; for tests of both dialects. */
import { afterEach, beforeEach } from "vitest";
import type { Ctx } from "../../server/kernel/ctx.ts";
import type { JobHandler, JobRun } from "../../server/kernel/jobs/types.ts";
import { asSystem } from "../../server/kernel/unit.ts";
import type { Condition } from "../../server/modules/audiences/contract.ts";
import { documentBytes } from "../../server/modules/courses/canonical.ts";
import { credit, obligationsModule } from "../../server/modules/obligations/index.ts";
import { mine } from "../../server/modules/obligations/service/read.ts";
import type { DueRule, Validity } from "../../server/modules/requirements/contract.ts";
import { create as createRequirement } from "../../server/modules/requirements/service.ts";
import { jobs } from "../../server/modules/rollouts/jobs.ts";
import { create, preview, start } from "../../server/modules/rollouts/service.ts";
import { bareKernel, type BareKernel } from "./kernel.ts";

export const at = "2027-01-01T00:00:00.000Z";
const content = documentBytes({ format: 1, title: "Fire safety", summary: "", language: "en", content: { units: [] }, files: [] });
export const everyone: Condition = { any: [{ kind: "everyone" }] };
export const inUnits = (...ids: string[]): Condition => ({ any: [{ kind: "org_units", ids, withBelow: true }] });

/** Fresh for every test of the file that calls it. */
export function duties() {
  let k: BareKernel;
  const unit = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => asSystem(k, "tests", work);

  async function insert(table: string, ...rows: Record<string, unknown>[]): Promise<void> {
    await unit(async (ctx) => { for (let i = 0; i < rows.length; i += 50) await ctx.db(table).insert(rows.slice(i, i + 50).map((r) => ({ tenant_id: "main", ...r }))); });
  }
  async function people(...list: { id: string; unit?: string; site?: string; hired?: string | null; position?: string }[]): Promise<void> {
    await insert("people", ...list.map((p) => ({ id: p.id, display_name: p.id, sort_name: p.id, search_text: p.id, state: "active", created_at: at })));
    await insert("employments", ...list.map((p) => ({ id: `e-${p.id}`, person_id: p.id, employer: "", started_on: p.hired === undefined ? "2026-01-01" : p.hired, org_unit_id: p.unit ?? null, site_id: p.site ?? null, position: p.position ?? null, state: "active", created_at: at })));
  }

  beforeEach(async () => {
    k = await bareKernel();
    await unit(async (ctx) => { await ctx.db("tenants").where({ id: "main" }).update({ zone: "Europe/Berlin" }); });
    await insert("sites", { id: "berlin", name: "Berlin", zone: "Europe/Berlin", created_at: at }, { id: "honolulu", name: "Honolulu", zone: "Pacific/Honolulu", created_at: at });
    await insert("org_units", { id: "it", code: "it", name: "IT", parent_id: null, path: "/it/", created_at: at });
    await insert("org_units", { id: "ops", code: "ops", name: "Operations", parent_id: "it", path: "/it/ops/", created_at: at }, { id: "lab", code: "lab", name: "Lab", parent_id: null, path: "/lab/", created_at: at });
    await insert("courses", { id: "fire", code: "fire", title: "Fire safety", language: "en", state: "live", draft: "{}", draft_changed_at: at, live_version_id: "fire-1", created_at: at, created_by: "x" });
    await insert("versions", { id: "fire-1", course_id: "fire", number: 1, title: "Fire safety", content: content.bytes, content_sha256: content.sha256, minutes: 20, unit_count: 3, created_at: at, created_by: "x" });
  });
  afterEach(async () => { await k.close(); });

  /** Runs a job as the queue would, or lets it die after `units`; the cursor is kept as the queue keeps it. */
  async function run(handler: JobHandler | undefined, payload: unknown, options: { units?: number; cursor?: { value: unknown } } = {}): Promise<void> {
    const cursor = options.cursor ?? { value: null };
    let left = options.units ?? Infinity;
    const job = {
      id: "job", key: "job", tenantId: "main", payload, cursor: cursor.value, attempt: 1, files: k.files, workers: k.workers, log: k.log, now: () => k.clock.now(), stopping: () => false,
      unit: async <T>(work: (ctx: Ctx) => Promise<{ value: T; cursor?: unknown }>): Promise<T> => {
        const made = await unit(async (ctx) => {
          const result = await work(ctx);
          if (left-- <= 0) throw new Error("killed");
          return result;
        });
        if (made.cursor !== undefined) cursor.value = JSON.parse(JSON.stringify(made.cursor));
        return made.value;
      },
    } as unknown as JobRun;
    await handler?.run(job);
  }

  const draft = (audience: Condition, more: { due?: DueRule; validity?: Validity; graceDays?: number } = {}) => unit((ctx) => createRequirement(ctx, {
    courseId: "fire", title: "Fire safety", reason: "Law", audience, due: more.due ?? { kind: "fixed", on: "2027-06-30" }, validity: more.validity ?? { months: 12, anchor: "completion" }, graceDays: more.graceDays ?? 3, windowDays: 30,
  }));
  async function plan(requirementId: string) {
    const r = await unit((ctx) => create(ctx, { requirementId }));
    const made = await unit((ctx) => preview.prepare(ctx as never, { rolloutId: r.id }));
    return unit((ctx) => preview.run(ctx, { rolloutId: r.id }, made as never));
  }
  async function roll(requirementId: string, options?: Parameters<typeof run>[2]) {
    const r = await plan(requirementId);
    await unit((ctx) => start(ctx, { rolloutId: r.id, peopleCount: r.peopleCount }));
    await run(jobs["rollouts.run"], { rolloutId: r.id }, options);
    return r;
  }
  const follow = (...personIds: string[]) => run(obligationsModule.jobs?.["obligations.follow"], { personIds });
  const clock = () => run(obligationsModule.jobs?.["obligations.clock"], {});
  const rows = <R = Record<string, unknown>>(sql: string, values: string[] = []): Promise<R[]> => k.database.read.rows<R>(sql, values);
  const tell = (personId: string) => asSystem(k, "tests", (ctx) => mine({ ...ctx, actor: { ...ctx.actor, personId } }));
  const done = (personId: string, achievedAt = k.clock.now()) => unit((ctx) => credit(ctx, { personId, courseId: "fire", versionId: "fire-1", attemptId: null, achievedAt, scorePercent: 90, basis: "attempt", assurance: "A" }));
  /** What is owed, without ids and instants of making. */
  const picture = async () => rows(`SELECT o.person_id, o.requirement_id, CASE WHEN o.ended_at IS NULL THEN 1 ELSE 0 END AS lives, c.number, c.due_on, c.due_zone, c.due_at, c.close_code,
    (SELECT count(*) FROM reasons r WHERE r.obligation_id = o.id AND r.ended_at IS NULL) AS reasons FROM obligations o LEFT JOIN cycles c ON c.obligation_id = o.id ORDER BY o.person_id, o.requirement_id, c.number`);
  return { kernel: () => k, unit, insert, people, run, draft, plan, roll, follow, clock, rows, tell, done, picture };
}
