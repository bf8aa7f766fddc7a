/** Who gains, who keeps, who loses it; by org unit and by due day; and what stands in the way. */
import type { ReactNode } from "react";
import { Alert } from "@mantine/core";
import { BarChart } from "@mantine/charts";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { Rollout } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { ChartCard } from "../../parts/chart-card.tsx";
import { FactStrip } from "../../parts/panel.tsx";
import css from "../requirements/requirements.module.css";

export function Difference({ difference: d }: { readonly difference: NonNullable<Rollout["preview"]> }): ReactNode {
  const { t, f } = useI18n();
  const days = d.dueDays.map((x) => ({ day: f.label(f.day(x.on, false)), count: x.peopleCount }));
  const units = d.byOrgUnit.map((x) => ({ name: x.name === "" ? t("rollouts.no_org_unit") : x.name, count: x.peopleCount }));
  return (
    <div className={css["stack"]}>
      {d.conflicts.map((c) => (
        <Alert key={c.code} color={c.stops ? "danger" : "warning"} variant="light" icon={c.stops ? <IconAlertTriangle size={18} /> : <IconInfoCircle size={18} />} title={t(`conflict.${c.code}`)}>
          {c.code === "floor" ? t("conflict.floor_text", { count: c.peopleCount, day: f.day(c.on) }) : c.code === "unresolved" ? t("conflict.unresolved_text", { count: c.peopleCount }) : c.code === "many_lose" ? t("conflict.many_lose_text", { count: c.peopleCount }) : t(`conflict.${c.code}_text`)}
        </Alert>
      ))}
      <FactStrip facts={[
        { label: t("difference.people"), value: f.number(d.peopleCount), note: t("overview.as_of", { time: f.instant(d.asOf), zone: f.zone }) }, { label: t("difference.gain"), value: f.number(d.gainCount), ...(d.gainCount > 0 ? { tone: "success" as const } : {}), note: t("difference.gain_note") },
        { label: t("difference.keep"), value: f.number(d.keepCount), note: t("difference.keep_note") }, { label: t("difference.lose"), value: f.number(d.loseCount), note: t("difference.lose_note"), ...(d.loseCount > 0 ? { tone: "warning" as const } : {}) }, { label: t("difference.proven"), value: f.number(d.alreadyProvenCount), note: t("difference.proven_note") },
      ]} />
      <div className={css["halves"]}>
        {units.length > 0 && (
          <ChartCard title={t("difference.units")} file="people-by-org-unit" head={[t("people.org_unit"), t("difference.people")]} rows={units.map((u) => [u.name, u.count])} summary={units.map((u) => `${u.name}: ${f.number(u.count)}`).join(", ")}>
            <BarChart h={Math.max(120, Math.min(12, units.length) * 30 + 20)} orientation="vertical" barChartProps={{ accessibilityLayer: false, margin: { right: 40 } }} data={units.slice(0, 12)} dataKey="name" series={[{ name: "count", label: t("difference.people"), color: "var(--mu-chart-1)" }]} withBarValueLabel withXAxis={false} yAxisProps={{ width: 150 }} gridAxis="none" tickLine="none" valueFormatter={(v) => f.number(v)} barProps={{ radius: [0, 3, 3, 0], maxBarSize: 18 }} />
          </ChartCard>
        )}
        {days.length > 0 && (
          <ChartCard title={t("difference.days")} {...(d.laterCount > 0 ? { about: t("difference.later", { count: d.laterCount }) } : {})} file="people-by-due-day" head={[t("chart.day"), t("difference.people")]} rows={days.map((x) => [x.day, x.count])} summary={days.slice(0, 5).map((x) => `${x.day}: ${f.number(x.count)}`).join(", ")}>
            <BarChart h={240} data={days} dataKey="day" series={[{ name: "count", label: t("difference.people"), color: "var(--mu-chart-3)" }]} {...(days.length < 9 ? { withBarValueLabel: true } : {})} gridAxis="x" tickLine="none" yAxisProps={{ domain: [0, "auto"], allowDecimals: false, width: 44 }} valueFormatter={(v) => f.number(v)} barProps={{ radius: [3, 3, 0, 0], maxBarSize: 48 }} xAxisProps={{ interval: "preserveStartEnd", minTickGap: 20 }} />
          </ChartCard>
        )}
      </div>
    </div>
  );
}
