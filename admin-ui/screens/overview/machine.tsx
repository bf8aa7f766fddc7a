/** Is the machine well: the worst checks first. */
import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { checkText } from "../health/check-text.ts";
import css from "./overview.module.css";

const order = { bad: 0, warn: 1, ok: 2 } as const;
export const levelIcons = { ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX } as const;
export const levelTones = { ok: "success", warn: "warning", bad: "danger" } as const;

export function Machine(): ReactNode {
  const { t, f, table } = useI18n();
  const { can } = useSession();
  const query = useQuery({ queryKey: ["health"], enabled: can("appliance.read"), queryFn: ({ signal }) => api.appliance.health({}, { signal }), refetchInterval: 30_000 });
  if (!can("appliance.read")) return null;
  return (
    <Panel title={t("overview.machine")} actions={<Link to="/health" className="link">{t("overview.all_checks")}</Link>}>
      {query.isError ? <Failed compact error={query.error} retry={() => void query.refetch()} /> : query.data === undefined ? <Loading shape="form" /> : (
        <ul className={css["list"]}>
          {query.data.checks.toSorted((a, b) => order[a.level] - order[b.level]).slice(0, 4).map((c) => {
            const Icon = levelIcons[c.level];
            return <li key={c.code}><div className={css["row"]}><Icon size={18} data-tone={levelTones[c.level]} aria-label={t(`level.${c.level}`)} /><span>{checkText(table, c)}</span></div></li>;
          })}
          <li><div className={css["row"]}><span style={{ color: "var(--mu-text-faint)" }}>{t("health.up", { span: f.span(query.data.uptimeS) })}</span></div></li>
        </ul>
      )}
    </Panel>
  );
}
