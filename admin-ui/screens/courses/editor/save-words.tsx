import type { ReactNode } from "react";
import { IconCloudCheck, IconCloudOff, IconCloudUp, IconAlertTriangle } from "@tabler/icons-react";
import { useI18n } from "../../../app/i18n.tsx";
import { useRefusalText } from "../../../parts/refusal.tsx";
import type { SaveState } from "./use-draft.ts";
import css from "./editor.module.css";

/** "Saved 10:42:03": what is safe, in words. */
export function SaveWords({ state }: { readonly state: SaveState }): ReactNode {
  const { t, f } = useI18n();
  const refusal = useRefusalText();
  const isToday = f.instant(state.at).slice(0, -5) === f.instant(new Date().toISOString()).slice(0, -5);
  const words = state.word === "saved" ? t("editor.saved", { time: isToday ? f.time(state.at) : f.instant(state.at) }) : state.word === "saving" || state.word === "waiting" ? t("editor.saving")
    : state.word === "offline" ? t("editor.offline") : state.word === "conflict" ? t("editor.conflict_short") : refusal(state.failure);
  const Icon = state.word === "saved" ? IconCloudCheck : state.word === "offline" ? IconCloudOff : state.word === "conflict" || state.word === "refused" ? IconAlertTriangle : IconCloudUp;
  return <span className={css["words"]} data-word={state.word} role="status"><Icon size={18} aria-hidden /><span>{words}{state.word === "saved" && state.unfinished > 0 && <small>{t("editor.unfinished", { count: state.unfinished })}</small>}</span></span>;
}
