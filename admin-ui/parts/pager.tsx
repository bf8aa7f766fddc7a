import type { ReactNode } from "react";
import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";
import css from "./pager.module.css";

interface Props { readonly total: number; readonly page: number; readonly size: number; go(page: number): void; number(value: number): string }
export function Pager({ total, page, size, go, number }: Props): ReactNode {
  const { t } = useI18n();
  const last = Math.max(1, Math.ceil(total / size));
  return (
    <nav className={css["pager"]} aria-label={t("list.pages")}>
      <span className={css["range"]}>{t("list.range", { from: number((page - 1) * size + 1), to: number(Math.min(total, page * size)), total: number(total) })}</span>
      <ActionIcon variant="default" size={32} disabled={page <= 1} onClick={() => go(page - 1)} aria-label={t("list.previous")}><IconChevronLeft size={16} className="mirror" /></ActionIcon>
      <ActionIcon variant="default" size={32} disabled={page >= last} onClick={() => go(page + 1)} aria-label={t("list.next")}><IconChevronRight size={16} className="mirror" /></ActionIcon>
    </nav>
  );
}
