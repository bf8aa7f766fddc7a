/** OpenAPI 3.1 from the contracts: nothing about an endpoint is written a second time. */
import type { z } from "zod";
import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { Module } from "../module.ts";

type Shape = Readonly<Record<string, z.ZodType>>;
const shapeOf = (type: z.ZodType): Shape => ("shape" in type ? type.shape as Shape : {});

const problem = { description: "Refused: application/problem+json (RFC 9457) with a stable `code`", content: { "application/problem+json": { schema: { type: "object" as const, required: ["status", "code"], properties: { status: { type: "integer" as const }, code: { type: "string" as const }, title: { type: "string" as const }, requestId: { type: "string" as const } } } } } };

/** The document as JSON text. */
export function openApi(modules: readonly Module[], version: string, server: string): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const module of modules) {
    for (const [verb, e] of Object.entries(module.contract)) {
      const path = e.path.replace(/:(\w+)/g, "{$1}");
      const inPath = [...e.path.matchAll(/:(\w+)/g)].map((m) => m[1] ?? "");
      const shape = shapeOf(e.input);
      const rest = Object.keys(shape).filter((k) => !inPath.includes(k));
      const isQuery = e.method === "GET" || e.upload !== undefined;
      const pick = (keys: readonly string[]): z.ZodObject => (e.input as z.ZodObject<Record<string, z.ZodType>>).pick(Object.fromEntries(keys.map((k) => [k, true as const])) as Record<string, true> & Record<number, never>);
      const known = inPath.filter((k) => k in shape);
      (paths[path] ??= {})[e.method.toLowerCase()] = {
        operationId: `${module.name}.${verb}`, tags: [module.name], summary: e.summary,
        description: `Permission: ${e.permission}.${typeof e.audit === "string" ? ` Ledger: ${e.audit}.` : ""}`,
        requestParams: { ...(known.length > 0 ? { path: pick(known) } : {}), ...(isQuery && rest.length > 0 ? { query: pick(rest) } : {}) },
        ...(e.upload ? { requestBody: { required: true, content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } } }
          : !isQuery && rest.length > 0 ? { requestBody: { required: true, content: { "application/json": { schema: "shape" in e.input ? pick(rest) : e.input } } } } : {}),
        responses: {
          "200": e.download ? { description: "The file", content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } } : { description: "Done", content: { "application/json": { schema: e.output } } },
          default: problem,
        },
      };
    }
  }
  const document: ZodOpenApiObject = { openapi: "3.1.0", info: { title: "Muster", version }, servers: [{ url: server }], paths: paths as ZodOpenApiPathsObject };
  return JSON.stringify(createDocument(document));
}
