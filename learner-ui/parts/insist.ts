/** A write that must arrive exactly once: the same key until the server has answered, so that no repeat counts twice. */
import { ApiFailure } from "./api.ts";

export const newKey = (): string => crypto.randomUUID();

const wait = (ms: number, stop: AbortSignal): Promise<void> => new Promise((done) => {
  const end = (): void => { clearTimeout(timer); removeEventListener("online", end); stop.removeEventListener("abort", end); done(); };
  const timer = setTimeout(end, ms);
  addEventListener("online", end);
  stop.addEventListener("abort", end);
});

/** Tries until answered. `waiting` is told when a try was in vain and the next one comes by itself. */
export async function insist<T>(write: (key: string) => Promise<T>, waiting: (failure: ApiFailure) => void, stop: AbortSignal, key = newKey()): Promise<T> {
  for (let round = 0; ; round += 1) {
    try { return await write(key); } catch (error) {
      const isPassing = error instanceof ApiFailure && (error.status === 0 || error.status >= 500 || error.status === 429);
      if (!isPassing || stop.aborted) throw error;
      waiting(error);
      await wait(error.retryAfterS === null ? Math.min(1_500 + round * 1_000, 8_000) : Math.min(error.retryAfterS, 60) * 1_000, stop);
      if (stop.aborted) throw error;
    }
  }
}
