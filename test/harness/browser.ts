/** One browser without pages: keeps cookies, sends what a same-origin fetch sends, shows status, headers and body. */
export interface Seen { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown>; readonly text: string }

export class Browser {
  readonly origin: string;
  readonly cookies = new Map<string, string>();
  csrf: string | null = null;
  constructor(origin: string) { this.origin = origin; }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Seen> {
    const answer = await fetch(this.origin + path, {
      method,
      headers: {
        origin: this.origin, "sec-fetch-site": "same-origin", ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.cookies.size === 0 ? {} : { cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ") }),
        ...(this.csrf === null ? {} : { "x-muster-csrf": this.csrf }), ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      if (/max-age=0/i.test(line) || value === "") this.cookies.delete(name); else this.cookies.set(name, value);
    }
    const text = await answer.text();
    let read: unknown = {};
    if (answer.headers.get("content-type")?.includes("json") === true) read = JSON.parse(text);
    return { status: answer.status, headers: answer.headers, body: read as Record<string, unknown>, text };
  }

  get = (path: string): Promise<Seen> => this.send("GET", path);
  post = (path: string, body: unknown = {}): Promise<Seen> => this.send("POST", path, body);
  put = (path: string, body: unknown): Promise<Seen> => this.send("PUT", path, body);

  /** Signs in and remembers the token for changes. */
  async signIn(name: string, password: string): Promise<Seen> {
    const seen = await this.post("/api/access/sign-in", { name, password });
    if (seen.status === 200) this.csrf = String(seen.body["csrf"]);
    return seen;
  }
}
