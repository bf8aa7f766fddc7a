import type { ReactNode } from "react";
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { Page } from "../../parts/page.tsx";
import { FactStrip } from "../../parts/panel.tsx";
import { Answered, Failed, Loading } from "../../parts/states.tsx";
import { AccessTab } from "./access-tab.tsx";
import { DutiesTab } from "./duties-tab.tsx";
import { FactsTab } from "./facts-tab.tsx";
import { SummaryTab } from "./summary-tab.tsx";

export function PersonScreen(): ReactNode {
  const { t, f } = useI18n();
  const { personId } = useParams({ from: "/inside/people/$personId" });
  const [search, change] = useSearchText();
  const session = useSession();
  const person = useQuery({ queryKey: ["people", personId], queryFn: ({ signal }) => api.people.detail({ personId }, { signal }) });
  const crumbs = [{ label: t("people.title"), link: { to: "/people" } as const }];
  if (person.data === undefined) return <Page title={t("people.one")} crumbs={crumbs}>{person.isError ? <Failed error={person.error} retry={() => void person.refetch()} /> : <Loading shape="page" />}</Page>;
  const p = person.data;
  const job = p.employments.find((e) => e.state === "active") ?? p.employments[0];
  return (
    <Page title={p.name} crumbs={crumbs} badge={<StateBadge state={p.state === "none" ? "no_employment" : p.state} />} about={[job?.position, job?.orgPath?.replaceAll("/", " › ") ?? job?.orgUnit?.name].filter(Boolean).join(" · ") || undefined}>
      <FactStrip facts={[
        { label: t("people.number"), value: job?.employeeNumber ?? "–" },
        { label: t("people.superior"), value: p.superiors[0] ? <bdi>{p.superiors[0].name}</bdi> : t("people.nobody") },
        { label: t("people.site"), value: job?.site?.name ?? "–", note: t("people.zone", { zone: p.zone.split("/").at(-1)?.replaceAll("_", " ") ?? p.zone }) },
        { label: t("people.reports"), value: f.number(p.reportCountAll), note: t("people.reports_direct", { count: p.reportCount }) },
        { label: t("people.started"), value: f.day(job?.startedOn ?? null, false) },
      ]} />
      <Tabs value={search["tab"] ?? "summary"} onChange={(tab) => change({ tab: tab ?? undefined })}>
        <Tabs.List mb="lg" aria-label={p.name}>
          <Tabs.Tab value="summary">{t("people.tab_summary")}</Tabs.Tab>
          {session.can("reports.read") && <Tabs.Tab value="duties">{t("people.tab_duties")}</Tabs.Tab>}
          {session.can("reports.read") && <Tabs.Tab value="certificates">{t("people.tab_certificates")}</Tabs.Tab>}
          <Tabs.Tab value="facts">{t("people.tab_facts")}</Tabs.Tab>
          {session.can("access.read") && <Tabs.Tab value="access">{t("people.tab_access")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="summary"><SummaryTab person={p} /></Tabs.Panel>
        <Tabs.Panel value="duties"><DutiesTab personId={p.id} show="duties" /></Tabs.Panel>
        <Tabs.Panel value="certificates"><DutiesTab personId={p.id} show="certificates" /></Tabs.Panel>
        <Tabs.Panel value="facts"><FactsTab personId={p.id} /></Tabs.Panel>
        <Tabs.Panel value="access"><Answered query={person} shape="form">{() => <AccessTab personId={p.id} email={p.email} name={p.name} />}</Answered></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
