import { createHash } from "node:crypto";
import { fireCourse } from "../../harness/fire-course.ts";
import type { Operation, Scene } from "./operation.ts";

/** One course published again and again: each time the draft is saved and becomes the next version. */
export function publishing(scene: Scene): Operation {
  const { client, admin } = scene;
  let course: Record<string, unknown> | undefined;
  let rowVersion = 0, edition = 0, busy = false;
  const published: { id: string; number: number }[] = [];
  async function publish(): Promise<void> {
    course ??= await client.must("publish.create", admin, "POST", "/api/courses", { code: "KILL", title: "Killed while published", language: "en" });
    const path = `/api/courses/${String(course["id"])}`;
    if (rowVersion === 0) rowVersion = Number(course["rowVersion"]);
    const content = fireCourse(4, "quiz");
    const [unit] = content.units;
    if (unit) unit.title = `Edition ${++edition}`;
    const saved = await client.must("publish.save", admin, "PUT", `${path}/draft`, { rowVersion, content });
    rowVersion = Number(saved["rowVersion"]);
    const version = await client.must("publish.publish", admin, "POST", `${path}/publish`, {
      rowVersion, change: "minor", reason: `Edition ${edition}`, effectiveOn: new Date().toISOString().slice(0, 10), policy: { inProgress: "finish", withinDays: null },
    });
    published.push({ id: String(version["id"]), number: Number(version["number"]) });
    const now = await client.read(admin, path);
    rowVersion = Number(now["rowVersion"]);
  }
  return {
    name: "publish",
    isInFlight: () => busy,
    async run(_cycle, isOver) {
      while (!isOver()) {
        busy = true;
        await publish();
        busy = false;
        await new Promise((r) => { setTimeout(r, 120 * scene.random()); });
      }
    },
    async check(sql) {
      const wrong: string[] = [];
      const versions = await sql<{ id: string; number: number; content: Uint8Array; content_sha256: string; publications: number }>(
        `SELECT v.id, v.number, v.content, v.content_sha256, (SELECT count(*) FROM publications p WHERE p.version_id = v.id) AS publications FROM versions v WHERE v.course_id = ? ORDER BY v.number`, [String(course?.["id"])]);
      if (versions.length !== published.length) wrong.push(`publish: ${versions.length} versions for ${published.length} publications`);
      versions.forEach((v, i) => {
        const text = Buffer.from(v.content).toString();
        if (v.number !== i + 1 || published[i]?.id !== v.id || published[i]?.number !== v.number) wrong.push(`publish: version ${v.number} is not what was answered: ${JSON.stringify(published[i])}`);
        if (v.publications !== 1) wrong.push(`publish: version ${v.number} has ${v.publications} publications`);
        if (createHash("sha256").update(v.content).digest("hex") !== v.content_sha256 || !text.includes(`"Edition ${v.number}"`)) wrong.push(`publish: version ${v.number} has other content`);
      });
      const [live] = await sql<{ live_version_id: string }>("SELECT live_version_id FROM courses WHERE id = ?", [String(course?.["id"])]);
      if (live?.live_version_id !== published.at(-1)?.id) wrong.push("publish: the newest version is not live");
      return wrong;
    },
  };
}
