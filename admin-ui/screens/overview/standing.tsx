/** How many are compliant, and is it getting better. */
import type { ReactNode } from "react";
import { LineChart } from "@mantine/charts";
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { ChartCard } from "../../parts/chart-card.tsx";
import { Panel } from "../../parts/panel.tsx";
import { StatusBar } from "../../parts/status-bar.tsx";
import css from "./overview.module.css";

export function Standing({ overview: o }: { readonly overview: Overview }): ReactNode {
  const { t, f } = useI18n();
  const months = o.months.map((m) => ({ month: f.label(f.month(m.on)), rate: m.owed === 0 ? null : Math.round((m.compliant / m.owed) * 1000) / 10, owed: m.owed, compliant: m.compliant }));
  const rated = months.filter((m) => m.rate !== null);
  const change = rated.length > 1 ? (rated.at(-1)?.rate ?? 0) - (rated.at(-2)?.rate ?? 0) : 0;
  const parts = [
    { id: "compliant", label: t("state.compliant"), count: o.compliant, tone: "success" as const },
    ...(o.exempt > 0 ? [{ id: "exempt", label: t("state.exempt"), count: o.exempt, tone: "info" as const }] : []),
    ...(o.paused > 0 ? [{ id: "paused", label: t("state.paused"), count: o.paused, tone: "info" as const }] : []),
    { id: "open", label: t("state.open"), count: o.open - o.overdue, tone: "rest" as const },
    { id: "overdue", label: t("state.overdue"), count: o.overdue, tone: "danger" as const, link: <Link to="/completions" search={{ view: "duties", status: "overdue" }}>{f.number(o.overdue)}</Link> },
  ];
  return (
    <div className={css["halves"]}>
      <Panel title={t("overview.standing")}>
        <div className={css["rate"]}>
          <b>{f.percent(o.compliant / o.owed, 1)}</b>
          <span className={css["trend"]} data-tone={change > 0.05 ? "up" : change < -0.05 ? "down" : "flat"}>{change > 0.05 ? t("overview.up", { points: f.number(change, 1) }) : change < -0.05 ? t("overview.down", { points: f.number(-change, 1) }) : t("overview.flat")}</span>
        </div>
        <p className={css["formula"]}>{t("overview.formula", { compliant: o.compliant, owed: o.owed, people: o.peopleCount })}</p>
        <StatusBar parts={parts} thick />
      </Panel>
      <ChartCard title={t("overview.months")} about={t("overview.months_about")} file="compliance-by-month" head={[t("chart.month"), t("chart.rate"), t("state.compliant"), t("chart.owed")]} rows={months.map((m) => [m.month, m.rate ?? "–", m.compliant, m.owed])}
        summary={t("overview.months_summary", { first: f.percent((rated[0]?.rate ?? 0) / 100), last: f.percent((rated.at(-1)?.rate ?? 0) / 100) })}>
        <LineChart h={188} data={months} dataKey="month" series={[{ name: "rate", label: t("chart.rate"), color: "var(--mu-chart-1)" }]} curveType="monotone" strokeWidth={2.5} dotProps={{ r: 3 }} connectNulls
          yAxisProps={{ domain: [0, 100], ticks: [0, 25, 50, 75, 100], width: 52, interval: 0 }} lineChartProps={{ accessibilityLayer: false, margin: { top: 8, right: 8 } }} xAxisProps={{ interval: "preserveStartEnd", minTickGap: 18 }} valueFormatter={(v) => f.percent(v / 100, v % 1 === 0 ? 0 : 1)} gridAxis="x" tickLine="none" />
      </ChartCard>
    </div>
  );
}
