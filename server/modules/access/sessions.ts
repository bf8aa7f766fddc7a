/** The session check of every request, and the start of a login. */
import { createHash } from "node:crypto";
import { shiftInstant } from "../../kernel/clock.ts";
import type { Ctx, Scope } from "../../kernel/ctx.ts";
import type { Database, Db } from "../../kernel/db/database.ts";
import type { FoundLogin, SessionPort } from "../../kernel/http/session.ts";
import { secret } from "../../kernel/ids.ts";
import { login as limits, permissionsOf, type HeldGrant } from "./rules.ts";
import { today } from "../people/index.ts";
import { fail } from "./failures.ts";

export const sha256 = (text: string | Uint8Array): Buffer => createHash("sha256").update(text).digest();
/** Derived from the stored hash, so that both the kernel and `GET session` can tell it; worthless without the cookie. */
export const csrfOf = (tokenHash: Uint8Array): string => createHash("sha256").update("muster csrf 1\n").update(tokenHash).digest("base64url");

interface Tenant { zone: string; language: string }
interface FoundRow {
  id: string; tenant_id: string; account_id: string; person_id: string; seen_at: string; expires_at: string; language: string | null;
  role: string | null; scope: string | null; valid_from: string | null; valid_to: string | null;
}

// hot: once per request. One row per grant; a login that ended, expired, idled, or whose account changed gives none.
const findSql = `
  SELECT l.id, l.tenant_id, l.account_id, l.person_id, l.seen_at, l.expires_at, p.language,
    g.role, g.scope, g.valid_from, g.valid_to
  FROM logins l
  JOIN accounts a ON a.id = l.account_id
  JOIN people p ON p.id = a.person_id
  LEFT JOIN grants g ON g.person_id = a.person_id AND g.ended_at IS NULL
  WHERE l.token_hash = ? AND l.ended_at IS NULL AND l.expires_at > ? AND l.seen_at > ? AND l.created_at <= ?
    AND a.state = 'active' AND a.auth_epoch = l.auth_epoch AND a.person_id = l.person_id AND p.state = 'active'`;

const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** One per app. Holds no login: it reads the row each time, so what was revoked is refused at once in every process. */
export function sessionPort(): SessionPort {
  const parsed = new Map<string, ReadonlyMap<string, Scope>>();
  const seen = new Map<string, string>();
  const stray = new Set<string>();
  let bounds = { second: "", oldest: "", newest: "" };
  let tenants = { second: "", known: new Map<string, Tenant>() };

  /** Thresholds of this second: three dates are not formatted for each request. */
  const boundsAt = (now: string): typeof bounds => {
    const second = now.slice(0, 19);
    if (bounds.second !== second) bounds = { second, oldest: shiftInstant(now, -limits.idleMs), newest: shiftInstant(now, limits.clockToleranceMs) };
    return bounds;
  };
  /** Zone and language of the organisation, a second old at most. */
  const tenantOf = async (db: Db, id: string, now: string): Promise<Tenant> => {
    const second = now.slice(0, 19);
    if (tenants.second !== second) tenants = { second, known: new Map() };
    let tenant = tenants.known.get(id);
    if (!tenant) {
      [tenant = { zone: "UTC", language: "en" }] = await db.rows<Tenant>("SELECT zone, language FROM tenants WHERE id = ?", [id]);
      tenants.known.set(id, tenant);
    }
    return tenant;
  };

  const held = (grants: readonly HeldGrant[], today: string): ReadonlyMap<string, Scope> => {
    const key = `${today}|${grants.map((g) => `${g.role},${g.scope},${g.validFrom},${g.validTo ?? ""}`).join("|")}`;
    let known = parsed.get(key);
    if (!known) {
      if (parsed.size > 1_000) parsed.clear();
      parsed.set(key, known = permissionsOf(grants, today));
    }
    return known;
  };

  return {
    async find(db: Db, token: string, now: string): Promise<FoundLogin | null> {
      if (!tokenShape.test(token)) return null;
      const hash = sha256(token);
      const { oldest, newest } = boundsAt(now);
      const rows = await db.rows<FoundRow>(findSql, [hash, now, oldest, newest]);
      const first = rows[0];
      if (!first) return null;
      // Used later than now: the clock was set back. The login ends, or the step would have prolonged it.
      if (first.seen_at > newest) { stray.add(first.id); return null; }
      const tenant = await tenantOf(db, first.tenant_id, now);
      const grants = first.role === null ? [] : rows.flatMap((r) => (r.role === null ? [] : [{ role: r.role, scope: r.scope ?? "", validFrom: r.valid_from ?? "", validTo: r.valid_to }]));
      return {
        actor: {
          kind: "person", id: first.person_id, personId: first.person_id, accountId: first.account_id, loginId: first.id,
          permissions: grants.length === 0 ? none : held(grants, today(now, tenant.zone)), language: first.language ?? tenant.language,
        },
        tenantId: first.tenant_id, loginId: first.id, get csrf() { return csrfOf(hash); }, expiresAt: first.expires_at, seenAt: first.seen_at,
      };
    },

    touch(found: FoundLogin, now: string): void {
      if (now >= shiftInstant(found.seenAt, limits.touchMs)) seen.set(found.loginId, now);
    },

    async flush(database: Database): Promise<void> {
      if (seen.size === 0 && stray.size === 0) return;
      const touched = [...seen].map(([id, at]) => ({ id, at }));
      const strays = [...stray].map((id) => ({ id }));
      await database.unit(async (db) => {
        if (touched.length > 0) {
          const from = db.sql.rowsOf({ id: "text", at: "instant" });
          await db.run(`UPDATE logins SET seen_at = (SELECT t.at FROM ${from} WHERE t.id = logins.id)
            WHERE id IN (SELECT t.id FROM ${from} WHERE t.at > logins.seen_at)`, [JSON.stringify(touched), JSON.stringify(touched)]);
        }
        if (strays.length > 0) {
          await db.run(`UPDATE logins SET ended_at = seen_at WHERE ended_at IS NULL AND id IN (SELECT t.id FROM ${db.sql.rowsOf({ id: "text" })})`, [JSON.stringify(strays)]);
        }
      });
      for (const { id, at } of touched) if (seen.get(id) === at) seen.delete(id);
      for (const { id } of strays) stray.delete(id);
    },
  };
}
const none: ReadonlyMap<string, Scope> = new Map();

export interface StartedLogin { readonly loginId: string; readonly token: string; readonly expiresAt: string; readonly csrf: string }

/**
 * Starts a login of an active account with a fresh token; a login this browser had before ends.
 * The caller hands the token to `ctx.setLogin` (the cookie is set after the commit).
 */
export async function startLogin(ctx: Ctx, accountId: string): Promise<StartedLogin> {
  const [account] = await ctx.db.rows<{ person_id: string; auth_epoch: number }>(
    "SELECT person_id, auth_epoch FROM accounts WHERE id = ? AND tenant_id = ? AND state = 'active'", [accountId, ctx.tenantId]);
  if (!account) throw fail.account_ended();
  if (ctx.actor.loginId !== null) {
    await ctx.db.run("UPDATE logins SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [ctx.now, ctx.actor.loginId]);
  }
  const token = secret(32);
  const hash = sha256(token);
  const loginId = ctx.newId();
  const expiresAt = shiftInstant(ctx.now, limits.absoluteMs);
  await ctx.db.run(
    `INSERT INTO logins (id, tenant_id, account_id, person_id, token_hash, auth_epoch, peer, agent, created_at, seen_at, expires_at, confirmed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [loginId, ctx.tenantId, accountId, account.person_id, hash, account.auth_epoch, ctx.peer.slice(0, 64), ctx.agent.slice(0, 300), ctx.now, ctx.now, expiresAt, ctx.now]);
  return { loginId, token, expiresAt, csrf: csrfOf(hash) };
}
