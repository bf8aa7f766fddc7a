import { type ReactNode, useSyncExternalStore } from "react";
import { IconCloudOff } from "@tabler/icons-react";
import { useI18n } from "./i18n.tsx";
import css from "./stale-line.module.css";

const subscribe = (tell: () => void): (() => void) => {
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  return () => { window.removeEventListener("online", tell); window.removeEventListener("offline", tell); };
};

/** Says that what is shown may be old. */
export function StaleLine(): ReactNode {
  const { t } = useI18n();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return online ? null : <div className={css["line"]} role="status"><IconCloudOff size={16} aria-hidden />{t("frame.offline")}</div>;
}
