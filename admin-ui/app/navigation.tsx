import type { ReactNode } from "react";
import { Link, useRouterState } from "@tanstack/react-router";
import { groupsFor } from "./nav.ts";
import { useI18n } from "./i18n.tsx";
import { Mark } from "../parts/mark.tsx";
import { useSession } from "./session.tsx";
import css from "./navigation.module.css";

export function Navigation({ onChoose }: { readonly onChoose?: () => void }): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const isHere = (to: string): boolean => (to === "/" ? path === "/" || path === "/console" || path === "/console/" : path.replace(/^\/console/, "").startsWith(to));
  return (
    <nav className={css["nav"]} aria-label={t("frame.navigation")}>
      <div className={css["brand"]}><Mark size={28} /><span><b>{session.organisation}</b><small>Muster</small></span></div>
      <ul>
        {groupsFor(session.can).map((group) => {
          const first = group.places[0];
          if (first === undefined) return null;
          const here = group.places.some((p) => isHere(p.to));
          return (
            <li key={group.id}>
              {group.places.length === 1 && first.label === group.label
                ? <Link to={first.to} className={css["head"]} data-here={here || undefined} aria-current={here ? "page" : undefined} onClick={onChoose}><group.icon size={18} stroke={1.7} aria-hidden />{t(group.label)}</Link>
                : (
                  <>
                    <div className={css["head"]} data-group><group.icon size={18} stroke={1.7} aria-hidden />{t(group.label)}</div>
                    <ul className={css["sub"]}>
                      {group.places.map((p) => <li key={p.to}><Link to={p.to} data-here={isHere(p.to) || undefined} aria-current={isHere(p.to) ? "page" : undefined} onClick={onChoose}>{t(p.label)}</Link></li>)}
                    </ul>
                  </>
                )}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
