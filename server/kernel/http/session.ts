/** What the kernel asks once per request: who is this? Implemented by the access module, handed over by app.ts. */
import type { Actor, Ctx } from "../ctx.ts";
import type { Database, Db } from "../db/database.ts";

export interface FoundLogin {
  readonly actor: Actor;
  readonly tenantId: string;
  readonly loginId: string;
  /** The value the `X-Muster-Csrf` header of a write must have. */
  readonly csrf: string;
  /** Absolute end, ISO instant. */
  readonly expiresAt: string;
  /** Last time the login was marked as used, ISO instant. */
  readonly seenAt: string;
}

export interface SessionPort {
  /** One statement. Null for anything but a live login of an active account; status and epoch are compared each time. */
  find(db: Db, token: string, now: string): Promise<FoundLogin | null>;
  /** Notes that the login was used; at most every five minutes per login, written later by `flush`. Never waits. */
  touch(login: FoundLogin, now: string): void;
  /** Writes what `touch` collected, in one small unit. Call every half minute and when the process stops. */
  flush(database: Database): Promise<void>;
}

/** Who stands below whom in the line, for permissions held in the scope "reports". */
export interface ScopePort {
  isReportOf(ctx: Ctx, superiorId: string, personId: string): Promise<boolean>;
}

/** `__Host-` ties a cookie to this host, over a secure channel; a sibling host or port cannot set it. */
const loginName = "__Host-muster";
const deviceName = "__Host-muster-device";
const until = (expiresAt: string): string => `; Expires=${new Date(expiresAt).toUTCString()}`;

/** The `Set-Cookie` line that hands over a session token, or takes it back. */
export const sessionCookie = (token: string | null, expiresAt?: string): string =>
  `${loginName}=${token ?? ""}; Path=/; Secure; HttpOnly; SameSite=Lax${token === null ? "; Max-Age=0" : expiresAt === undefined ? "" : until(expiresAt)}`;
export const deviceCookie = (token: string, expiresAt: string): string => `${deviceName}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict${until(expiresAt)}`;

/** The value of a cookie. Two of one name are a trick: neither counts. */
function cookieOf(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  const found = header.split(";").flatMap((part) => {
    const at = part.indexOf("=");
    return at > 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : [];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}
export const sessionToken = (header: string | undefined): string | null => cookieOf(header, loginName);
export const deviceToken = (header: string | undefined): string | null => cookieOf(header, deviceName);
