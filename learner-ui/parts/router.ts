/** Addresses of the portal. A page moves by plain links; the router takes over those that stay in it. */
import { signal } from "./signal.ts";

const patterns = {
  home: "/",
  signIn: "/sign-in",
  start: "/start",
  course: "/courses/:courseId",
  learn: "/learn/:attemptId",
  unit: "/learn/:attemptId/:unitId",
  done: "/done/:attemptId",
  record: "/record",
  certificate: "/certificates/:certificateId",
  settings: "/settings",
} as const;

export type Place = keyof typeof patterns | "nowhere";
export interface Route { readonly place: Place; readonly params: Readonly<Record<string, string>>; readonly path: string; readonly visit: number }

function match(path: string): Pick<Route, "place" | "params"> {
  const parts = path.split("/").filter(Boolean);
  for (const [place, pattern] of Object.entries(patterns)) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((want, i) => {
      const part = parts[i] ?? "";
      if (!want.startsWith(":")) return want === part;
      try { params[want.slice(1)] = decodeURIComponent(part); } catch { return false; }
      return /^[A-Za-z0-9_-]{1,64}$/.test(params[want.slice(1)] ?? "");
    });
    if (fits) return { place: place as Place, params };
  }
  return { place: "nowhere", params: {} };
}

const here = (): Route => ({ ...match(location.pathname), path: location.pathname + location.search, visit: visits++ });
let visits = 0;
export const route = signal<Route>(here());

/** Scroll positions by history entry, so that "back" returns to where one was. */
const scrolls = new Map<number, number>();
let entry = 0;
let restore: number | null = null;

function leave(): void { scrolls.set(entry, scrollY); }

/** Goes to an address of the portal. `replace` leaves no trace in the history. */
export function go(path: string, options: { readonly replace?: boolean } = {}): void {
  leave();
  if (!options.replace) entry += 1;
  history[options.replace ? "replaceState" : "pushState"]({ entry }, "", path);
  restore = null;
  route.value = here();
}

export const to = {
  course: (courseId: string) => `/courses/${courseId}`,
  learn: (attemptId: string, unitId?: string) => `/learn/${attemptId}${unitId === undefined ? "" : `/${unitId}`}`,
  done: (attemptId: string) => `/done/${attemptId}`,
  certificate: (certificateId: string) => `/certificates/${certificateId}`,
  signIn: (back: string) => back === "/" || back.startsWith("/sign-in") ? "/sign-in" : `/sign-in?back=${encodeURIComponent(back)}`,
};

/** The address to return to after signing in: only one of this portal, never another host. */
export function placeBehind(): string {
  const back = new URLSearchParams(location.search).get("back") ?? "/";
  return /^\/(?![/\\])/.test(back) && match(back.split(/[?#]/)[0] ?? "/").place !== "nowhere" ? back : "/";
}

/** Called by a page once its heading is drawn: moves focus there and restores the scroll position. */
export function arrived(heading: HTMLElement | null): void {
  if (route.value.visit > 0) heading?.focus({ preventScroll: true });
  scrollTo(0, restore ?? 0);
  restore = null;
}

export function startRouter(): void {
  history.scrollRestoration = "manual";
  history.replaceState({ entry }, "");
  addEventListener("popstate", (event) => {
    leave();
    const state: unknown = event.state;
    entry = typeof state === "object" && state !== null && "entry" in state && typeof state.entry === "number" ? state.entry : 0;
    restore = scrolls.get(entry) ?? 0;
    route.value = here();
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash !== "" && link.pathname === location.pathname) return;
    if (match(link.pathname).place === "nowhere") return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
