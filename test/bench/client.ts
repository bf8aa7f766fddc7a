/** The load of the journey benchmark: closed-loop clients on real sockets, each walking one person's whole way at a time. */
import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { csrfOf } from "../../server/modules/access/sessions.ts";
import { tokenOf } from "./seed.ts";

export interface Reply { readonly status: number; readonly body: Record<string, unknown> }
export interface Walked { readonly done: number; readonly failed: number; readonly seconds: number; readonly firstFailure: string | null }

export class BenchClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #port: number;
  constructor(port: number) { this.#port = port; }

  call(person: number, method: string, path: string, body?: unknown): Promise<Reply> {
    const token = tokenOf(person);
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const r = request({
        host: "127.0.0.1", port: this.#port, method, path, agent: this.#agent,
        headers: {
          host: `localhost:${this.#port}`, cookie: `__Host-muster=${token}`, accept: "application/json",
          ...(method === "GET" ? {} : { origin: `http://localhost:${this.#port}`, "x-muster-csrf": csrfOf(createHash("sha256").update(token).digest()), "content-type": "application/json", "content-length": Buffer.byteLength(text ?? "") }),
        },
      }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (c: Buffer) => { chunks.push(c); });
        response.on("end", () => {
          try { resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> }); } catch (error) { reject(error instanceof Error ? error : new Error("unreadable")); }
        });
        response.on("error", reject);
      });
      r.on("error", reject);
      r.end(text);
    });
  }

  close(): void { this.#agent.destroy(); }
}

const must = (reply: Reply, what: string): Record<string, unknown> => {
  if (reply.status !== 200) throw new Error(`${what}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`);
  return reply.body;
};

/** Enter → my training → open course → begin the quiz → three autosaves → submit 20 answers → completed. Eight requests. */
export async function journey(client: BenchClient, person: number, courseId: string): Promise<void> {
  must(await client.call(person, "GET", "/api/access/session"), "session");
  must(await client.call(person, "GET", "/api/obligations/mine"), "mine");
  const attempt = must(await client.call(person, "POST", `/api/attempts/courses/${courseId}/start`, {}), "start");
  const sitting = must(await client.call(person, "POST", `/api/attempts/${String(attempt["id"])}/units/quiz0001/sittings`, {}), "sit");
  const questions = sitting["questions"] as { id: string }[];
  for (const q of questions.slice(0, 3)) {
    must(await client.call(person, "PUT", `/api/attempts/sittings/${String(sitting["id"])}/answers/${q.id}`, { seq: 1, answer: { choice: "right" } }), "answer");
  }
  const answers = questions.map((q) => ({ questionId: q.id, seq: 2, answer: { choice: "right" } }));
  const result = must(await client.call(person, "POST", `/api/attempts/sittings/${String(sitting["id"])}/submit`, { answers }), "submit");
  if ((result["completion"] as { certificates: unknown[] } | null)?.certificates.length !== 1) throw new Error(`no certificate: ${JSON.stringify(result).slice(0, 300)}`);
}

/** Walks persons from `first` with `clients` at once for `seconds` or until `last`. */
export async function walk(port: number, courseId: string, first: number, last: number, clients: number, seconds: number): Promise<Walked> {
  const client = new BenchClient(port);
  const started = performance.now();
  const until = started + seconds * 1_000;
  let next = first, done = 0, failed = 0;
  let firstFailure: string | null = null;
  const one = async (): Promise<void> => {
    while (performance.now() < until && next < last) {
      const person = next++;
      try { await journey(client, person, courseId); done++; } catch (error) { failed++; firstFailure ??= error instanceof Error ? error.message : String(error); }
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  client.close();
  return { done, failed, seconds: (performance.now() - started) / 1_000, firstFailure };
}
