import type { ReactNode } from "react";
import { Button, Menu } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { IconDownload, IconShieldCheck } from "@tabler/icons-react";
import { api, type EntryRow } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { Badge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Page } from "../../parts/page.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { saveBlob } from "../../parts/save-file.ts";
import { Answered, Empty } from "../../parts/states.tsx";
import { actorText } from "./words.ts";
import { SealState } from "./seal-state.tsx";

export function LedgerScreen(): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const facets = useQuery({ queryKey: ["ledger", "facets"], queryFn: ({ signal }) => api.ledger.facets({}, { signal }), staleTime: 60_000 });
  const filter = given({
    search: search["search"], action: search["action"], targetKind: search["targetKind"], target: search["target"], actor: search["actor"], subject: search["subject"], sealed: pick(["yes", "no"], search["sealed"]),
    from: search["from"] === undefined ? undefined : `${search["from"]}T00:00:00.000Z`, to: search["to"] === undefined ? undefined : `${search["to"]}T00:00:00.000Z`,
  });
  const query = useQuery({ queryKey: ["ledger", "entries", search], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.ledger.entries({ ...paging(search), ...filter }, { signal }) });
  const save = useMutation({ mutationFn: (format: "csv" | "jsonl") => api.ledger.exportEntries({ format, ...filter }), onSuccess: (blob, format) => saveBlob(`ledger.${format}`, blob) });
  return (
    <Page title={t("ledger.title")} about={t("ledger.about")} actions={(
      <Menu position="bottom-end"><Menu.Target><Button variant="default" leftSection={<IconDownload size={16} />} loading={save.isPending}>{t("action.export")}</Button></Menu.Target>
        <Menu.Dropdown><Menu.Item onClick={() => save.mutate("csv")}>CSV</Menu.Item><Menu.Item onClick={() => save.mutate("jsonl")}>JSON Lines</Menu.Item></Menu.Dropdown></Menu>
    )}>
      <SealState />
      <Refusal error={save.error} />
      <FilterBar placeholder={t("ledger.search")} filters={[
        { key: "action", label: t("ledger.action"), options: (facets.data?.actions ?? []).map((a) => ({ value: a, label: a })) }, { key: "targetKind", label: t("ledger.kind"), options: (facets.data?.targetKinds ?? []).map((a) => ({ value: a, label: a })) },
        { key: "from", label: t("filter.from"), kind: "day" }, { key: "to", label: t("filter.before"), kind: "day" }, { key: "sealed", label: t("ledger.sealed"), options: [{ value: "yes", label: t("ledger.sealed_yes") }, { value: "no", label: t("ledger.sealed_no") }] },
      ]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconShieldCheck size={26} />} title={t("list.no_match")}>{t("list.no_match_text")}</Empty>)}>
        {(a) => (
          <DataList<EntryRow> id="ledger" label={t("ledger.title")} rows={a.rows} rowKey={(e) => e.id} link={(e) => ({ to: "/ledger/$seq", params: { seq: e.id } })} stale={query.isPlaceholderData} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "action", header: t("ledger.action"), cell: (e) => e.action }, { id: "at", header: t("ledger.at"), cell: (e) => <time dateTime={e.at}>{f.instant(e.at, true)}</time> }, { id: "actor", header: t("ledger.actor"), cell: (e) => <bdi>{actorText(t, e)}</bdi> },
              { id: "subject", header: t("ledger.subject"), cell: (e) => <bdi>{e.subjectName ?? (e.subject === null ? "–" : t("ledger.erased_name"))}</bdi> }, { id: "target", header: t("ledger.target"), cell: (e) => `${e.targetKind} · ${e.target.slice(0, 8)}`, phone: "none" },
              { id: "seq", header: t("ledger.seq"), end: true, cell: (e) => (e.seq === null ? <Badge>{t("ledger.sealed_no")}</Badge> : f.number(e.seq)), phone: "badge" },
            ]} />
        )}
      </Answered>
    </Page>
  );
}
