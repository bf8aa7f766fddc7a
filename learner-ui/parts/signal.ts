/** A value that tells its readers when it changes: the portal's only shared state. */
import { useLayoutEffect, useState } from "preact/hooks";

export interface Signal<T> {
  value: T;
  /** Calls `listener` after each change; returns the way to stop. */
  subscribe(listener: () => void): () => void;
}

export function signal<T>(initial: T): Signal<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get value() { return current; },
    set value(next: T) {
      if (Object.is(next, current)) return;
      current = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}

/** Reads a signal in a component and draws it again after each change. */
export function useSignal<T>(source: Signal<T>): T {
  const [, redraw] = useState(0);
  const seen = source.value;
  useLayoutEffect(() => {
    // A change between drawing and subscribing would be lost without this comparison.
    if (!Object.is(seen, source.value)) redraw((n) => n + 1);
    return source.subscribe(() => redraw((n) => n + 1));
  }, [source]);
  return seen;
}
