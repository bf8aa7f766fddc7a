/**
 * What a learner gave and the server has not acknowledged yet. Kept in this browser until it has; the newest value
 * of each key wins; one request at a time; tried again after a lost connection, a full server or a closed tab.
 */
import { ApiFailure } from "../parts/api.ts";
import { forget, recall, remember } from "../parts/store.ts";
import { signal, type Signal } from "../parts/signal.ts";

export interface OutboxState {
  readonly waiting: number;
  /** When the server last said "kept". */
  readonly savedAt: string | null;
  /** `cut`: nobody answers, we try again. `refused`: the server will not take it, trying again is useless. */
  readonly trouble: "none" | "cut" | "signed_out" | "refused";
  readonly failure: ApiFailure | undefined;
  /** False when this browser refuses to keep things: leaving the page would lose what waits. */
  readonly isDurable: boolean;
}

export interface Outbox<T> {
  readonly state: Signal<OutboxState>;
  put(key: string, value: T): void;
  /** What waits, for showing it again after a reload. */
  waiting(): Readonly<Record<string, T>>;
  /** Resolves once nothing waits; rejects when the server refuses. */
  settled(): Promise<void>;
  /** Tries at once, e.g. when the connection is back. */
  nudge(): void;
  /** Stops trying; what waits stays kept for the next visit. */
  close(): void;
  /** The server knows a higher number (another window wrote): later values must be above it. */
  raise(seq: number): void;
  /** Forgets everything, when the server has taken the whole. */
  clear(): void;
}

interface Entry<T> { readonly seq: number; readonly value: T }
interface Kept<T> { readonly seq: number; readonly entries: Record<string, Entry<T>> }

const pauses = [1_500, 2_500, 4_000, 6_000, 10_000];

function read<T>(name: string): Kept<T> {
  const text = recall(name);
  if (text === null) return { seq: 0, entries: {} };
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept === "object" && kept !== null && "seq" in kept && typeof kept.seq === "number" && "entries" in kept && typeof kept.entries === "object" && kept.entries !== null && !Array.isArray(kept.entries)) return kept as Kept<T>;
  } catch { /* written by another release or cut short: the server's copy counts */ }
  return { seq: 0, entries: {} };
}

/** Whether another attempt can help. Everything the server decided (4xx) stays decided. */
const isPassing = (failure: ApiFailure): boolean => failure.status === 0 || failure.status >= 500 || failure.status === 429;

/** `send` gives the server one value with its growing number and answers when it was kept. `firstSeq`: the highest number the server knows. */
export function outbox<T>(name: string, firstSeq: number, send: (key: string, value: T, seq: number) => Promise<string>): Outbox<T> {
  const found = read<T>(name);
  const entries: Record<string, Entry<T>> = found.entries;
  let seq = Math.max(found.seq, firstSeq);
  let isSending = false;
  let isClosed = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listeners: { done: () => void; refused: (failure: ApiFailure) => void }[] = [];
  const state = signal<OutboxState>({ waiting: Object.keys(entries).length, savedAt: null, trouble: "none", failure: undefined, isDurable: true });

  const keep = (): boolean => {
    if (Object.keys(entries).length > 0) return remember(name, JSON.stringify({ seq, entries }));
    forget(name);
    return true;
  };
  const tell = (change: Partial<OutboxState>): void => { state.value = { ...state.value, waiting: Object.keys(entries).length, ...change }; };
  const finish = (): void => { const all = listeners; listeners = []; for (const l of all) l.done(); };

  const later = (failure: ApiFailure): void => {
    const pause = failure.retryAfterS === null ? pauses[Math.min(failures, pauses.length - 1)] ?? 10_000 : Math.min(failure.retryAfterS, 60) * 1_000;
    failures += 1;
    tell({ trouble: "cut", failure });
    timer = setTimeout(() => { void pump(); }, pause);
  };

  async function pump(): Promise<void> {
    clearTimeout(timer);
    if (isSending || isClosed) return;
    isSending = true;
    try {
      for (;;) {
        const [key, entry] = Object.entries(entries).toSorted(([, a], [, b]) => a.seq - b.seq)[0] ?? [];
        if (key === undefined || entry === undefined) break;
        const savedAt = await send(key, entry.value, entry.seq);
        failures = 0;
        // A newer value may have come while this one was on its way.
        if (entries[key]?.seq === entry.seq) delete entries[key];
        tell({ isDurable: keep(), savedAt, trouble: "none", failure: undefined });
        if (isClosed) return;
      }
      finish();
    } catch (error) {
      const failure = error instanceof ApiFailure ? error : new ApiFailure(0, { code: "portal.bug" }, null);
      if (isClosed) return;
      if (isPassing(failure)) later(failure);
      else {
        tell({ trouble: failure.status === 401 ? "signed_out" : "refused", failure });
        const all = listeners;
        listeners = [];
        for (const l of all) l.refused(failure);
      }
    } finally { isSending = false; }
  }

  const nudge = (): void => { failures = 0; void pump(); };
  addEventListener("online", nudge);
  if (Object.keys(entries).length > 0) void pump();

  return {
    state,
    put(key, value) {
      seq += 1;
      entries[key] = { seq, value };
      tell({ isDurable: keep() });
      void pump();
    },
    waiting: () => Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, entry.value])),
    settled: () => new Promise<void>((done, refused) => {
      if (Object.keys(entries).length === 0 && !isSending) { done(); return; }
      listeners.push({ done, refused });
      nudge();
    }),
    nudge,
    close() { isClosed = true; clearTimeout(timer); removeEventListener("online", nudge); },
    raise(known) { seq = Math.max(seq, known); },
    clear() { for (const key of Object.keys(entries)) delete entries[key]; keep(); tell({ trouble: "none", failure: undefined }); },
  };
}
