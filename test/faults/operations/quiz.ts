import type { Operation, Scene } from "./operation.ts";

const walkers = 2;
/** Each leaves a document to be drawn, which takes longer than all the rest. */
const walksPerCycle = 12;

/** People who start the course, answer one by one and submit; the answer to the submission is the receipt they keep. */
export function quizzing(scene: Scene): Operation {
  const { client } = scene;
  let next = 0, active = 0;
  const results = new Map<number, Record<string, unknown>>();
  async function walk(n: number): Promise<void> {
    const token = scene.learner(n);
    const attempt = await client.must("quiz.start", token, "POST", `/api/attempts/courses/${scene.courseId}/start`);
    const sitting = await client.must("quiz.sit", token, "POST", `/api/attempts/${String(attempt["id"])}/units/quiz0001/sittings`);
    const questions = sitting["questions"] as { id: string }[];
    for (const q of questions.slice(0, 3)) {
      await client.must("quiz.answer", token, "PUT", `/api/attempts/sittings/${String(sitting["id"])}/answers/${q.id}`, { seq: 1, answer: { choice: "right" } });
    }
    const answers = questions.slice(3).map((q) => ({ questionId: q.id, seq: 1, answer: { choice: "right" } }));
    results.set(n, await client.must("quiz.submit", token, "POST", `/api/attempts/sittings/${String(sitting["id"])}/submit`, { answers }));
  }
  return {
    name: "quiz",
    isInFlight: () => active > 0,
    async run(_cycle, isOver) {
      let left = walksPerCycle;
      await Promise.all(Array.from({ length: walkers }, async () => {
        while (left-- > 0 && !isOver() && next < scene.learnerCount) {
          active++;
          await walk(next++);
          active--;
          await new Promise((r) => { setTimeout(r, 150 * scene.random()); });
        }
      }));
    },
    async check(sql) {
      const wrong: string[] = [];
      for (const [n, result] of results) {
        const completion = result["completion"] as { proofId: string; certificates: { certificateId: string; number: string }[] } | null;
        if (result["isPassed"] !== true || completion?.certificates.length !== 1) wrong.push(`quiz: learner ${n} was answered ${JSON.stringify(result).slice(0, 300)}`);
      }
      const certificates = await sql<{ number: string; id: string }>("SELECT id, number FROM certificates");
      const answered = new Map([...results.values()].flatMap((r) => (r["completion"] as { certificates: { certificateId: string; number: string }[] } | null)?.certificates ?? []).map((c) => [c.certificateId, c.number]));
      for (const c of certificates) if (answered.get(c.id) !== c.number) wrong.push(`quiz: certificate ${c.number} was never answered`);
      if (certificates.length !== results.size) wrong.push(`quiz: ${certificates.length} certificates for ${results.size} passed quizzes`);
      const [attempts] = await sql<{ n: number; proofs: number; people: number }>(
        "SELECT count(DISTINCT a.id) AS n, count(p.id) AS proofs, count(DISTINCT p.person_id) AS people FROM attempts a LEFT JOIN proofs p ON p.attempt_id = a.id");
      if (attempts?.n !== results.size || attempts.proofs !== results.size || attempts.people !== results.size) wrong.push(`quiz: ${JSON.stringify(attempts)} for ${results.size} people`);
      const [sittings] = await sql<{ n: number; answers: number }>("SELECT count(DISTINCT s.id) AS n, count(*) AS answers FROM attempt_sittings s JOIN attempt_answers x ON x.sitting_id = s.id WHERE s.state = 'submitted' AND s.percent = 100");
      if (sittings?.n !== results.size || sittings.answers !== results.size * 8) wrong.push(`quiz: ${JSON.stringify(sittings)} sittings for ${results.size} people`);
      return wrong;
    },
  };
}
