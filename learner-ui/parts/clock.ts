/** The only reader of the device's clock. Durations that matter count from the server's time instead. */
export const deviceNow = (): number => Date.now();

let ahead = 0;

/** Called with the `Date` header of each answer; keeps how far the server's clock is ahead of this device. */
export function hearServerTime(header: string | null): void {
  const at = header === null ? Number.NaN : Date.parse(header);
  if (!Number.isNaN(at)) {
    // The header has whole seconds: half a second more is the fairest reading of it.
    const difference = at + 500 - deviceNow();
    if (Math.abs(difference - ahead) > 1_000) ahead = difference;
  }
}

export const serverNow = (): number => deviceNow() + ahead;

/** Calls `tick` once a second while the page is open; returns the way to stop. */
export function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1_000);
  return () => clearInterval(timer);
}

/** Called with the server's own time in an answer, which is finer than the header. */
export function trustServerTime(now: string): void {
  ahead = Date.parse(now) - deviceNow();
}
