import type { ReactNode } from "react";
import { useI18n } from "../app/i18n.tsx";
import { zoneName } from "../../ui-shared/format.ts";
import css from "./due-day.module.css";

/** "Fri 31 Mar 2028, end of day (Berlin)". */
export function DueDay({ due }: { readonly due: { readonly on: string | null; readonly zone: string } }): ReactNode {
  const { t, f } = useI18n();
  if (due.on === null) return <span className={css["none"]}>{t("due.none")}</span>;
  return <time dateTime={due.on} className={css["due"]}>{f.day(due.on)}<small>{t("due.zone", { zone: zoneName(due.zone) })}</small></time>;
}
