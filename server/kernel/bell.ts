/** Wakes whoever waits for work just committed; a missed ring costs at most one poll interval. */
export type BellName = "jobs" | "outbox" | "ledger";

export class Bell {
  readonly #ears = new Map<BellName, Set<() => void>>();

  on(name: BellName, wake: () => void): () => void {
    const ears = this.#ears.get(name) ?? new Set();
    this.#ears.set(name, ears.add(wake));
    return () => { ears.delete(wake); };
  }

  ring(name: BellName): void {
    for (const wake of this.#ears.get(name) ?? []) wake();
  }
}
