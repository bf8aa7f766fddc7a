/** Asks before unsaved work is left behind. */
import { useBlocker } from "@tanstack/react-router";
import { useI18n } from "../app/i18n.tsx";

export function useLeaveGuard(dirty: boolean): void {
  const { t } = useI18n();
  useBlocker({ shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname && !window.confirm(t("leave.question")), enableBeforeUnload: () => dirty });
}
