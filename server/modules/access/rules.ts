/** Pure decisions about rights, names and limits of sign-in. */
import type { Scope } from "../../kernel/ctx.ts";

/** Every permission of the product. `accounts.write` is who may sign in, `access.write` is what people may do. */
export const permissions = [
  "settings.read", "settings.write", "people.read", "people.write", "access.read", "access.write", "accounts.write",
  "directory.read", "directory.write", "courses.read", "courses.write", "courses.publish", "requirements.read", "requirements.write",
  "rollouts.read", "rollouts.write", "obligations.read", "obligations.write", "attempts.read", "certificates.read", "certificates.write",
  "reports.read", "ledger.read", "appliance.read", "appliance.write",
] as const;
export type PermissionName = (typeof permissions)[number];

export const roleCodes = ["administrator", "hr", "author", "manager", "auditor", "learner"] as const;
export type RoleCode = (typeof roleCodes)[number];

export interface Role { readonly scope: Scope; readonly permissions: readonly PermissionName[] }

/** Built-in roles. A learner needs no permission: whoever signs in has the `self` endpoints. */
export const roles: Readonly<Record<RoleCode, Role>> = {
  administrator: { scope: "tenant", permissions },
  hr: {
    scope: "tenant",
    permissions: [
      "people.read", "people.write", "access.read", "accounts.write", "directory.read", "directory.write", "requirements.read", "requirements.write",
      "rollouts.read", "rollouts.write", "obligations.read", "obligations.write", "courses.read", "attempts.read", "certificates.read", "certificates.write",
      "reports.read", "ledger.read",
    ],
  },
  author: { scope: "tenant", permissions: ["courses.read", "courses.write", "courses.publish"] },
  manager: { scope: "reports", permissions: ["people.read", "obligations.read", "attempts.read", "certificates.read", "reports.read"] },
  auditor: { scope: "tenant", permissions: permissions.filter((p) => p.endsWith(".read")) },
  learner: { scope: "self", permissions: [] },
};

export const isRoleCode = (code: string): code is RoleCode => Object.hasOwn(roles, code);

export interface HeldGrant { readonly role: string; readonly scope: string; readonly validFrom: string; readonly validTo: string | null }

const width: Readonly<Record<Scope, number>> = { self: 0, reports: 1, tenant: 2 };
const isScope = (s: string): s is Scope => Object.hasOwn(width, s);
const narrower = (a: Scope, b: Scope): Scope => (width[a] <= width[b] ? a : b);

/** Valid on that local day; `validTo` is the first day on which it no longer holds. */
export const isInForce = (g: Pick<HeldGrant, "validFrom" | "validTo">, today: string): boolean => g.validFrom <= today && (g.validTo === null || g.validTo > today);

/**
 * Permission → widest scope over the grants in force. A grant narrows its role's scope and never widens it;
 * an unknown role or a scope not yet supported (subtree) gives nothing.
 */
export function permissionsOf(grants: readonly HeldGrant[], today: string): ReadonlyMap<string, Scope> {
  const out = new Map<string, Scope>();
  for (const g of grants) {
    if (!isInForce(g, today) || !isRoleCode(g.role) || !isScope(g.scope)) continue;
    const role = roles[g.role];
    const scope = narrower(role.scope, g.scope);
    for (const p of role.permissions) {
      const held = out.get(p);
      if (held === undefined || width[scope] > width[held]) out.set(p, scope);
    }
  }
  return out;
}

/** Nobody hands a credential or a role to someone who may do more than they themselves. */
export const isAbove = (other: ReadonlyMap<string, Scope>, own: ReadonlyMap<string, Scope>): boolean =>
  [...other].some(([p, scope]) => { const held = own.get(p); return held === undefined || width[scope] > width[held]; });

export const login = { idleMs: 12 * 3_600_000, absoluteMs: 7 * 86_400_000, touchMs: 5 * 60_000, clockToleranceMs: 5 * 60_000 } as const;
export const startLinkMs = 7 * 86_400_000;
export const deviceMs = 180 * 86_400_000;

/**
 * A sign-in name as it is stored and compared: NFKC, lower case, NFKC again (the Kelvin sign folds to k, so a twin can
 * only ever reach the same account, never make a second one). Null for what cannot be a name.
 */
export function foldName(name: string): string | null {
  const folded = name.normalize("NFKC").toLowerCase().normalize("NFKC").trim();
  if (folded.length === 0 || folded.length > 254 || !folded.isWellFormed()) return null;
  // Controls, format characters (zero width, bidi), private use, unassigned, and any space but U+0020 between characters.
  return /[\p{C}\p{Zl}\p{Zp}]|[^\S ]|\s{2}|\p{Default_Ignorable_Code_Point}/u.test(folded) ? null : folded;
}

/** The network a limit counts: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(peer: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(peer)?.[1];
  if (mapped) return mapped;
  if (!peer.includes(":")) return peer;
  const [head = "", tail = ""] = peer.toLowerCase().replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups.slice(0, 4).map((g) => Number.parseInt(g, 16).toString(16)).join(":")}::/64`;
}

/** Failures in a row before delays start, and after which only a known device or a new start link gets in. */
export const nameLimit = { free: 5, most: 100, longestS: 900 } as const;
/** Networks hide whole companies, so they have a wide budget that time and successes refill. */
export const networkLimit = { free: 100, refillMs: 10_000, longestS: 300 } as const;

/** Seconds to wait after the nth failure in a row for one sign-in name. */
export const nameDelayS = (count: number): number => (count < nameLimit.free ? 0 : Math.min(nameLimit.longestS, 2 ** Math.min(20, count - nameLimit.free)));
export const networkDelayS = (count: number): number =>
  (count < networkLimit.free ? 0 : Math.min(networkLimit.longestS, 2 ** Math.min(20, Math.floor((count - networkLimit.free) / 10))));
