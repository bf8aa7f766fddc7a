const hourMs = 3_600_000;

/** Milliseconds to wait before the next try after `attempt` failures: 1 s · 4ⁿ up to an hour, minus up to a fifth of jitter (`chance` 0–1). */
export function backoffMs(attempt: number, chance: number): number {
  const whole = Math.min(hourMs, 1_000 * 4 ** Math.min(attempt - 1, 12));
  return Math.round(whole * (1 - 0.2 * chance));
}
