import type { Client } from "../client.ts";
import type { Random } from "../random.ts";
import type { Sql } from "../checks.ts";

/** What a run is about, known to every operation. */
export interface Scene {
  readonly client: Client;
  /** Session token of the administrator, and of learner `n`. */
  readonly admin: string;
  learner(n: number): string;
  readonly learnerCount: number;
  /** A live course with a quiz that everybody called "Crew" owes. */
  readonly courseId: string;
  /** A live course for requirements of their own. */
  readonly otherCourseId: string;
  readonly crewCount: number;
  readonly random: Random;
}

/** One kind of work that is going on when the process is killed. */
export interface Operation {
  readonly name: string;
  /** Works until it is finished, or until `isOver` for kinds that go on and on; a kill in between is no end. */
  run(cycle: number, isOver: () => boolean): Promise<void>;
  /** Whether something is on its way now: a request without an answer, a job without its end. */
  isInFlight(): boolean;
  /** What SQL must show once everything is at rest; one line for each thing that is wrong. */
  check(sql: Sql): Promise<string[]>;
}
