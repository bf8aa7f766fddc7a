import type { Operation, Scene } from "./operation.ts";

/** A new requirement rolled out to all of the crew. */
export function rollingOut(scene: Scene): Operation {
  const { client, admin } = scene;
  let busy = false;
  const done: { rolloutId: string; requirementId: string }[] = [];
  return {
    name: "rollout",
    isInFlight: () => busy,
    async run(cycle) {
      busy = true;
      const made = await client.must("rollout.require", admin, "POST", "/api/requirements", {
        courseId: scene.otherCourseId, title: `Requirement ${cycle}`, reason: "Because.", audience: { any: [{ kind: "positions", values: ["Crew"] }] }, due: { kind: "relative", days: 30, from: "assigned" },
        validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
      });
      const requirementId = String(made["id"]);
      const rollout = await client.must("rollout.create", admin, "POST", "/api/rollouts", { requirementId });
      const rolloutId = String(rollout["id"]);
      const seen = await client.must("rollout.preview", admin, "POST", `/api/rollouts/${rolloutId}/preview`);
      const { peopleCount } = seen["preview"] as { peopleCount: number };
      await client.must("rollout.start", admin, "POST", `/api/rollouts/${rolloutId}/start`, { peopleCount });
      for (;;) {
        const now = await client.read(admin, `/api/rollouts/${rolloutId}`);
        if (now["state"] === "done") break;
        if (now["state"] !== "running") throw new Error(`rollout ${rolloutId} became ${String(now["state"])}`);
        await new Promise((r) => { setTimeout(r, 20); });
      }
      done.push({ rolloutId, requirementId });
      busy = false;
    },
    async check(sql) {
      const wrong: string[] = [];
      const [made] = await sql<{ n: number }>("SELECT count(*) AS n FROM rollouts WHERE title LIKE 'Requirement %'");
      if (made?.n !== done.length) wrong.push(`rollout: ${made?.n} rollouts instead of ${done.length}`);
      for (const { rolloutId, requirementId } of done) {
        const [met] = await sql<{ n: number }>("SELECT count(*) AS n FROM rollout_people WHERE rollout_id = ?", [rolloutId]);
        const [owed] = await sql<{ n: number; people: number; reasons: number; cycles: number }>(
          `SELECT count(*) AS n, count(DISTINCT o.person_id) AS people,
             sum((SELECT count(*) FROM reasons r WHERE r.obligation_id = o.id)) AS reasons, sum((SELECT count(*) FROM cycles c WHERE c.obligation_id = o.id)) AS cycles
           FROM obligations o WHERE o.requirement_id = ?`, [requirementId]);
        const n = scene.crewCount;
        if (met?.n !== n || owed?.n !== n || owed.people !== n || owed.reasons !== n || owed.cycles !== n) wrong.push(`rollout ${rolloutId}: met ${met?.n}, ${JSON.stringify(owed)} instead of ${n} each`);
      }
      return wrong;
    },
  };
}
