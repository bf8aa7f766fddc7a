import type { ReactNode } from "react";
import { BarChart } from "@mantine/charts";
import { Link } from "@tanstack/react-router";
import { IconCircleCheck, IconRocket } from "@tabler/icons-react";
import type { Overview } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { ChartCard } from "../../parts/chart-card.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Empty } from "../../parts/states.tsx";
import css from "./overview.module.css";

export function Recent({ recent, days }: { readonly recent: Overview["recent"]; readonly days: Overview["days"] }): ReactNode {
  const { t, f } = useI18n();
  const total = days.reduce((sum, d) => sum + d.completedCount, 0);
  const rows = days.map((d) => ({ day: f.label(f.day(d.on, false).replace(/ ?\d{4}$/, "")), count: d.completedCount }));
  return (
    <div className={css["halves"]}>
      <ChartCard title={t("overview.days")} about={t("overview.days_about", { count: total, days: days.length })} file="completions-by-day" head={[t("chart.day"), t("chart.completed")]} rows={rows.map((r) => [r.day, r.count])} summary={t("overview.days_about", { count: total, days: days.length })}>
        <BarChart h={220} data={rows} dataKey="day" series={[{ name: "count", label: t("chart.completed"), color: "var(--mu-chart-3)" }]} valueFormatter={(v) => f.number(v)} gridAxis="x" tickLine="none" yAxisProps={{ domain: [0, "auto"], allowDecimals: false, width: 36 }}
          barProps={{ radius: [2, 2, 0, 0] }} xAxisProps={{ interval: "preserveStartEnd", minTickGap: 24 }} />
      </ChartCard>
      <Panel title={t("overview.recent")}>
        {recent.length === 0 ? <Empty compact icon={<IconCircleCheck size={22} />} title={t("overview.recent_none")} /> : (
          <ul className={css["list"]}>
            {recent.slice(0, 6).map((r) => (
              <li key={r.kind + r.id}>
                {r.kind === "completed"
                  ? <Link to="/people/$personId" params={{ personId: r.personId ?? "" }} className={css["row"]}><IconCircleCheck size={18} data-tone="success" aria-hidden /><span><b><bdi>{r.personName}</bdi></b><small>{r.title}</small></span><time dateTime={r.at}>{f.ago(r.at)}</time></Link>
                  : <Link to="/rollouts/$rolloutId" params={{ rolloutId: r.id }} className={css["row"]}><IconRocket size={18} aria-hidden /><span><b>{r.title}</b><small>{t("overview.rollout_for", { count: r.peopleCount ?? 0 })}</small></span><time dateTime={r.at}>{f.ago(r.at)}</time></Link>}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
