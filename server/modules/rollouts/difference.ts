/** What a start would change, by the SELECT that the run itself uses. */
import type { Reading, Sql } from "../audiences/index.ts";
import { compile } from "../audiences/index.ts";
import { dayIn, dueRows, earnedValidity, floorOf, zones } from "../obligations/index.ts";
import type { Terms } from "../requirements/index.ts";
import type { Difference } from "./contract.ts";
import { courseIsLive } from "./store.ts";

const heldSql = "SELECT 1 FROM obligations o WHERE o.person_id = m.person_id AND o.requirement_id = ? AND o.ended_at IS NULL";

async function totals(ctx: Reading, terms: Terms, members: Sql): Promise<{ people: number; keep: number; proven: number; lose: number; owed: number }> {
  const { id: requirementId, courseId } = terms.requirement;
  const [row] = await ctx.db.rows<Record<string, number | string | null>>(
    `SELECT count(*) AS people, sum(held) AS keep, sum(CASE WHEN held = 0 AND proven = 1 THEN 1 ELSE 0 END) AS proven FROM (
       SELECT CASE WHEN EXISTS (${heldSql}) THEN 1 ELSE 0 END AS held,
         CASE WHEN EXISTS (SELECT 1 FROM proofs z WHERE z.person_id = m.person_id AND z.course_id = ? AND z.revoked_at IS NULL) THEN 1 ELSE 0 END AS proven
       FROM (SELECT DISTINCT person_id FROM (${members.sql}) d) m) s`, [requirementId, courseId, ...members.values]);
  const [owed] = await ctx.db.rows<{ n: number }>("SELECT count(*) AS n FROM obligations o WHERE o.requirement_id = ? AND o.tenant_id = ? AND o.ended_at IS NULL", [requirementId, ctx.tenantId]);
  const keep = Number(row?.["keep"] ?? 0);
  return { people: Number(row?.["people"] ?? 0), keep, proven: Number(row?.["proven"] ?? 0), owed: owed?.n ?? 0, lose: (owed?.n ?? 0) - keep };
}

const byOrgUnit = (ctx: Reading, terms: Terms, members: Sql): Promise<{ id: string | null; name: string | null; n: number }[]> => ctx.db.rows(
  `SELECT u.id, u.name, count(DISTINCT m.person_id) AS n FROM (${members.sql}) m LEFT JOIN employments e ON e.id = m.employment_id LEFT JOIN org_units u ON u.id = e.org_unit_id
   WHERE NOT EXISTS (${heldSql}) GROUP BY u.id, u.name ORDER BY n DESC, u.name LIMIT 50`, [...members.values, terms.requirement.id]);

/** Due days of those who gain it: per person the earliest reason decides, then the floor. */
async function dueDays(ctx: Reading, terms: Terms, members: Sql): Promise<{ on: string | null; note: string | null; n: number }[]> {
  const all = await zones(ctx);
  const rows = (await dueRows(ctx, terms, all, members)).map((d) => {
    const floor = floorOf(d.zone, ctx.now, all.floorDays);
    return { zone: d.zone, hired: d.hired, due_at: d.due_at, note: d.note, shown: d.note === "floor" ? floor.on : d.due_on };
  });
  const byHireDay = terms.rule.due.kind === "relative" && terms.rule.due.from === "hired";
  return ctx.db.rows(
    `WITH due AS MATERIALIZED (SELECT * FROM ${ctx.db.sql.rowsOf({ zone: "text", hired: "text", due_at: "instant", note: "text", shown: "day" })}),
       placed AS (SELECT d.shown, d.note, row_number() OVER (PARTITION BY m.person_id ORDER BY d.due_at IS NULL, d.due_at, d.zone) AS place
         FROM (${members.sql}) m LEFT JOIN employments e ON e.id = m.employment_id LEFT JOIN sites s ON s.id = e.site_id
           JOIN due d ON d.zone = coalesce(s.zone, ?)${byHireDay ? " AND d.hired = coalesce(CAST(e.started_on AS text), '')" : ""}
         WHERE NOT EXISTS (${heldSql}))
     SELECT shown AS "on", note, count(*) AS n FROM placed WHERE place = 1 GROUP BY shown, note ORDER BY shown`,
    [JSON.stringify(rows), ...members.values, all.tenantZone, terms.requirement.id]);
}

const shownDays = 60;
export async function differenceOf(ctx: Reading, terms: Terms): Promise<Difference> {
  const members = (await compile(ctx, terms.condition)).members();
  const t = await totals(ctx, terms, members);
  const units = await byOrgUnit(ctx, terms, members);
  const days = await dueDays(ctx, terms, members);
  const count = (of: typeof days): number => of.reduce((n, d) => n + Number(d.n), 0);
  const floored = days.filter((d) => d.note === "floor");
  const unresolved = days.filter((d) => d.on === null);
  const byDay = new Map<string, number>();
  for (const d of days) if (d.on !== null) byDay.set(d.on, (byDay.get(d.on) ?? 0) + Number(d.n));
  const dated = [...byDay].toSorted(([a], [b]) => a.localeCompare(b)).map(([on, peopleCount]) => ({ on, peopleCount }));
  const conflicts: Difference["conflicts"] = [];
  if (!(await courseIsLive(ctx, terms.requirement.courseId))) conflicts.push({ code: "course_not_live", peopleCount: t.people, on: null, stops: true });
  if (t.people === 0) conflicts.push({ code: "nobody", peopleCount: 0, on: null, stops: false });
  if (floored.length > 0) conflicts.push({ code: "floor", peopleCount: count(floored), on: floored[0]?.on ?? null, stops: false });
  if (unresolved.length > 0) conflicts.push({ code: "unresolved", peopleCount: count(unresolved), on: null, stops: false });
  if (t.lose * 10 > t.owed) conflicts.push({ code: "many_lose", peopleCount: t.lose, on: null, stops: false });
  const tenantZone = (await zones(ctx)).tenantZone;
  return {
    asOf: ctx.now, peopleCount: t.people, gainCount: t.people - t.keep, keepCount: t.keep, loseCount: t.lose, alreadyProvenCount: t.proven,
    byOrgUnit: units.map((u) => ({ orgUnitId: u.id, name: u.name ?? "", peopleCount: Number(u.n) })),
    dueDays: dated.slice(0, shownDays), laterCount: dated.slice(shownDays).reduce((n, d) => n + d.peopleCount, 0), conflicts,
    longestValidThroughOn: earnedValidity(terms.rule.validity, terms.rule.windowDays, dayIn(ctx.now, tenantZone), null).validThroughOn,
  };
}
