/** Reading something for a page: what was read before is shown at once and read again behind it. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiFailure } from "./api.ts";
import { deviceNow } from "./clock.ts";

export interface Loaded<T> {
  /** Undefined until the first answer has come. */
  readonly value: T | undefined;
  readonly failure: ApiFailure | undefined;
  /** When `value` was read, by this device's clock. */
  readonly readAt: number;
  readonly again: () => void;
  /** Puts what a write answered in place of what was read. */
  readonly put: (value: T) => void;
}

const kept = new Map<string, { readonly value: unknown; readonly readAt: number }>();

const early = new Map<string, Promise<unknown>>();

/** Begins to read before the page that shows it is drawn; a refusal is left to the page, which reads again. */
export function readEarly(key: string, answer: Promise<unknown>): void {
  answer.catch(() => early.delete(key));
  early.set(key, answer);
}

/** Forgets everything read, e.g. when somebody else signs in. */
export const forgetAll = (): void => kept.clear();

/** `key` names what is read; a change of it reads anew. */
export function useLoad<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [, redraw] = useState(0);
  const [round, setRound] = useState(0);
  const failure = useRef<{ key: string; failure: ApiFailure } | undefined>(undefined);
  const reader = useRef(read);
  reader.current = read;

  useEffect(() => {
    const stop = new AbortController();
    const begun = early.get(key) as Promise<T> | undefined;
    early.delete(key);
    (begun ?? reader.current(stop.signal)).then((value) => {
      if (stop.signal.aborted) return;
      kept.set(key, { value, readAt: deviceNow() });
      failure.current = undefined;
      redraw((n) => n + 1);
    }, (error: unknown) => {
      if (stop.signal.aborted) return;
      failure.current = { key, failure: error instanceof ApiFailure ? error : new ApiFailure(0, { code: "portal.bug", detail: String(error) }, null) };
      redraw((n) => n + 1);
    });
    return () => stop.abort();
  }, [key, round]);

  const again = useCallback(() => setRound((n) => n + 1), []);
  const put = useCallback((value: T) => { kept.set(key, { value, readAt: deviceNow() }); redraw((n) => n + 1); }, [key]);
  useEffect(() => {
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, []);
  const found = kept.get(key);
  return {
    value: found?.value as T | undefined, readAt: found?.readAt ?? 0,
    failure: failure.current?.key === key ? failure.current.failure : undefined, again, put,
  };
}
