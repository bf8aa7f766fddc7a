import { type ReactNode, useState } from "react";
import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconDownload, IconFileExport, IconPlus } from "@tabler/icons-react";
import { api, type ExportRun } from "../../app/api.ts";
import { given } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { paging, useSearchText } from "../../app/search.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { useOrgChoices } from "../../parts/org-choice.tsx";
import { Page } from "../../parts/page.tsx";
import { PersonChoice } from "../../parts/person-choice.tsx";
import { SaveDialog } from "../../parts/save-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

const kinds = ["completions", "obligations", "people_status", "transcript"] as const;

export function Exports(): ReactNode {
  const { t, f } = useI18n();
  const [search, change] = useSearchText();
  const query = useQuery({ queryKey: ["reports", "runs", search], queryFn: ({ signal }) => api.reports.runs(paging(search), { signal }), refetchInterval: (q) => (q.state.data?.rows.some((r) => r.state === "queued" || r.state === "running") ? 1_000 : false) });
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => change({ new: "1" })}>{t("exports.new")}</Button>;
  return (
    <Page title={t("exports.title")} about={t("exports.about")} actions={add}>
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconFileExport size={26} />} title={t("exports.empty")} action={add}>{t("exports.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<ExportRun> id="exports" label={t("exports.title")} rows={a.rows} rowKey={(r) => r.id} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "title", header: t("exports.one"), cell: (r) => <b>{t(`exports.kind_${r.kind}`)}</b> }, { id: "state", header: t("people.state"), cell: (r) => <StateBadge state={r.state} />, phone: "badge" }, { id: "rows", header: t("exports.rows"), end: true, cell: (r) => f.number(r.rowCount) },
              { id: "size", header: t("exports.size"), end: true, cell: (r) => (r.size === null ? "–" : f.bytes(r.size)) }, { id: "asOf", header: t("exports.as_of"), cell: (r) => f.instant(r.asOf, true) }, { id: "created", header: t("exports.created"), cell: (r) => f.ago(r.createdAt) },
              { id: "file", header: t("exports.file"), cell: (r) => (r.state === "done" ? <Button component="a" href={`/api/reports/runs/${r.id}/file`} download variant="subtle" size="compact-sm" leftSection={<IconDownload size={14} />}>{t("exports.download")}</Button> : "–") },
            ]} />
        )}
      </Answered>
      {search["new"] === "1" && <NewExport close={() => change({ new: undefined })} />}
    </Page>
  );
}

function NewExport({ close }: { readonly close: () => void }): ReactNode {
  const { t } = useI18n();
  const orgs = useOrgChoices();
  const requirements = useQuery({ queryKey: ["requirements", "choices"], queryFn: ({ signal }) => api.requirements.list({ size: "200" }, { signal }) });
  const [v, set] = useState({ kind: "completions" as (typeof kinds)[number], orgUnitId: "", requirementId: "", from: "", to: "" });
  const [person, setPerson] = useState<{ id: string; name: string } | null>(null);
  const kept = (s: string): string | undefined => (s === "" ? undefined : s);
  const act = useMutation({
    mutationFn: () => api.reports.start(given({
      kind: v.kind, personId: v.kind === "transcript" ? person?.id : undefined, orgUnitId: v.kind === "transcript" ? undefined : kept(v.orgUnitId), requirementId: v.kind === "obligations" ? kept(v.requirementId) : undefined,
      from: v.kind === "completions" ? kept(v.from) : undefined, to: v.kind === "completions" ? kept(v.to) : undefined,
    })),
    onSuccess: () => { close(); return queryClient.invalidateQueries({ queryKey: ["reports"] }); },
  });
  return (
    <SaveDialog title={t("exports.new")} button={t("exports.start")} act={act} close={close} ready={v.kind !== "transcript" || person !== null}>
      <Select label={t("exports.what")} value={v.kind} data={kinds.map((k) => ({ value: k, label: t(`exports.kind_${k}`) }))} description={t(`exports.kind_${v.kind}_text`)} onChange={(k) => set({ ...v, kind: kinds.find((x) => x === k) ?? "completions" })} />
      {v.kind === "transcript" ? <PersonChoice label={t("people.one")} value={person} onChange={setPerson} /> : <Select label={t("people.org_unit")} clearable searchable placeholder={t("list.any")} value={v.orgUnitId || null} data={orgs} onChange={(x) => set({ ...v, orgUnitId: x ?? "" })} />}
      {v.kind === "obligations" && <Select label={t("requirements.one")} clearable searchable placeholder={t("list.any")} value={v.requirementId || null} data={(requirements.data?.rows ?? []).map((r) => ({ value: r.id, label: r.title }))} onChange={(x) => set({ ...v, requirementId: x ?? "" })} />}
      {v.kind === "completions" && <><TextInput type="date" label={t("filter.from")} value={v.from} onChange={(e) => set({ ...v, from: e.currentTarget.value })} /><TextInput type="date" label={t("filter.to")} value={v.to} onChange={(e) => set({ ...v, to: e.currentTarget.value })} /></>}
    </SaveDialog>
  );
}
