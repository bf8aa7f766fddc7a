import type { Operation, Scene } from "./operation.ts";

const changedRows = 1_000;
const freshRows = 100;
const header = "Employee ID,Legal First Name,Legal Last Name,Work Email,Manager ID,Hire Date,Supervisory Organization,Location,Country,Time Zone,Job Title";

const number = (n: number): string => String(1_000_000 + n);
const line = (n: number, cycle: number): string =>
  [number(n), `Given${n % 50}`, `Family${n}`, `i${n}@nordwerk.example`, n === 0 ? "" : number(Math.floor((n - 1) / 8)), "2019-03-01", `Unit ${n % 12}`, "Hamburg", "DE", "Europe/Berlin", `Job ${cycle}`].join(",");

/** A file whose first part changes everybody's position and whose second part is new: read, checked, applied. */
export function importing(scene: Scene): Operation {
  const { client, admin } = scene;
  let busy = false;
  let cycles = 0;
  const runs: string[] = [];
  const until = async (runId: string, state: string): Promise<void> => {
    for (;;) {
      const run = await client.read(admin, `/api/directory/runs/${runId}`);
      if (run["state"] === state) return;
      if (run["state"] === "failed" || run["state"] === "cancelled") throw new Error(`import ${runId} became ${String(run["state"])}: ${String(run["problem"])}`);
      await new Promise((r) => { setTimeout(r, 20); });
    }
  };
  return {
    name: "import",
    isInFlight: () => busy,
    async run(cycle) {
      busy = true;
      const lines = [header];
      for (let n = 0; n < changedRows; n++) lines.push(line(n, cycle));
      for (let n = 0; n < freshRows; n++) lines.push(line(changedRows + cycles * freshRows + n, cycle));
      const run = await client.must("import.upload", admin, "POST", "/api/directory/runs?name=people.csv", Buffer.from(lines.join("\n")));
      const id = String(run["id"]);
      runs.push(id);
      await client.must("import.plan", admin, "POST", `/api/directory/runs/${id}/plan`);
      await until(id, "planned");
      await client.must("import.apply", admin, "POST", `/api/directory/runs/${id}/apply`);
      await until(id, "applied");
      cycles++;
      busy = false;
    },
    async check(sql) {
      const wrong: string[] = [];
      const expected = changedRows + cycles * freshRows;
      const [sum] = await sql<{ n: number; people: number; numbers: number }>(
        "SELECT count(*) AS n, count(DISTINCT person_id) AS people, count(DISTINCT employee_number) AS numbers FROM employments WHERE employee_number >= '1000000' AND employee_number < '2000000' AND state = 'active'");
      if (sum?.n !== expected || sum.people !== expected || sum.numbers !== expected) wrong.push(`import: ${JSON.stringify(sum)} instead of ${expected} people with one number each`);
      const feedRuns = await sql<{ id: string; state: string }>("SELECT id, state FROM feed_runs");
      if (feedRuns.length !== runs.length) wrong.push(`import: ${feedRuns.length} runs instead of ${runs.length}`);
      for (const run of feedRuns) if (run.state !== "applied") wrong.push(`import: run ${run.id} is ${run.state}`);
      // As if nothing had ever been killed: one more value per person and import, the last one standing (the first one is recorded again when its end becomes known).
      const recorded = cycles === 1 ? 1 : cycles + 1;
      const facts = await sql<{ cycles: number; standing: number; value: string | null; n: number }>(
        `SELECT cycles, standing, value, count(*) AS n FROM (
           SELECT f.person_id, count(*) AS cycles, sum(CASE WHEN f.superseded_at IS NULL AND f.valid_to IS NULL THEN 1 ELSE 0 END) AS standing, max(CASE WHEN f.superseded_at IS NULL AND f.valid_to IS NULL THEN f.value END) AS value
           FROM facts f JOIN employments e ON e.id = f.employment_id WHERE f.attribute = 'position' AND e.employee_number >= '1000000' AND e.employee_number < '1001000' GROUP BY f.person_id) x
         GROUP BY cycles, standing, value`);
      const [only] = facts;
      if (facts.length !== 1 || only?.cycles !== recorded || only.standing !== 1 || only.n !== changedRows) wrong.push(`import: positions ${JSON.stringify(facts.slice(0, 5))} after ${cycles} imports`);
      const superiors = await sql<{ n: number }>(
        "SELECT count(*) AS n FROM superiors s JOIN employments e ON e.id = s.employment_id WHERE s.superseded_at IS NULL AND s.valid_to IS NULL AND e.employee_number >= '1000000' AND e.employee_number < '2000000'");
      if (superiors[0]?.n !== expected - 1) wrong.push(`import: ${superiors[0]?.n} superiors instead of ${expected - 1}`);
      const rows = await sql<{ run_id: string; n: number }>("SELECT run_id, count(*) AS n FROM feed_rows WHERE applied_at IS NOT NULL GROUP BY run_id");
      for (const row of rows) if (row.n !== changedRows + freshRows) wrong.push(`import: run ${row.run_id} has ${row.n} rows applied`);
      return wrong;
    },
  };
}
