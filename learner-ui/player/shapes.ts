/** Names for what the attempts contract answers, as the player uses it. */
import type { api } from "../parts/api.ts";

export type Attempt = Awaited<ReturnType<typeof api.attempts.get>>;
export type UnitPage = Awaited<ReturnType<typeof api.attempts.unit>>;
export type Done = Awaited<ReturnType<typeof api.attempts.done>>;
export type SittingView = Awaited<ReturnType<typeof api.attempts.sit>>;
export type SittingResult = Awaited<ReturnType<typeof api.attempts.submit>>;
export type Question = SittingView["questions"][number];
export type Answer = SittingView["answers"][number]["answer"];

export interface Given { readonly answer: Answer; readonly isFlagged: boolean }
export const nothingGiven: Given = { answer: null, isFlagged: false };

export interface PartProps {
  readonly attempt: Attempt;
  readonly page: UnitPage;
  /** A part was done: the attempt is read anew, and the way leads to the next part or to the end. */
  readonly onDone: (done: Done) => void;
  /** Something changed on the server that the contents show. */
  readonly onChange: () => void;
}
