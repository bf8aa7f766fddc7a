/**
 * Numbers of one writing process. Every intake carries (writer, epoch, n) with n dense; a number whose transaction was rolled back
 * is named in the writer's next row. So a row that vanished between commit and sealing leaves a hole nobody explains.
 */
import type { Db } from "../../kernel/db/database.ts";

/** `id` names the process (host and pid will do), `epoch` this start of it; together they are never used twice. */
export interface WriterName { readonly id: string; readonly epoch: number }

interface Open { readonly numbers: number[]; readonly voids: number[] }

const remembered = 100_000;

export class Writer {
  readonly name: WriterName;
  #next = 1;
  #voids: number[] = [];
  readonly #open = new Map<Db, Open>();
  readonly #ended = new WeakSet<Db>();
  /** Committed numbers not yet looked up again. */
  #committed: number[] = [];

  constructor(name: WriterName) { this.name = name; }

  /** `count` numbers for rows of this transaction, and the void numbers its first row must name. */
  take(db: Db, count: number): { first: number; voids: readonly number[] } {
    if (this.#ended.has(db)) throw new Error("ledger entries were written after their unit of work had ended");
    const first = this.#next;
    this.#next += count;
    const open = this.#open.get(db) ?? { numbers: [], voids: [] };
    this.#open.set(db, open);
    for (let n = first; n < this.#next; n++) open.numbers.push(n);
    const voids = this.#voids;
    this.#voids = [];
    open.voids.push(...voids);
    return { first, voids };
  }

  settled(db: Db, isCommitted: boolean): void {
    this.#ended.add(db);
    const open = this.#open.get(db);
    if (!open) return;
    this.#open.delete(db);
    if (!isCommitted) this.#voids.push(...open.voids, ...open.numbers);
    else if (this.#committed.length < remembered) this.#committed.push(...open.numbers);
  }

  /**
   * Looks the rows of all acknowledged numbers up again; returns how many are gone. Anything but 0 means that somebody
   * removed ledger rows behind our back before they were sealed.
   */
  async missing(db: Db): Promise<number> {
    const numbers = this.#committed.sort((a, b) => a - b);
    this.#committed = [];
    const oldest = numbers[0], newest = numbers.at(-1);
    if (oldest === undefined || newest === undefined) return 0;
    const [row] = await db.rows<{ count: number }>("SELECT count(*) AS count FROM ledger_intakes WHERE writer_id = ? AND writer_epoch = ? AND writer_n >= ? AND writer_n <= ?", [this.name.id, this.name.epoch, oldest, newest]);
    const found = row?.count ?? 0;
    if (found >= numbers.length) return 0;
    // Rows of still open transactions may lie in between on PostgreSQL, so the count can only hide a loss, never invent one.
    return numbers.length - found;
  }
}
