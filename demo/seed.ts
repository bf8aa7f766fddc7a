/**
 * Fills an empty Muster with the demo company through its own services and HTTP interface, under a clock that is stepped from
 * ten weeks ago to now: its history is real history, with a ledger that verifies.
 */
import { readFileSync } from "node:fs";
import { connect, type Api } from "../server/api.ts";
import type { steppedClock } from "../server/kernel/clock.ts";
import type { Ctx } from "../server/kernel/ctx.ts";
import { asSystem } from "../server/kernel/unit.ts";
import type { Running } from "../server/main.ts";
import { grantRole, hashPassword, startLogin } from "../server/modules/access/index.ts";
import { company, companyCsv, type DemoPerson } from "./company.ts";
import { fire, privacy } from "./courses.ts";

export const demoPassword = "nordwerk demo company";
/** Who signs in as what; everybody of the company has the same password. */
export const demoRoles = [
  { role: "administrator", email: "iris.wagner@nordwerk.example" }, { role: "hr", email: "leila.moreau@nordwerk.example" }, { role: "author", email: "bjorn.kruger@nordwerk.example" },
  { role: "manager", email: "" }, { role: "auditor", email: "emre.fischer@nordwerk.example" }, { role: "learner", email: "lea.hoffmann@nordwerk.example" },
] as const;

type Clock = ReturnType<typeof steppedClock>;
interface Someone { readonly personId: string; readonly accountId: string; readonly person: DemoPerson }

const dayMs = 86_400_000;
/** The same company every time: a small generator instead of chance. */
function dice(seed: number): () => number {
  let x = seed;
  return () => { x = (x * 1_664_525 + 1_013_904_223) % 4_294_967_296; return x / 4_294_967_296; };
}

class Seeder {
  readonly #muster: Running;
  readonly #clock: Clock;
  readonly #apis = new Map<string, Api>();
  constructor(muster: Running, clock: Clock) { this.#muster = muster; this.#clock = clock; }

  unit<T>(work: (ctx: Ctx) => Promise<T>): Promise<T> { return asSystem(this.#muster.kernel, "demo", work, 60_000); }

  async settle(): Promise<void> {
    const { relay, runner } = this.#muster;
    // Documents (priority 6) are rendered after the start, in the background, as for everybody.
    while ((await relay.runUntilIdle()) + (await runner.runUntilIdle(5)) > 0) { /* until nothing is due */ }
  }

  /** The typed client of somebody, signed in as of now. */
  async as(someone: Someone): Promise<Api> {
    let api = this.#apis.get(someone.personId);
    if (!api) {
      const login = await this.unit((ctx) => startLogin(ctx, someone.accountId));
      const origin = `http://localhost:${this.#muster.port}`;
      api = connect({ origin, csrf: () => login.csrf, fetch: (url, init) => fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), origin, cookie: `__Host-muster=${login.token}` } }) });
      this.#apis.set(someone.personId, api);
    }
    return api;
  }

  forgetLogins(): void { this.#apis.clear(); }
  advance(days: number): void { this.#clock.advance(days * dayMs); }
  get today(): string { return this.#clock.now().slice(0, 10); }

  async founders(): Promise<Someone> {
    const { recordPerson } = await import("../server/modules/people/index.ts");
    const { openAccount } = await import("../server/modules/access/index.ts");
    const hash = await hashPassword(demoPassword);
    return this.unit(async (ctx) => {
      await ctx.db.run("UPDATE tenants SET name = 'Nordwerk', zone = 'Europe/Berlin', language = 'en' WHERE id = ?", [ctx.tenantId]);
      const personId = await recordPerson(ctx, { givenName: "Setup", familyName: "Administrator", email: "setup@nordwerk.example" });
      const account = await openAccount(ctx, { personId, signInName: "setup@nordwerk.example", passwordHash: hash });
      await grantRole(ctx, { personId, role: "administrator", reason: "First administrator" });
      return { personId, accountId: account.id, person: company()[0] as DemoPerson };
    });
  }

  async importPeople(by: Api, people: readonly DemoPerson[]): Promise<Someone[]> {
    const file = Object.assign(new Blob([companyCsv(people)]), { name: "nordwerk-people.csv" });
    const run = await by.directory.upload({ name: "nordwerk-people.csv" }, { file });
    await by.directory.plan({ runId: run.id });
    await this.settle();
    await by.directory.apply({ runId: run.id });
    await this.settle();
    const hash = await hashPassword(demoPassword);
    return this.unit(async (ctx) => {
      const rows = await ctx.db.rows<{ person_id: string; account_id: string; number: string }>(
        "SELECT e.person_id, a.id AS account_id, e.employee_number AS number FROM employments e JOIN accounts a ON a.person_id = e.person_id WHERE e.tenant_id = ?", [ctx.tenantId]);
      for (const row of rows) {
        await ctx.db.run("INSERT INTO account_credentials (id, tenant_id, account_id, kind, secret_hash, created_at) VALUES (?,?,?,'password',?,?)", [ctx.newId(), ctx.tenantId, row.account_id, hash, ctx.now]);
      }
      const byNumber = new Map(people.map((p) => [p.number, p]));
      return rows.flatMap((r) => { const person = byNumber.get(r.number); return person ? [{ personId: r.person_id, accountId: r.account_id, person }] : []; });
    });
  }

  async publish(author: Api, code: string, title: string, summary: string, build: (picture: string | null) => ReturnType<typeof fire>): Promise<string> {
    const course = await author.courses.create({ code, title, summary, language: "en" });
    const png = Object.assign(new Blob([readFileSync(new URL("./escape-route.png", import.meta.url))]), { name: "escape-route.png" });
    const picture = await author.courses.addFile({ courseId: course.id, name: "escape-route.png" }, { file: png });
    const current = await author.courses.get({ courseId: course.id });
    const saved = await author.courses.saveDraft({ courseId: course.id, rowVersion: current.rowVersion, content: build(picture.sha256) });
    await author.courses.publish({ courseId: course.id, rowVersion: saved.rowVersion, change: "material", reason: "First edition", effectiveOn: this.today, policy: { inProgress: "finish", withinDays: null } });
    return course.id;
  }

  async require(hr: Api, wanted: Parameters<Api["requirements"]["create"]>[0]): Promise<void> {
    const requirement = await hr.requirements.create(wanted);
    const rollout = await hr.rollouts.create({ requirementId: requirement.id });
    const seen = await hr.rollouts.preview({ rolloutId: rollout.id });
    await hr.rollouts.start({ rolloutId: rollout.id, peopleCount: seen.preview?.gainCount ?? 0 });
    await this.settle();
  }

  /** Walks through a course; `until` is the share of its parts, `skill` the chance of a right answer. */
  async learn(someone: Someone, courseId: string, until: number, skill: number, roll: () => number): Promise<void> {
    const me = await this.as(someone);
    const attempt = await me.attempts.start({ courseId });
    const parts = attempt.units.slice(0, Math.max(1, Math.round(attempt.units.length * until)));
    for (const part of parts) {
      this.#clock.advance(90_000);
      const where = { attemptId: attempt.id, unitId: part.unitId };
      if (part.kind === "lesson") await me.attempts.done(where);
      else if (part.kind === "document") await me.attempts.attest({ ...where, sha256: (await me.attempts.unit(where)).attestSha256 ?? "", isConfirmed: true });
      else {
        const sitting = await me.attempts.sit(where);
        const draft = await this.unit(async (ctx) => (await ctx.db.rows<{ draft: string }>("SELECT draft FROM courses WHERE id = ?", [courseId]))[0]?.draft ?? "{}");
        await me.attempts.submit({ sittingId: sitting.id, answers: sitting.questions.map((q) => ({ questionId: q.id, seq: 1, answer: answerTo(draft, q.id, roll() < skill) })) });
      }
    }
  }
}

type Answer = { choice: string } | { choices: string[] } | { isTrue: boolean } | { number: string };
function answerTo(draft: string, questionId: string, isRight: boolean): Answer {
  const content = JSON.parse(draft) as ReturnType<typeof fire>;
  for (const unit of content.units) for (const pool of unit.kind === "quiz" ? unit.pools : []) for (const q of pool.questions) {
    if (q.id !== questionId) continue;
    if (q.kind === "true_false") return { isTrue: q.isTrue === isRight };
    if (q.kind === "numeric") return { number: isRight ? q.answer : "1" };
    const right = q.choices.filter((c) => c.isCorrect === isRight).map((c) => c.id);
    return q.kind === "single" ? { choice: right[0] ?? "" } : { choices: right };
  }
  return { isTrue: true };
}

/** Seeds everything; the clock ends at `until`. */
export async function seedDemo(muster: Running, clock: Clock, until: string): Promise<void> {
  const s = new Seeder(muster, clock);
  const roll = dice(7);
  const founder = await s.founders();
  const list = company();
  const everyone = await s.importPeople(await s.as(founder), list);
  const find = (email: string): Someone => everyone.find((e) => e.person.email === email) ?? founder;
  const plant = everyone.find((e) => e.person.position === "Plant Manager Hamburg") ?? founder;
  await s.unit(async (ctx) => {
    for (const { role, email } of demoRoles) {
      if (role === "learner") continue;
      const who = role === "manager" ? plant : find(email);
      await grantRole(ctx, { personId: who.personId, role, reason: "Demo company", ...(role === "manager" ? { scope: "reports" as const } : {}) });
    }
  });
  const author = await s.as(find("bjorn.kruger@nordwerk.example"));
  const hr = await s.as(find("leila.moreau@nordwerk.example"));
  const fireId = await s.publish(author, "FIRE", "Fire safety at work", "What to do when it burns, and what keeps it from burning.", fire);
  const privacyId = await s.publish(author, "PRIVACY", "Data protection basics", "Personal data in daily work, and what to do when something goes wrong.", () => privacy());
  await s.require(hr, {
    code: "fire", courseId: fireId, title: "Fire safety, every year", reason: "Required by law and by our insurer.", audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 72, from: "assigned" },
    validity: { months: 12, anchor: "previous_expiry" }, graceDays: 7, windowDays: 30,
  });
  s.advance(1);
  const lea = find("lea.hoffmann@nordwerk.example");
  for (let week = 0; week < 8; week++) {
    s.forgetLogins();
    // Lea, with whom one looks around the portal, is in the middle of it.
    for (const someone of everyone.filter((e, i) => i % 10 === week && e !== lea)) await s.learn(someone, fireId, roll() < 0.9 ? 1 : 0.5, 0.97, roll);
    await s.settle();
    await muster.sealer.sealNow();
    if (week === 4) {
      const units = (await (await s.as(find("leila.moreau@nordwerk.example"))).people.orgUnits({})).rows.filter((u) => ["Sales", "Human Resources", "Finance"].includes(u.name)).map((u) => u.id);
      await s.require(await s.as(find("leila.moreau@nordwerk.example")), {
        code: "privacy", courseId: privacyId, title: "Data protection", reason: "Everybody who works with personal data needs it.", audience: { any: [{ kind: "org_units", ids: units, withBelow: true }] },
        due: { kind: "relative", days: 21, from: "assigned" }, validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
      });
    }
    if (week > 5) for (const someone of everyone.filter((e, i) => /Sales|Human|Finance/.test(e.person.unit) && i % 3 === week - 6)) await s.learn(someone, privacyId, 1, 0.95, roll);
    s.advance(7);
  }
  s.forgetLogins();
  await s.learn(lea, fireId, 0.5, 1, roll);
  clock.set(until);
  // Until now localhost was an address of Muster whatever the public one is.
  await s.unit(async (ctx) => { await ctx.db.run("UPDATE tenants SET state = 'open' WHERE id = ?", [ctx.tenantId]); });
  await s.settle();
  await muster.sealer.sealNow();
}
