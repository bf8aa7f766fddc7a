/** Who owes what, with the reason one click away. Used on a requirement, and on its own among the evidence. */
import { type ReactNode, useState } from "react";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconChecklist } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api, type DutyRow } from "../app/api.ts";
import { given, pick } from "../app/given.ts";
import { useI18n } from "../app/i18n.tsx";
import { paging, useSearchText } from "../app/search.ts";
import { type Column, DataList } from "./data-list.tsx";
import { DueDay } from "./due-day.tsx";
import { DutyBadge } from "./duty-badge.tsx";
import { ExportButton } from "./export-button.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { useOrgChoices } from "./org-choice.tsx";
import { PersonName } from "./person.tsx";
import { Answered, Empty } from "./states.tsx";
import { WhyDrawer } from "./why-drawer.tsx";

const statuses = ["compliant", "open", "due_soon", "overdue", "grace", "lapsed", "unresolved", "not_owed"] as const;
const exportable = ["compliant", "open", "overdue", "not_owed"] as const;

export function DutyList({ fixed = {} }: { readonly fixed?: { readonly requirementId?: string } }): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const [why, setWhy] = useState<string | null>(null);
  const orgs = useOrgChoices();
  const requirements = useQuery({ queryKey: ["requirements", "choices"], enabled: fixed.requirementId === undefined, queryFn: ({ signal }) => api.requirements.list({ size: "200" }, { signal }), staleTime: 60_000 });
  const requirementId = fixed.requirementId ?? search["requirementId"];
  const wanted = given({ requirementId, orgUnitId: search["orgUnitId"], status: pick(statuses, search["status"]) });
  const query = useQuery({
    queryKey: ["obligations", "list", fixed, search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.obligations.list(given({ ...paging(search), ...wanted, search: search["search"], sort: pick(["due", "name", "-started"], search["sort"]) }), { signal }),
  });
  const columns: Column<DutyRow>[] = [
    { id: "person", header: t("people.one"), sort: "name", cell: (d) => <PersonName name={d.person.displayName} fact={d.person.orgUnit} /> },
    ...(fixed.requirementId === undefined ? [{ id: "requirement", header: t("requirements.one"), cell: (d: DutyRow) => <Link to="/requirements/$requirementId" params={{ requirementId: d.requirement.id }} className="quiet">{d.requirement.title}</Link> }] : []),
    { id: "status", header: t("duties.status"), cell: (d) => <DutyBadge status={d.status} flags={d.flags} />, phone: "badge" },
    { id: "due", header: t("duties.due"), sort: "due", cell: (d) => (d.due.on === null && d.status !== "open" ? "–" : <DueDay due={d.due} />) },
    { id: "valid", header: t("duties.valid_through"), cell: (d) => f.day(d.validThroughOn) },
    { id: "since", header: t("duties.since"), cell: (d) => f.instant(d.startedAt), extra: true, phone: "none" },
    { id: "why", header: t("duties.why"), cell: (d) => <Button size="compact-sm" variant="subtle" onClick={() => setWhy(d.id)}>{t("duties.why_open")}</Button> },
  ];
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 16 }}>
      <FilterBar placeholder={t("people.search")} filters={[
        { key: "status", label: t("duties.status"), options: statuses.map((s) => ({ value: s, label: t(`state.${s}`) })) }, { key: "orgUnitId", label: t("people.org_unit"), options: orgs },
        ...(fixed.requirementId === undefined ? [{ key: "requirementId", label: t("requirements.one"), options: (requirements.data?.rows ?? []).map((r) => ({ value: r.id, label: r.title })) }] : []),
      ]}><span style={{ flex: 1 }} /><ExportButton kind="obligations" filter={given({ requirementId, orgUnitId: search["orgUnitId"], status: pick(exportable, search["status"]) })} /></FilterBar>
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconChecklist size={26} />} title={Object.keys(search).some((k) => ["search", "status", "orgUnitId"].includes(k)) ? t("list.no_match") : t("duties.nobody")}>{t("duties.nobody_text")}</Empty>)}>
        {(a) => <DataList id="duties" label={t("duties.title")} columns={columns} rows={a.rows} rowKey={(d) => d.id} link={(d) => ({ to: "/people/$personId", params: { personId: d.person.id }, search: { tab: "duties" } as never })} stale={query.isPlaceholderData}
          page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }} sort={{ value: search["sort"] ?? "due", set: (sort) => change({ sort }) }} />}
      </Answered>
      {why !== null && <WhyDrawer obligationId={why} close={() => setWhy(null)} />}
    </div>
  );
}
