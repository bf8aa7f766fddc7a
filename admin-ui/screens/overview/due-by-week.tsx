import type { ReactNode } from "react";
import { BarChart } from "@mantine/charts";
import type { Overview } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { ChartCard } from "../../parts/chart-card.tsx";

export function DueByWeek({ weeks, overdue }: { readonly weeks: Overview["weeks"]; readonly overdue: number }): ReactNode {
  const { t, f } = useI18n();
  const rows = weeks.map((w) => ({ week: f.label(f.day(w.from, false).replace(/ ?\d{4}$/, "")), count: w.dueCount }));
  const next = weeks.slice(0, 4).reduce((sum, w) => sum + w.dueCount, 0);
  return (
    <ChartCard title={t("overview.weeks")} about={t("overview.weeks_about", { count: next })} file="due-by-week" head={[t("chart.week_of"), t("chart.due")]} rows={rows.map((r) => [r.week, r.count])} summary={t("overview.weeks_summary", { count: next, overdue })}>
      <BarChart h={188} data={rows} dataKey="week" series={[{ name: "count", label: t("chart.due"), color: "var(--mu-chart-1)" }]} withBarValueLabel valueFormatter={(v) => (v === 0 ? "" : f.number(v))} gridAxis="none" withYAxis={false} tickLine="none"
        yAxisProps={{ domain: [0, "auto"] }} barProps={{ radius: [3, 3, 0, 0], maxBarSize: 34 }} xAxisProps={{ interval: "preserveStartEnd" }} />
    </ChartCard>
  );
}
