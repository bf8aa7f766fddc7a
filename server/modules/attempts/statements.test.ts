/** The hot path stays cheap: statements are counted, not milliseconds. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { bareKernel, type BareKernel } from "../../../test/harness/kernel.ts";
import { systemActor, type Actor, type Ctx } from "../../kernel/ctx.ts";
import type { Db } from "../../kernel/db/database.ts";
import { readCtx, runUnit, type UnitBy } from "../../kernel/unit.ts";
import type { Content } from "../courses/content.ts";
import { coursesModule } from "../courses/index.ts";
import { attemptsModule } from "./index.ts";
import type { AttemptView, SittingResult, SittingView } from "./contract.ts";

type Operation = ((ctx: Ctx, input: unknown) => Promise<unknown>) | { prepare(ctx: Ctx, input: unknown): Promise<unknown>; run(ctx: Ctx, input: unknown, ready: unknown): Promise<unknown> };

let kernel: BareKernel;
let statements: string[] = [];
beforeEach(async () => { kernel = await bareKernel(); });
afterEach(async () => { await kernel.close(); });

const counted = (db: Db): Db => Object.assign((table: string) => { statements.push(`knex ${table}`); return db(table); }, db, {
  rows: (sql: string, values?: readonly never[]) => { statements.push(sql); return db.rows(sql, values); },
  run: (sql: string, values?: readonly never[]) => { statements.push(sql); return db.run(sql, values); },
}) as Db;

async function call<T>(handlers: Readonly<Record<string, unknown>>, name: string, actor: Actor, input: unknown, isRead = false): Promise<T> {
  statements = [];
  const operation = handlers[name] as Operation;
  const by: UnitBy = { actor, requestId: "test" };
  if (typeof operation !== "function") {
    const ready = await operation.prepare({ ...readCtx(kernel, by), files: kernel.files } as Ctx, input);
    return await runUnit(kernel, by, (ctx) => operation.run(ctx, input, ready)) as T;
  }
  if (isRead) { const ctx = readCtx(kernel, by); return await operation({ ...ctx, db: counted(ctx.db) }, input) as T; }
  return await runUnit(kernel, by, (ctx) => operation({ ...ctx, db: counted(ctx.db) }, input)) as T;
}

it("start, three autosaves and a 20-answer submit with completion take few statements, none by the query builder", async () => {
  const author = systemActor("author");
  const now = kernel.clock.now();
  await kernel.database.unit((db) => db.run("INSERT INTO people (id, tenant_id, display_name, sort_name, search_text, created_at) VALUES (?,?,?,?,?,?)", ["p1", "main", "Lea Adler", "Adler Lea", "lea adler", now]));
  const lea: Actor = { ...author, kind: "person", id: "p1", personId: "p1", permissions: new Map() };
  const content: Content = {
    units: [{
      id: "quiz", kind: "quiz", title: "Test", minutes: 10, intro: "", passPercent: 80, maxSittings: null, limitMinutes: null, shuffle: true, feedback: "score",
      pools: [{ id: "pool", title: "", draw: null, questions: Array.from({ length: 20 }, (_, i) => ({ id: `ques${i}`, kind: "true_false" as const, text: `Is ${i} even?`, points: 1, explanation: "", isTrue: i % 2 === 0 })) }],
    }],
  };
  const { handlers: c } = coursesModule, { handlers: a } = attemptsModule;
  const course = await call<{ id: string; rowVersion: number }>(c, "create", author, { code: "fire", title: "Fire safety", language: "en" });
  const saved = await call<{ rowVersion: number }>(c, "saveDraft", author, { courseId: course.id, rowVersion: 1, content });
  await call(c, "publish", author, { courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "first", effectiveOn: "2027-03-01", policy: { inProgress: "finish", withinDays: null } });

  const budget: Record<string, number> = {};
  const used = (name: string): void => { budget[name] = statements.length; expect(statements.filter((s) => s.startsWith("knex"))).toEqual([]); };
  const attempt = await call<AttemptView>(a, "start", lea, { courseId: course.id }); used("start");
  await call(a, "coursePage", lea, { courseId: course.id }, true); used("coursePage");
  const sitting = await call<SittingView>(a, "sit", lea, { attemptId: attempt.id, unitId: "quiz" }); used("sit");
  const answer = (id: string) => ({ isTrue: Number(id.slice(4)) % 2 === 0 });
  for (const q of sitting.questions.slice(0, 3)) { await call(a, "answer", lea, { sittingId: sitting.id, questionId: q.id, seq: 1, answer: answer(q.id) }); used("answer"); }
  const result = await call<SittingResult>(a, "submit", lea, { sittingId: sitting.id, answers: sitting.questions.map((q) => ({ questionId: q.id, seq: 1, answer: answer(q.id) })) });
  used("submit");
  expect(result).toMatchObject({ isPassed: true, percent: 100, completion: { certificates: [{ number: expect.any(String) as string }] } });
  for (const [name, most] of Object.entries({ start: 4, coursePage: 5, sit: 6, answer: 3, submit: 12 })) expect([name, budget[name]], JSON.stringify(statements)).toSatisfy(([, n]) => typeof n === "number" && n <= most);

  // Every row equals the newest entry about it, as `muster verify` will ask.
  const ctx = readCtx(kernel, { actor: author, requestId: "test" });
  const checked: string[] = [];
  for (const { kind, page } of [...coursesModule.states ?? [], ...attemptsModule.states ?? []]) {
    for (const { id, state } of await page(ctx, "", 100)) {
      expect([kind, state]).toEqual([kind, kernel.entries.findLast((e) => e.target.kind === kind && e.target.id === id)?.after]);
      expect((await page(ctx, id, 100)).some((row) => row.id === id)).toBe(false);
      checked.push(kind);
    }
  }
  expect(checked).toEqual(["course", "version", "publication", "attempt", "sitting"]);
});
