/** The save state in words, always at the same place. */
import type { OutboxState } from "./outbox.ts";
import { failureText, clockTime, t } from "../parts/words.ts";

interface SavedProps {
  readonly state: OutboxState;
  /** Said before anything was saved. */
  readonly idle?: string;
  /** Said while nobody answers. */
  readonly cut?: string;
}

export function Saved({ state, idle = "", cut = t("saved.cut") }: SavedProps) {
  const words = state.trouble === "cut" ? (state.isDurable ? cut : t("saved.cutFragile"))
    : state.trouble === "refused" ? failureText(state.failure?.code ?? "", state.failure?.status ?? 0, state.failure?.values)
    : state.trouble === "signed_out" ? t("saved.signedOut")
    : state.waiting > 0 ? t("saved.saving")
    : state.savedAt !== null ? t("saved.at", { time: clockTime(state.savedAt) }) : idle;
  // Only trouble is said aloud: "Saved" after each answer would drown everything else.
  return <p class={`saved${state.trouble === "none" ? "" : " cut"}`} role={state.trouble === "none" ? undefined : "status"}>{words}</p>;
}
