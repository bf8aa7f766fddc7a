import { type ReactNode, useMemo } from "react";
import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconDownload, IconPlus, IconUpload, IconUsers } from "@tabler/icons-react";
import { api, type PersonRow } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { type Column, DataList } from "../../parts/data-list.tsx";
import { type Filter, FilterBar } from "../../parts/filter-bar.tsx";
import { useOrgChoices } from "../../parts/org-choice.tsx";
import { Page } from "../../parts/page.tsx";
import { PersonName } from "../../parts/person.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { saveBlob } from "../../parts/save-file.ts";
import { Answered, Empty } from "../../parts/states.tsx";

const sorts = ["name", "-name", "number", "-number", "started", "-started"] as const;
const states = ["active", "ended", "all"] as const;

export function PeopleList(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const orgs = useOrgChoices();
  const facets = useQuery({ queryKey: ["people", "facets"], queryFn: ({ signal }) => api.people.facets({}, { signal }), staleTime: 60_000 });
  const wanted = {
    search: search["search"], orgUnitId: search["orgUnitId"], position: search["position"], workerType: search["workerType"], state: pick(states, search["state"]),
    withoutSuperior: search["withoutSuperior"] === "true" ? "true" as const : undefined, sort: pick(sorts, search["sort"]),
  };
  const query = useQuery({ queryKey: ["people", "list", search], queryFn: ({ signal }) => api.people.list(given({ ...paging(search), ...wanted }), { signal }), placeholderData: keepPreviousData });
  const save = useMutation({ mutationFn: () => api.people.exportList(given(wanted)), onSuccess: (blob) => saveBlob("people.csv", blob) });

  const columns = useMemo<readonly Column<PersonRow>[]>(() => [
    { id: "name", header: t("people.name"), sort: "name", sortDown: "-name", cell: (p) => <PersonName name={p.name} fact={p.email} /> },
    { id: "number", header: t("people.number"), sort: "number", sortDown: "-number", cell: (p) => <span className="figures">{p.employeeNumber ?? "–"}</span> },
    { id: "org", header: t("people.org_unit"), cell: (p) => p.orgUnit?.name ?? "–" },
    { id: "position", header: t("people.position"), cell: (p) => p.position ?? "–" },
    { id: "superior", header: t("people.superior"), cell: (p) => p.superior ? <bdi>{p.superior.name}</bdi> : "–", phone: "none" },
    { id: "site", header: t("people.site"), cell: (p) => p.site?.name ?? "–", extra: true, phone: "none" },
    { id: "type", header: t("people.worker_type"), cell: (p) => p.workerType ?? "–", extra: true, phone: "none" },
    { id: "started", header: t("people.started"), sort: "started", sortDown: "-started", cell: (p) => f.day(p.startedOn, false), extra: true, phone: "none" },
    { id: "state", header: t("people.state"), cell: (p) => <StateBadge state={p.state === "none" ? "no_employment" : p.state} />, phone: "badge" },
  ], [t, f]);
  const filters: Filter[] = [
    { key: "orgUnitId", label: t("people.org_unit"), options: orgs },
    { key: "position", label: t("people.position"), options: (facets.data?.positions ?? []).map((x) => ({ value: x.value, label: `${x.value} (${f.number(x.people)})` })) },
    { key: "workerType", label: t("people.worker_type"), options: (facets.data?.workerTypes ?? []).map((x) => ({ value: x.value, label: `${x.value} (${f.number(x.people)})` })) },
    { key: "state", label: t("people.state"), options: states.map((s) => ({ value: s, label: s === "all" ? t("people.state_all") : t(`state.${s}`) })) },
    { key: "withoutSuperior", label: t("people.line"), options: [{ value: "true", label: t("people.without_superior", { count: facets.data?.withoutSuperior ?? 0 }) }] },
  ];
  const filtered = Object.keys(search).some((k) => !["page", "size", "sort"].includes(k));

  return (
    <Page title={t("people.title")} about={t("people.about")} actions={(
      <>
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={save.isPending} onClick={() => save.mutate()}>{t("action.export")}</Button>
        {session.can("directory.write") && <Button variant="default" component={Link} to="/imports" leftSection={<IconUpload size={16} />}>{t("people.import")}</Button>}
        {session.can("people.write") && <Button component={Link} to="/people/new" leftSection={<IconPlus size={16} />}>{t("people.new")}</Button>}
      </>
    )}>
      <FilterBar filters={filters} placeholder={t("people.search")} />
      <Refusal error={save.error} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : (
        <Empty icon={<IconUsers size={26} />} title={filtered ? t("list.no_match") : t("people.empty")} action={filtered ? undefined : <Button component={Link} to="/imports">{t("people.import")}</Button>}>{filtered ? t("list.no_match_text") : t("people.empty_text")}</Empty>
      ))}>
        {(a) => (
          <DataList id="people" label={t("people.title")} columns={columns} rows={a.rows} rowKey={(p) => p.id} link={(p) => ({ to: "/people/$personId", params: { personId: p.id } })} stale={query.isPlaceholderData}
            page={{ total: a.total, page: a.page, size: a.size, go: (page) => change({ page: String(page) }, true) }} sort={{ value: search["sort"] ?? "name", set: (sort) => change({ sort }) }} />
        )}
      </Answered>
    </Page>
  );
}
