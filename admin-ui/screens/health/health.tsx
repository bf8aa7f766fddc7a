import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Page } from "../../parts/page.tsx";
import { FactStrip, Panel } from "../../parts/panel.tsx";
import { Answered } from "../../parts/states.tsx";
import { levelIcons, levelTones } from "../overview/machine.tsx";
import { checkText } from "./check-text.ts";
import css from "../overview/overview.module.css";

export function Health(): ReactNode {
  const { t, f, table } = useI18n();
  const query = useQuery({ queryKey: ["health"], queryFn: ({ signal }) => api.appliance.health({}, { signal }), refetchInterval: 5_000 });
  return (
    <Page title={t("health.title")} about={query.data ? t("overview.as_of", { time: f.instant(query.data.at, true), zone: f.zone }) : undefined} badge={query.data && <Badge tone={levelTones[query.data.level]}>{t(`level.${query.data.level}`)}</Badge>}>
      <Answered query={query}>
        {(h) => (
          <>
            <FactStrip facts={[
              { label: "Muster", value: h.versions.muster }, { label: "Node", value: h.versions.node }, { label: t("health.database"), value: h.versions.database }, { label: t("health.running"), value: f.span(h.uptimeS), note: f.instant(h.startedAt) }, { label: t("health.processes"), value: h.isOneProcess ? t("health.one") : t("health.several") },
            ]} />
            <Panel title={t("health.checks")}>
              <ul className={css["list"]}>
                {h.checks.map((c) => {
                  const Icon = levelIcons[c.level];
                  return <li key={c.code}><div className={css["row"]}><Icon size={20} data-tone={levelTones[c.level]} aria-hidden /><span><b>{checkText(table, c)}</b><small className="figures">{valuesText(table, c.values, f)}</small></span><Badge tone={levelTones[c.level]}>{t(`level.${c.level}`)}</Badge></div></li>;
                })}
              </ul>
            </Panel>
          </>
        )}
      </Answered>
    </Page>
  );
}

function valuesText(table: ReturnType<typeof useI18n>["table"], values: Readonly<Record<string, string | number>>, f: ReturnType<typeof useI18n>["f"]): string {
  return Object.entries(values).map(([k, v]) => {
    const shown = typeof v === "number" && k.toLowerCase().endsWith("megabytes") ? f.bytes(v * 1_048_576) : typeof v === "number" && k === "ms" ? `${f.number(v)} ms` : typeof v === "number" && k.endsWith("S") ? f.span(v) : typeof v === "number" ? f.number(v) : v;
    return `${table[`health.value.${k}`]?.() ?? k}: ${shown}`;
  }).join(" · ");
}
