/** One request has one meaning for every hop, for one host; what could be read in two ways is refused and the connection ends (security.md H6, M1, M2, M6). */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw } from "../harness/hostile.ts";
import { world, type World } from "../harness/world.ts";

let w: World, port = 0, host = "";
beforeAll(async () => {
  w = await world();
  ({ port } = w.muster);
  host = `localhost:${port}`;
});
afterAll(async () => { await w.close(); });

const get = (path: string, ...headers: string[]): string => `GET ${path} HTTP/1.1\r\nConnection: close\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;

describe("hosts", () => {
  it.each<[what: string, bytes: () => string, statuses: readonly number[]]>([
    ["the own host", () => get("/api/openapi.json", `Host: ${host}`), [200]],
    ["the own host in capitals", () => get("/api/openapi.json", `Host: ${host.toUpperCase()}`), [200]],
    ["no host", () => get("/api/openapi.json"), [400]],
    ["an empty host", () => get("/api/openapi.json", "Host: "), [400, 421]],
    ["no host in HTTP/1.0", () => "GET /api/openapi.json HTTP/1.0\r\n\r\n", [400]],
    ["two hosts, the right one first", () => get("/api/openapi.json", `Host: ${host}`, "Host: evil.example"), [400]],
    ["two hosts, the right one last", () => get("/api/openapi.json", "Host: evil.example", `Host: ${host}`), [400]],
    ["the same host twice", () => get("/api/openapi.json", `Host: ${host}`, `host: ${host}`), [400]],
    ["another host", () => get("/api/openapi.json", "Host: evil.example"), [421]],
    ["no port", () => get("/api/openapi.json", "Host: localhost"), [421]],
    ["another port", () => get("/api/openapi.json", "Host: localhost:1"), [421]],
    ["a trailing dot", () => get("/api/openapi.json", `Host: localhost.:${port}`), [421]],
    ["a user", () => get("/api/openapi.json", `Host: evil@${host}`), [421, 400]],
    ["a list", () => get("/api/openapi.json", `Host: ${host}, evil.example`), [421, 400]],
    ["another name of this machine", () => get("/api/openapi.json", `Host: [::1]:${port}`), [421]],
    ["another host, forwarded", () => get("/api/openapi.json", "Host: evil.example", `X-Forwarded-Host: ${host}`), [421]],
    ["an absolute address of ours", () => get(`http://${host}/api/openapi.json`, `Host: ${host}`), [400]],
    ["an absolute address of another", () => get("http://evil.example/api/openapi.json", `Host: ${host}`), [400]],
    ["an address without scheme", () => get("//evil.example/api/openapi.json", `Host: ${host}`), [400]],
    ["a star", () => `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`, [400]],
    ["health under any host", () => get("/health/live", "Host: probe"), [200]],
    ["the application on the content host", () => get("/api/openapi.json", `Host: 127.0.0.1:${port}`), [404]],
    ["the console on the content host", () => get("/console", `Host: 127.0.0.1:${port}`), [404]],
    ["the portal on the content host", () => get("/", `Host: 127.0.0.1:${port}`), [404]],
    ["certificates on the content host", () => get("/verify/AAAAAAAAAAAA", `Host: 127.0.0.1:${port}`), [404]],
  ])("%s", async (_what, bytes, statuses) => {
    const seen = await sendRaw(port, bytes());
    expect(seen.statuses, seen.text).toHaveLength(1);
    expect(statuses, seen.text).toContain(seen.statuses[0]);
    expect(seen.text).not.toContain("evil.example");
  });

  it("a session of the application opens nothing on the content host, and sets no cookie there", async () => {
    const seen = await sendRaw(port, get("/api/access/session", `Host: 127.0.0.1:${port}`, `Cookie: __Host-muster=${w.people.administrator.token}`));
    expect(seen.statuses).toEqual([404]);
    expect(seen.text.toLowerCase()).not.toContain("set-cookie");
  });
});

describe("two readings", () => {
  const smuggled = "GET /api/openapi.json?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const post = (...headers: string[]): string => `POST /api/access/sign-in HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nContent-Type: application/json\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
  it.each<[what: string, bytes: () => string | Buffer]>([
    ["length and chunks", () => `${post("Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n${smuggled}`],
    ["chunks and length", () => `${post("Transfer-Encoding: chunked", "Content-Length: 5")}0\r\n\r\n${smuggled}`],
    ["identity and length", () => `${post("Transfer-Encoding: identity", "Content-Length: 2")}{}${smuggled}`],
    ["identity", () => `${post("Transfer-Encoding: identity")}{}${smuggled}`],
    ["an encoding nobody knows", () => `${post("Transfer-Encoding: xchunked")}0\r\n\r\n${smuggled}`],
    ["gzip before chunks", () => `${post("Transfer-Encoding: gzip, chunked")}0\r\n\r\n${smuggled}`],
    ["chunks before identity", () => `${post("Transfer-Encoding: chunked, identity")}0\r\n\r\n${smuggled}`],
    ["chunked twice", () => `${post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")}0\r\n\r\n${smuggled}`],
    ["chunked and identity in two lines", () => `${post("Transfer-Encoding: chunked", "Transfer-Encoding: identity")}0\r\n\r\n${smuggled}`],
    ["chunked with a vertical tab", () => `${post("Transfer-Encoding: \x0bchunked")}0\r\n\r\n${smuggled}`],
    ["a space before the colon", () => `${post("Transfer-Encoding : chunked")}0\r\n\r\n${smuggled}`],
    ["a folded line", () => `${post("Transfer-Encoding:\r\n chunked")}0\r\n\r\n${smuggled}`],
    ["two lengths that differ", () => `${post("Content-Length: 2", "Content-Length: 9")}{}${smuggled}`],
    ["two lengths that agree", () => `${post("Content-Length: 2", "Content-Length: 2")}{}${smuggled}`],
    ["a list of lengths", () => `${post("Content-Length: 2, 2")}{}${smuggled}`],
    ["a signed length", () => `${post("Content-Length: +2")}{}${smuggled}`],
    ["a negative length", () => `${post("Content-Length: -2")}{}${smuggled}`],
    ["a hexadecimal length", () => `${post("Content-Length: 0x2")}{}${smuggled}`],
    ["a length beyond all numbers", () => `${post("Content-Length: 99999999999999999999")}{}${smuggled}`],
    ["chunks in HTTP/1.0", () => `POST /api/access/sign-in HTTP/1.0\r\nHost: ${host}\r\nOrigin: http://${host}\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ["a chunk size in hexadecimal notation", () => `${post("Transfer-Encoding: chunked")}0x2\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ["a chunk that is longer than said", () => `${post("Transfer-Encoding: chunked")}1\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ["a chunk size beyond all numbers", () => `${post("Transfer-Encoding: chunked")}fffffffffffffffff\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ["lines that end in LF alone", () => `${post("Transfer-Encoding: chunked\n").replaceAll("\r\n", "\n")}0\n\n${smuggled}`],
    ["a NUL in a header", () => get("/api/openapi.json", `Host: ${host}`, "X: a\0b")],
    ["a carriage return in a header", () => get("/api/openapi.json", `Host: ${host}`, "X: a\rY: b")],
    ["a header without a name", () => get("/api/openapi.json", `Host: ${host}`, ": x")],
    ["a method nobody knows", () => `EVIL / HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ["HTTP/2 without a warning", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/3.7", () => `GET / HTTP/3.7\r\nHost: ${host}\r\n\r\n`],
    ["TLS", () => Buffer.from("16030100c8010000c40303", "hex")],
    ["nonsense", () => Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])],
  ])("%s: 400, and the connection ends with nothing after it answered", async (_what, bytes) => {
    const seen = await sendRaw(port, bytes());
    expect(seen.isClosed, seen.text).toBe(true);
    expect(seen.statuses.length, seen.text).toBeLessThanOrEqual(1);
    if (seen.statuses.length === 1) expect([400, 413, 431, 501, 505], seen.text).toContain(seen.statuses[0]);
    expect(seen.text).not.toContain("openapi");
  });

  it("more than 16 KiB or 100 headers are refused or cut, 8 KiB of cookies are not", async () => {
    expect((await sendRaw(port, get("/api/openapi.json", `Host: ${host}`, `X: ${"x".repeat(20_000)}`))).statuses).toEqual([431]);
    expect((await sendRaw(port, get("/api/openapi.json", `Host: ${host}`, `Cookie: ${"a=b; ".repeat(1_600)}`))).statuses).toEqual([200]);
    const many = await sendRaw(port, get("/api/openapi.json", `Host: ${host}`, ...Array.from({ length: 300 }, (_, i) => `X-${i}: y`)));
    expect([200, 400, 431]).toContain(many.statuses[0]);
  });

  it("two cookies of one name count as none", async () => {
    const seen = await sendRaw(port, get("/api/people", `Host: ${host}`, `Cookie: __Host-muster=${w.people.hr.token}; __Host-muster=${w.people.hr.token}`));
    expect(seen.statuses).toEqual([401]);
    expect((await sendRaw(port, get("/api/people", `Host: ${host}`, `Cookie: __Host-muster=${w.people.hr.token}`))).statuses).toEqual([200]);
  });
});

describe("clients that break off or never end", () => {
  it("cost nothing: cut in headers, bodies and uploads, the server goes on", async () => {
    const cut = (bytes: string): Promise<void> => new Promise((done) => { const s = connect(port, "127.0.0.1", () => { s.write(bytes, () => { s.resetAndDestroy(); done(); }); }); s.on("error", () => { done(); }); });
    const { token, csrf } = w.people.author;
    const head = `Host: ${host}\r\nOrigin: http://${host}\r\nCookie: __Host-muster=${token}\r\nX-Muster-Csrf: ${csrf}\r\n`;
    for (let i = 0; i < 20; i++) {
      await cut("GET / HT");
      await cut(`POST /api/courses HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"code":`);
      await cut(`POST /api/courses HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"cod`);
      await cut(`POST /api/directory/runs?name=x.csv HTTP/1.1\r\n${head.replace(token, w.people.hr.token).replace(csrf, w.people.hr.csrf)}Content-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\nid,name`);
      await cut(get("/api/openapi.json", `Host: ${host}`));
    }
    await new Promise((r) => { setTimeout(r, 200); });
    expect((await w.request("GET", "/api/people", { who: "hr" })).status).toBe(200);
    expect(w.errors).toEqual([]);
  });

  it("are refused in the middle of a body without harm to the next request on the connection", async () => {
    const { token, csrf } = w.people.author;
    const head = `Host: ${host}\r\nOrigin: http://${host}\r\nCookie: __Host-muster=${token}\r\nX-Muster-Csrf: ${csrf}\r\n`;
    const course = await w.as("author").courses.create({ code: "CUT", title: "Cut", language: "en" });
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    const upload = `POST /api/courses/${course.id}/files?name=big.pdf HTTP/1.1\r\n${head}Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(27)}0\r\n\r\n`;
    const json = `POST /api/courses HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`;
    for (const [what, bytes, status] of [["upload", upload, 413], ["JSON", json, 413], ["wrong type", upload.replace("octet-stream", "pdf"), 415], ["no right", upload.replace(token, w.people.learner.token).replace(csrf, w.people.learner.csrf), 403]] as const) {
      const seen = await sendRaw(port, `${bytes}${get("/api/openapi.json", `Host: ${host}`)}`);
      expect([what, ...seen.statuses]).toEqual([what, status, 200]);
    }
    expect(w.errors).toEqual([]);
  });

  it("are cut: headers that do not end within 10 s, while others are served", async () => {
    const slow = Array.from({ length: 20 }, () => sendRaw(port, `GET /api/openapi.json HTTP/1.1\r\nHost: ${host}\r\n`, 15_000));
    await new Promise((r) => { setTimeout(r, 300); });
    expect((await w.request("GET", "/api/people", { who: "hr" })).status).toBe(200);
    for (const seen of await Promise.all(slow)) {
      expect(seen.isClosed).toBe(true);
      expect(seen.ms).toBeLessThan(13_000);
      expect(seen.statuses.every((s) => s === 408 || s === 400)).toBe(true);
    }
  }, 30_000);
});
