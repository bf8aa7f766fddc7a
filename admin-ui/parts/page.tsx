/** Head of a screen: where one is, what it is called, in which state, and the one thing to do. */
import { type ReactNode, useEffect } from "react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { IconChevronRight } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";
import css from "./page.module.css";

export interface Crumb { readonly label: string; readonly link: LinkProps }
interface Props {
  readonly title: string;
  /** Title without markup, where `title` is not unique enough for a tab. */
  readonly tab?: string;
  readonly crumbs?: readonly Crumb[];
  readonly badge?: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly width?: "full" | "reading";
  readonly children: ReactNode;
}

export function Page({ title, tab, crumbs = [], badge, about, actions, width = "full", children }: Props): ReactNode {
  const { t } = useI18n();
  useEffect(() => { document.title = `${tab ?? title} · Muster`; }, [tab, title]);
  return (
    <div className={css["page"]} data-width={width}>
      {crumbs.length > 0 && (
        <nav aria-label={t("frame.breadcrumb")}>
          <ol className={css["crumbs"]}>
            {crumbs.map((crumb) => (
              <li key={crumb.label}><Link {...crumb.link}>{crumb.label}</Link><IconChevronRight size={14} className="mirror" aria-hidden /></li>
            ))}
          </ol>
        </nav>
      )}
      <header className={css["head"]}>
        <div className={css["words"]}>
          <div className={css["titleLine"]}><h1>{title}</h1>{badge}</div>
          {about !== undefined && <div className={css["about"]}>{about}</div>}
        </div>
        {actions !== undefined && <div className={css["actions"]}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
