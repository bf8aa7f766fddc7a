/**
 * A client that keeps a log of what it sent and what was answered. An answer that never came is asked for again with the same
 * Idempotency-Key, as often as it takes; what the log says at the end is what must be true.
 */
import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { csrfOf } from "../../server/modules/access/sessions.ts";

export interface Reply { readonly status: number; readonly body: Record<string, unknown> }
export interface Asked {
  readonly op: string; readonly key: string; readonly token: string; readonly method: string; readonly path: string; readonly body: unknown;
  /** How often it was sent. */
  sent: number;
  acked: Reply | null;
}

/** The process went away before an answer came. */
export class Lost extends Error {}

export class Client {
  readonly log: Asked[] = [];
  readonly #port: number;
  readonly #prefix: string;
  #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  #number = 0;
  /** Resolves when the server is there (again). */
  up: Promise<void> = Promise.resolve();

  constructor(port: number, prefix: string) {
    this.#port = port;
    this.#prefix = prefix;
  }

  /** One request, one answer; rejects with `Lost` when the connection ends before. */
  send(token: string, method: string, path: string, body?: unknown, key?: string): Promise<Reply> {
    const isFile = body instanceof Uint8Array;
    const bytes = body === undefined ? undefined : isFile ? body : Buffer.from(JSON.stringify(body));
    const origin = `http://localhost:${this.#port}`;
    return new Promise((resolve, reject) => {
      const lost = (): void => { reject(new Lost(`${method} ${path}`)); };
      const sending = request({
        host: "127.0.0.1", port: this.#port, method, path, agent: this.#agent,
        headers: {
          host: `localhost:${this.#port}`, cookie: `__Host-muster=${token}`,
          ...(method === "GET" ? {} : { origin, "x-muster-csrf": csrfOf(createHash("sha256").update(token).digest()) }),
          ...(bytes === undefined ? {} : { "content-type": isFile ? "application/octet-stream" : "application/json", "content-length": bytes.byteLength }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
      }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (c: Buffer) => { chunks.push(c); });
        response.on("error", lost);
        response.on("close", () => { if (!response.complete) lost(); });
        response.on("end", () => {
          if (!response.complete) return;
          try { resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> }); } catch { lost(); }
        });
      });
      sending.on("error", lost);
      sending.end(bytes);
    });
  }

  /** A change: sent until it is answered, through any number of kills. Refusals other than "not now" are the caller's. */
  async ask(op: string, token: string, method: string, path: string, body: unknown = {}): Promise<Reply> {
    const asked: Asked = { op, key: `${this.#prefix}-${String(this.#number++).padStart(6, "0")}`, token, method, path, body, sent: 0, acked: null };
    this.log.push(asked);
    for (;;) {
      await this.up;
      asked.sent++;
      try {
        const reply = await this.send(token, method, path, body, asked.key);
        if (reply.status !== 503 && reply.status !== 507) { asked.acked = reply; return reply; }
      } catch (error) { if (!(error instanceof Lost)) throw error; }
      await new Promise((r) => { setTimeout(r, 10); });
    }
  }

  /** A change that must succeed. */
  async must(op: string, token: string, method: string, path: string, body: unknown = {}): Promise<Record<string, unknown>> {
    const reply = await this.ask(op, token, method, path, body);
    if (reply.status !== 200) throw new Error(`${op} ${method} ${path}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 500)}`);
    return reply.body;
  }

  /** A read that must succeed, however long the server is away. */
  async read(token: string, path: string): Promise<Record<string, unknown>> {
    for (;;) {
      await this.up;
      try {
        const reply = await this.send(token, "GET", path);
        if (reply.status === 200) return reply.body;
        if (reply.status !== 503) throw new Error(`GET ${path}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 500)}`);
      } catch (error) { if (!(error instanceof Lost)) throw error; }
      await new Promise((r) => { setTimeout(r, 10); });
    }
  }

  /** The server was killed: its sockets are worth nothing. */
  reconnect(): void {
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true, maxSockets: 32 });
  }
  close(): void { this.#agent.destroy(); }
}
