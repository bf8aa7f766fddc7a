/** Time comes from here and nowhere else (a test refuses `Date.now()` outside the kernel). */
export interface Clock {
  /** ISO-8601 UTC with milliseconds. */
  now(): string;
  /** Milliseconds since the epoch, for ids and leases. */
  ms(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  ms: () => Date.now(),
};

/** A clock that moves only when told: demo history, tests of dates. */
export function steppedClock(start: string): Clock & { set(to: string): void; advance(ms: number): void } {
  let at = Date.parse(start);
  return {
    now: () => new Date(at).toISOString(),
    ms: () => at,
    set: (to) => { at = Date.parse(to); },
    advance: (ms) => { at += ms; },
  };
}

/** The instant `ms` milliseconds later (or earlier). */
export const shiftInstant = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();
/** Milliseconds from one instant to another. */
export const msBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from);
