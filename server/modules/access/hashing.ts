/** argon2id for passwords: two at once in a process, twenty waiting, the rest are told to come back. */
import { hash, verify } from "@node-rs/argon2";
import { fail } from "./failures.ts";

const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const atOnce = 2;
const waitingMost = 20;
const maxBytes = 1_024;

/** libuv has four threads for hashes, files and names together; more than two hashes starve the rest. */
export class HashQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= waitingMost) throw fail.busy({ retryAfterS: 2 });
      await new Promise<void>((go) => { this.#waiting.push(go); });
    } else this.#running++;
    try { return await work(); } finally {
      const next = this.#waiting.shift();
      // The place goes over to the next in line.
      if (next) next(); else this.#running--;
    }
  }
}

/** One for the process: the limit protects its threads, however many apps it serves. */
const queue = new HashQueue();

const bytesOf = (password: string): Buffer => Buffer.from(password.normalize("NFC"), "utf8");
export const isTooLong = (password: string): boolean => bytesOf(password).length > maxBytes;

/** A PHC string. Refuses `access.busy` when too many wait, `access.password_long` above 1,024 bytes. */
export async function hashPassword(password: string): Promise<string> {
  const bytes = bytesOf(password);
  if (bytes.length > maxBytes) throw fail.password_long();
  return queue.run(() => hash(bytes, cost));
}

// Of a random secret nobody knows; same cost as real ones.
const dummy = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSByYW5kb20gc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** Is it the password? Without a stored hash the same work is done and the answer is no. */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  const bytes = bytesOf(password);
  const tooLong = bytes.length > maxBytes;
  const right = await queue.run(() => verify(stored ?? dummy, tooLong ? bytes.subarray(0, maxBytes) : bytes));
  return right && stored !== null && !tooLong;
}
