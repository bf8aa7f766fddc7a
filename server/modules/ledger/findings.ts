/** What a verification says. Findings mean tampering or corruption; notices are what a careful reader should know. */
export interface Place { readonly seq?: number; readonly entryId?: string; readonly target?: { readonly kind: string; readonly id: string } }
export interface Finding extends Place {
  readonly code: "entry_missing" | "intake_missing" | "leaf_changed" | "leaf_swapped" | "body_invalid" | "columns_differ" | "value_differs" | "tile_missing" | "tile_changed" | "tile_extra"
    | "checkpoint_missing" | "checkpoint_note" | "checkpoint_order" | "root_differs" | "beyond_checkpoint" | "anchor_differs" | "forged_intake" | "never_queued" | "writer_gap"
    | "chain_broken" | "state_differs" | "row_without_entry" | "row_vanished" | "state_unreadable";
  readonly message: string;
}
export interface Notice { readonly code: "unsealed" | "open_gap" | "chain_undeclared"; readonly message: string }

export interface Verification {
  readonly ok: boolean;
  readonly entries: number;
  readonly unsealed: number;
  readonly checkpoints: number;
  /** Rows of the declared kinds held against their newest entries. */
  readonly states: number;
  /** The first ones, in the order found: sealed part, unsealed part, states. `findingCount` counts all. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly notices: readonly Notice[];
}

const most = 200;

export class Findings {
  readonly list: Finding[] = [];
  readonly notices: Notice[] = [];
  count = 0;
  add(code: Finding["code"], message: string, place: Place = {}): void {
    this.count++;
    if (this.list.length < most) this.list.push({ code, message, ...place });
  }
  note(code: Notice["code"], message: string): void { if (this.notices.length < most) this.notices.push({ code, message }); }
}
