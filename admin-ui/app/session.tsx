/** Who is signed in here, kept in the query cache so that every screen and the API client see the same answer. */
import { useEffect, useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { api, type Session, setCsrf } from "./api.ts";
import { useI18n } from "./i18n.tsx";
import { queryClient } from "./queries.ts";

export const sessionKey = ["session"] as const;
type State = Session | null | "setup";

async function ask(): Promise<State> {
  const { session } = await api.access.session({});
  setCsrf(session?.csrf ?? null);
  if (session !== null) return session;
  return (await needsSetup()) ? "setup" : null;
}

async function needsSetup(): Promise<boolean> {
  return (await api.appliance.setUpState({})).state === "needed";
}

export const ensureSession = (): Promise<State> => queryClient.ensureQueryData({ queryKey: sessionKey, queryFn: ask, staleTime: Infinity });
export function rememberSession(session: Session | null): void {
  setCsrf(session?.csrf ?? null);
  queryClient.setQueryData<State>(sessionKey, session);
}

export interface Me {
  readonly personId: string; readonly name: string; readonly signInName: string; readonly organisation: string; readonly zone: string; readonly roles: readonly string[];
  can(permission: string): boolean;
}

export function useSession(): Me {
  const { setZone } = useI18n();
  const { data } = useQuery({ queryKey: sessionKey, queryFn: ask, staleTime: Infinity });
  const session = data === undefined || data === "setup" ? null : data;
  const zone = session?.zone;
  useEffect(() => { if (zone !== undefined) setZone(zone); }, [zone, setZone]);
  return useMemo(() => {
    const held = new Set(session?.permissions.map((p) => p.name));
    return {
      personId: session?.person.id ?? "", name: session?.person.name ?? "", signInName: session?.signInName ?? "", organisation: session?.tenant.name ?? "Muster", zone: session?.zone ?? "UTC",
      roles: session?.roles ?? [], can: (permission) => held.has(permission),
    };
  }, [session]);
}

/** Ends here: everything known about people leaves memory with the page. */
export async function leave(): Promise<void> {
  await api.access.signOut({});
  setCsrf(null);
  location.assign("/console/sign-in");
}
