/** A state in a word and a colour; never a colour alone. */
import type { ReactNode } from "react";
import { type PlainKey, useI18n } from "../app/i18n.tsx";
import css from "./badge.module.css";

export type Tone = "neutral" | "accent" | "success" | "warning" | "danger" | "info";

const tones: Readonly<Record<string, Tone>> = {
  draft: "neutral", live: "success", closed: "neutral", withdrawn: "neutral", active: "success", ended: "neutral", erased: "neutral",
  compliant: "success", exempt: "info", paused: "info", open: "accent", overdue: "danger", due_soon: "warning", lapsed: "danger", not_owed: "neutral", done: "success", missed: "danger",
  valid: "success", revoked: "danger", expired: "warning", queued: "neutral", waiting: "neutral", running: "info", failed: "danger", dead: "danger", cancelled: "neutral", finished: "success",
  read: "neutral", planning: "info", planned: "accent", applying: "info", applied: "success", create: "success", change: "info", unchanged: "neutral", refused: "danger", rolled_back: "warning",
  completed: "success", stopped: "neutral", ready: "success", ok: "success", well: "success", warning: "warning", error: "danger", on: "success", off: "neutral", not_due: "neutral", grace: "warning", unresolved: "warning",
};

export function Badge({ tone = "neutral", children }: { readonly tone?: Tone; readonly children: ReactNode }): ReactNode {
  return <span className={css["badge"]} data-tone={tone}><span className={css["dot"]} aria-hidden />{children}</span>;
}

export function StateBadge({ state }: { readonly state: string }): ReactNode {
  const { t } = useI18n();
  return <Badge tone={tones[state] ?? "neutral"}>{t(`state.${state}` as PlainKey)}</Badge>;
}
