/** No text, type or shape of input is anything but a value or a refusal: generated for every operation from its contract (security.md J2, J9, J11, J12, E8). */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callerOf, contents, operationsOf, placesOf, replaced, sample, valueAt, writesOf, wrongFor, type Operation } from "../harness/hostile.ts";
import { world, type World } from "../harness/world.ts";

let w: World;
let ids: Record<string, string> = {};
beforeAll(async () => {
  w = await world();
  const course = await w.as("author").courses.create({ code: "HOSTILE", title: "Hostile", language: "en" });
  const requirement = await w.as("hr").requirements.create({
    courseId: course.id, title: "Required", reason: "", audience: { any: [{ kind: "everyone" }] }, due: { kind: "relative", days: 30, from: "assigned" }, validity: { months: 12, anchor: "completion" }, graceDays: 0, windowDays: 30,
  });
  const rollout = await w.as("hr").rollouts.create({ requirementId: requirement.id });
  ids = { courseId: course.id, requirementId: requirement.id, rolloutId: rollout.id, personId: w.people.learner.personId, accountId: w.people.learner.accountId, personIds: w.people.learner.personId };
});
afterAll(async () => { await w.close(); });

/** Ids of rows that exist, so that the refusal is not about them. */
function sampleOf({ endpoint }: Operation): Record<string, unknown> {
  const made = sample(endpoint.input) as Record<string, unknown>;
  for (const [field, id] of Object.entries(ids)) if (field in made) made[field] = Array.isArray(made[field]) ? [id] : id;
  return made;
}
const pathOf = ({ endpoint }: Operation, given: Readonly<Record<string, unknown>>): { path: string; rest: Record<string, unknown> } => {
  const rest = { ...given };
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => { const value = rest[name]; delete rest[name]; return encodeURIComponent(String(value)); });
  return { path, rest };
};
const shown = (v: unknown): string => JSON.stringify(v) ?? "undefined";

/** Nothing but refusals, nothing changed, nothing logged as a bug, no prototype touched. */
async function refusedAll(requests: readonly { readonly what: string; send(): Promise<{ status: number; text: string }> }[], statuses: readonly number[] = []): Promise<void> {
  const before = await contents(w);
  const wrong: string[] = [];
  for (const { what, send } of requests) {
    const { status, text } = await send();
    const isRight = statuses.length > 0 ? statuses.includes(status) : status >= 400 && status < 500;
    if (!isRight) wrong.push(`${what}: ${status} ${text.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
  expect(w.errors).toEqual([]);
  expect(await contents(w)).toBe(before);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
}

describe("samples", () => {
  it("are valid for nearly every operation, else the rest would prove nothing", () => {
    const operations = operationsOf(w);
    const poor = operations.filter((o) => !o.endpoint.input.safeParse(sampleOf(o)).success).map((o) => o.name);
    expect(operations.length).toBeGreaterThan(80);
    expect(poor).toEqual([]);
  });
});

describe("bodies", () => {
  it("with a wrong kind of value in any place are refused", async () => {
    const requests: { what: string; send: () => Promise<{ status: number; text: string }> }[] = [];
    const accepted: string[] = [];
    for (const o of writesOf(w).filter((x) => !x.endpoint.upload)) {
      const given = sampleOf(o);
      const { path, rest } = pathOf(o, given);
      const params = Object.keys(given).filter((k) => !(k in rest));
      for (const place of placesOf(rest)) {
        if (place.length === 0) continue;
        for (const bad of wrongFor(valueAt(rest, place))) {
          const body = replaced(rest, place, bad);
          const isAccepted = o.endpoint.input.safeParse({ ...(body as object), ...Object.fromEntries(params.map((p) => [p, given[p]])) }).success;
          if (isAccepted) { if (typeof bad === "string" && /\0|[\ud800-\udfff]/.test(bad)) accepted.push(`${o.name} ${place.join(".")}: ${shown(bad)}`); continue; }
          requests.push({ what: `${o.name} ${place.join(".")} = ${shown(bad)}`, send: () => w.request(o.endpoint.method, path, { who: callerOf(o.endpoint), body }) });
        }
      }
    }
    expect(accepted).toEqual([]);
    expect(requests.length).toBeGreaterThan(1_000);
    await refusedAll(requests, [400]);
  }, 120_000);

  it("with keys that are no field, or that mean something to JavaScript, are refused", async () => {
    const keys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "tenant_id", "tenantId", "id", "row_version", "state", "permissions", "x"];
    await refusedAll(writesOf(w).filter((o) => !o.endpoint.upload).flatMap((o) => {
      const { path, rest } = pathOf(o, sampleOf(o));
      const known = Object.keys((o.endpoint.input as unknown as { shape: object }).shape);
      return keys.filter((k) => !known.includes(k)).map((key) => ({
        what: `${o.name} with ${key}`,
        send: () => w.request(o.endpoint.method, path, { who: callerOf(o.endpoint), headers: { "content-type": "application/json" }, body: `${JSON.stringify(rest).slice(0, -1)}${Object.keys(rest).length > 0 ? "," : ""}${JSON.stringify(key)}:{"x":1,"polluted":1}}` }),
      }));
    }), [400]);
  }, 120_000);

  it("that are not one JSON object in UTF-8 are refused", async () => {
    const json = { "content-type": "application/json" };
    const bodies: [what: string, body: string | Uint8Array, headers: Record<string, string>, statuses: number[]][] = [
      ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), json, [400]],
      ["overlong UTF-8", Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), json, [400]],
      ["UTF-8 surrogate", Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), json, [400]],
      ["UTF-16", Buffer.from("{}", "utf16le"), json, [400]],
      ["list", "[]", json, [400]], ["text", '"x"', json, [400]], ["null", "null", json, [400]], ["number", "1e999", json, [400]],
      ["cut", '{"a":', json, [400]], ["two values", "{}{}", json, [400]], ["comment", "{/**/}", json, [400]], ["NaN", '{"a":NaN}', json, [400]],
      ["100,000 deep list", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, json, [400]],
      ["100,000 deep object", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, json, [400]],
      ["unknown charset", "{}", { "content-type": "application/json; charset=latin1" }, [415]],
      ["charset nobody knows", "{}", { "content-type": "application/json; charset=evil" }, [415]],
      ["gzip", gzipSync("{}"), { ...json, "content-encoding": "gzip" }, [415]],
      ["urlencoded", "a=1", { "content-type": "application/x-www-form-urlencoded" }, [415]],
      ["text/plain", "{}", { "content-type": "text/plain" }, [415]],
      ["multipart", "--x\r\ncontent-disposition: form-data; name=__proto__\r\n\r\n1\r\n--x--", { "content-type": "multipart/form-data; boundary=x" }, [415]],
      ["JSON by another name", "{}", { "content-type": "application/merge-patch+json" }, [415]],
    ];
    await refusedAll(writesOf(w).filter((o) => !o.endpoint.upload).flatMap((o) => {
      const { path } = pathOf(o, sampleOf(o));
      return bodies.map(([what, body, headers, statuses]) => ({
        what: `${o.name}: ${what} is not ${statuses.join()}`,
        send: async () => { const seen = await w.request(o.endpoint.method, path, { who: callerOf(o.endpoint), body, headers }); return { status: statuses.includes(seen.status) ? 400 : seen.status, text: seen.text }; },
      }));
    }), [400]);
  }, 120_000);

  it("above the limit are refused before they are read, with or without a length", async () => {
    const big = `{"name":"${"x".repeat(3 * 1024 * 1024)}"}`;
    const some = writesOf(w).filter((o) => !o.endpoint.upload).filter((_, i) => i % 9 === 0);
    await refusedAll(some.map((o) => {
      const { path } = pathOf(o, sampleOf(o));
      return { what: `${o.name}: 3 MB`, send: () => w.request(o.endpoint.method, path, { who: callerOf(o.endpoint), body: big, headers: { "content-type": "application/json" } }) };
    }), [413]);
  }, 60_000);
});

describe("addresses", () => {
  it("with a name twice, nested, unknown or without meaning are refused", async () => {
    await refusedAll(operationsOf(w).filter((o) => o.endpoint.method === "GET").flatMap((o) => {
      const given = sampleOf(o);
      const { path, rest } = pathOf(o, given);
      const names = Object.keys(rest).filter((k) => typeof rest[k] === "string");
      const queries = [
        ...["__proto__=1", "__proto__[x]=1", "constructor[prototype][x]=1", "x=1", "tenant_id=other", "sort=password_hash'--", "page[]=1", "page=1e3", "page=-1", "page=0x1", "size=100000", "page=99999999999"].filter((q) => !(q.startsWith("x=") && "x" in rest)),
        ...names.flatMap((n) => [`${n}=%00`, `${n}=%ED%A0%80`, `${n}=%`, `${n}=%zz`, `${n}=${encodeURIComponent("a")}&${n}=b&${n}=\u0000`.replace("\u0000", "%00"), `${n}[x]=1`, `${n}[]=1`]),
      ];
      return queries.map((query) => ({ what: `${o.name}?${query}`, send: () => w.request("GET", `${path}?${query}`, { who: callerOf(o.endpoint) }) }));
    }));
  }, 120_000);

  it("whose parts are no ids lead to no row and no error", async () => {
    const parts = ["%00", "%ED%A0%80", "%", "%zz", "..%2f..%2fetc%2fpasswd", "a'%20OR%201=1--", "x".repeat(5_000), "%F0%9F%92%A9", "a%0d%0aSet-Cookie:x=1", "__proto__", "constructor", "nothing"];
    await refusedAll(operationsOf(w).filter((o) => o.endpoint.path.includes(":")).flatMap((o) => parts.map((part) => ({
      what: `${o.name} at ${part.slice(0, 30)}`,
      send: () => w.request(o.endpoint.method, o.endpoint.path.replace(/:\w+/g, part), { who: callerOf(o.endpoint), ...(o.endpoint.method === "GET" ? {} : { body: o.endpoint.upload ? "x" : {}, headers: o.endpoint.upload ? { "content-type": "application/octet-stream" } : {} }) }),
    }))));
  }, 120_000);
});
