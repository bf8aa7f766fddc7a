/** What this browser remembers. A browser that refuses storage (private mode, full) must not break a page. */
export function recall(key: string): string | null {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** Returns whether the value is really kept. */
export function remember(key: string, value: string): boolean {
  try { localStorage.setItem(key, value); return localStorage.getItem(key) === value; } catch { return false; }
}

export function forget(key: string): void {
  try { localStorage.removeItem(key); } catch { /* nothing was kept, so nothing is left */ }
}

/** Keys that begin with `prefix`. */
export function remembered(prefix: string): string[] {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; }
}
