/** Pure: what a condition says, in parts. */
import type { Branch, Condition, Explanation, Sentence } from "./contract.ts";

export interface Unit { readonly id: string; readonly parentId: string | null; readonly name: string }

/** Ids of a unit and of everything below it; a loop in the data ends the walk. */
export function withBelow(units: readonly Unit[], id: string): string[] {
  const children = new Map<string, string[]>();
  for (const u of units) if (u.parentId !== null) children.set(u.parentId, [...(children.get(u.parentId) ?? []), u.id]);
  const found = new Set<string>();
  const walk = [id];
  for (let at = walk.pop(); at !== undefined; at = walk.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    walk.push(...(children.get(at) ?? []));
  }
  return [...found];
}

/** A value that makes somebody a member, and the place of its explanation in the list of all. */
export interface Key { readonly value: string; readonly rank: number }
export interface Keys {
  readonly everyone: number | null;
  readonly orgUnits: readonly Key[];
  readonly positions: readonly Key[];
  readonly roles: readonly Key[];
  readonly people: readonly Key[];
  readonly explanations: readonly Explanation[];
}

/** Takes a condition apart. Earlier branches explain first: the lowest rank is the reason that is shown. */
export function keysOf(condition: Condition, units: readonly Unit[]): Keys {
  const explanations: Explanation[] = [];
  const keys = { orgUnits: [] as Key[], positions: [] as Key[], roles: [] as Key[], people: [] as Key[] };
  let everyone: number | null = null;
  const explain = (e: Explanation): number => explanations.push(e) - 1;
  for (const branch of condition.any) {
    switch (branch.kind) {
      case "everyone": everyone ??= explain({ kind: "everyone", id: null, name: null, withBelow: false }); break;
      case "org_units":
        for (const id of branch.ids) {
          const rank = explain({ kind: "org_unit", id, name: units.find((u) => u.id === id)?.name ?? null, withBelow: branch.withBelow });
          for (const value of branch.withBelow ? withBelow(units, id) : [id]) keys.orgUnits.push({ value, rank });
        }
        break;
      case "positions": for (const value of branch.values) keys.positions.push({ value, rank: explain({ kind: "position", id: null, name: value, withBelow: false }) }); break;
      case "roles": for (const value of branch.codes) keys.roles.push({ value, rank: explain({ kind: "role", id: null, name: value, withBelow: false }) }); break;
      case "people": {
        const rank = explain({ kind: "person", id: null, name: null, withBelow: false });
        for (const value of branch.ids) keys.people.push({ value, rank });
      }
    }
  }
  return { everyone, ...keys, explanations };
}

const shown = 20;
export function sentenceOf(condition: Condition, names: ReadonlyMap<string, string>): Sentence {
  const part = (b: Branch): Sentence[number] => {
    switch (b.kind) {
      case "everyone": return { kind: b.kind, names: [], count: 1, withBelow: false };
      case "org_units": return { kind: b.kind, names: b.ids.slice(0, shown).map((id) => names.get(id) ?? id), count: b.ids.length, withBelow: b.withBelow };
      case "positions": return { kind: b.kind, names: b.values.slice(0, shown), count: b.values.length, withBelow: false };
      case "roles": return { kind: b.kind, names: b.codes.slice(0, shown), count: b.codes.length, withBelow: false };
      case "people": return { kind: b.kind, names: b.ids.slice(0, shown).map((id) => names.get(id) ?? id), count: b.ids.length, withBelow: false };
    }
  };
  return condition.any.map(part);
}
