/** Remembers where one is in a part: on the server, so that any device continues there. One window writes at a time. */
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { api } from "../parts/api.ts";
import { deviceNow } from "../parts/clock.ts";
import { newKey } from "../parts/insist.ts";
import { outbox, type Outbox } from "./outbox.ts";
import type { Attempt } from "./shapes.ts";

interface Spot { readonly unitId: string; readonly position: number }

/** This window's name as a writer; a reload keeps it. */
const writer = ((): string => {
  try {
    const kept = sessionStorage.getItem("muster.writer") ?? newKey();
    sessionStorage.setItem("muster.writer", kept);
    return kept;
  } catch { return newKey(); }
})();

const full = 10_000;
const depth = (): number => {
  const way = document.documentElement.scrollHeight - innerHeight;
  return way <= 0 ? 0 : Math.min(full, Math.round((scrollY / way) * full));
};

/** Scrolls to the kept place, again when late pictures have moved it, until the reader scrolls. */
function restore(position: number): () => void {
  if (position <= 0) return () => undefined;
  const jump = (): void => scrollTo(0, (position / full) * (document.documentElement.scrollHeight - innerHeight));
  const watcher = new ResizeObserver(jump);
  const stop = (): void => watcher.disconnect();
  watcher.observe(document.body);
  for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(kind, stop, { once: true, passive: true });
  setTimeout(stop, 5_000);
  jump();
  return stop;
}

/** Keeps place and time of an open attempt; answers the outbox whose state is shown, and how to take over from another window. */
export function usePlace(attempt: Attempt, unitId: string): { readonly box: Outbox<Spot>; readonly takeOver: () => void } {
  const isOpen = attempt.state === "open";
  const taking = useRef(false);
  const box = useMemo(() => outbox<Spot>(`muster.place.${attempt.id}`, 0, async (_, spot) => {
    const answer = await api.attempts.place({ attemptId: attempt.id, ...spot, writer, ...(taking.current ? { isTakingOver: true } : {}) });
    taking.current = false;
    return answer.savedAt;
  }), [attempt.id]);
  useEffect(() => () => box.close(), [box]);

  useEffect(() => {
    const kept = attempt.place?.unitId === unitId ? attempt.place.position : 0;
    const stop = restore(kept);
    if (isOpen) box.put("place", { unitId, position: kept });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = kept;
    const note = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const position = depth();
        if (Math.abs(position - last) < 50) return;
        last = position;
        box.put("place", { unitId, position });
      }, 1_200);
    };
    if (isOpen) addEventListener("scroll", note, { passive: true });
    return () => { stop(); clearTimeout(timer); removeEventListener("scroll", note); };
  }, [unitId, isOpen]);

  useTime(attempt, unitId, isOpen);
  return { box, takeOver() { taking.current = true; box.put("place", { unitId, position: depth() }); } };
}

/** Time in a part while it is on the screen, told once a minute and when leaving. A lost report costs at most a minute. */
function useTime(attempt: Attempt, unitId: string, isOpen: boolean): void {
  const attemptId = attempt.id;
  useLayoutEffect(() => {
    if (!isOpen) return;
    let seconds = attempt.units.find((unit) => unit.unitId === unitId)?.seconds ?? 0;
    let told = seconds;
    let since = deviceNow();
    const count = (): void => {
      const now = deviceNow();
      if (document.visibilityState === "visible") seconds += Math.min(65, Math.max(0, (now - since) / 1_000));
      since = now;
    };
    const tell = (): void => {
      count();
      const whole = Math.floor(seconds);
      if (whole - told < 5) return;
      told = whole;
      api.attempts.time({ attemptId, unitId, seconds: whole }).catch(() => { told = 0; });
    };
    const timer = setInterval(tell, 60_000);
    const hide = (): void => { if (document.visibilityState === "hidden") { seconds += Math.min(65, (deviceNow() - since) / 1_000); since = deviceNow(); tell(); } else since = deviceNow(); };
    document.addEventListener("visibilitychange", hide);
    return () => { clearInterval(timer); document.removeEventListener("visibilitychange", hide); tell(); };
  }, [attemptId, unitId, isOpen]);
}
