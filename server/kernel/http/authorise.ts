/** Who may do what to which row: the permission, then every id through its loader. Hidden things answer 404, known ones 403. */
import type { Endpoint } from "../contract.ts";
import type { Actor, Ctx, Scope } from "../ctx.ts";
import { kernelFailures } from "../errors.ts";
import type { Loader } from "../module.ts";
import type { ScopePort } from "./session.ts";

/** The loader name for parts of a document (a unit, a question): they are no rows, the handler checks them. */
export const partLoader = "part";

/** The scope in which the actor holds the endpoint's permission. Refuses `request.unauthenticated`, `request.forbidden`. */
export function scopeOf(actor: Actor, endpoint: Endpoint): Scope {
  if (endpoint.permission === "public") return "tenant";
  if (actor.kind === "anonymous") throw kernelFailures.unauthenticated();
  if (endpoint.permission === "self") return "self";
  const scope = actor.permissions.get(endpoint.permission);
  if (scope === undefined) throw kernelFailures.forbidden();
  return scope;
}

async function authoriseOne(ctx: Ctx, scope: Scope, isSelf: boolean, loader: Loader, ports: ScopePort, id: string): Promise<void> {
  const loaded = await loader(ctx, id);
  if (loaded?.tenantId !== ctx.tenantId) throw kernelFailures.not_found();
  if (scope === "tenant" || loaded.personId === undefined || loaded.personId === null) return;
  if (loaded.personId === ctx.actor.personId) return;
  if (!isSelf && scope === "reports" && ctx.actor.personId !== null && await ports.isReportOf(ctx, ctx.actor.personId, loaded.personId)) return;
  throw kernelFailures.not_found();
}

/** Loads every declared id of the input; refuses `request.not_found` for what is missing or out of scope. */
export async function authoriseIds(ctx: Ctx, endpoint: Endpoint, scope: Scope, input: Readonly<Record<string, unknown>>, loaders: ReadonlyMap<string, Loader>, ports: ScopePort): Promise<void> {
  if (!endpoint.ids) return;
  for (const [field, kind] of Object.entries(endpoint.ids)) {
    if (kind === partLoader) continue;
    const given = input[field];
    const loader = loaders.get(kind);
    if (!loader || given === undefined || given === null) continue;
    for (const id of Array.isArray(given) ? given : [given]) {
      if (typeof id === "string") await authoriseOne(ctx, scope, endpoint.permission === "self", loader, ports, id);
    }
  }
}

/** Boot check: each path parameter and each top-level field that ends in Id or Ids names its loader. Returns the faults. */
export function undeclaredIds(name: string, endpoint: Endpoint, loaders: ReadonlyMap<string, Loader>): string[] {
  const faults: string[] = [];
  const shape = "shape" in endpoint.input ? Object.keys(endpoint.input.shape as object) : [];
  const parameters = [...endpoint.path.matchAll(/:(\w+)/g)].map((m) => m[1] ?? "");
  for (const field of new Set([...shape, ...parameters])) {
    if (/Ids?$/.test(field) && endpoint.ids?.[field] === undefined) faults.push(`${name}: the id "${field}" names no loader`);
  }
  for (const kind of Object.values(endpoint.ids ?? {})) if (kind !== partLoader && !loaders.has(kind)) faults.push(`${name}: there is no loader "${kind}"`);
  return faults;
}
