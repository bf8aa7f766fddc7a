import { type ReactNode, useRef, useState } from "react";
import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { IconFileTypeCsv, IconUpload } from "@tabler/icons-react";
import { api, type FeedRunRow } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { Page } from "../../parts/page.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "./imports.module.css";

export function Imports(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const query = useQuery({ queryKey: ["imports", "list", search], queryFn: ({ signal }) => api.directory.runs(paging(search), { signal }), placeholderData: keepPreviousData });
  return (
    <Page title={t("imports.title")} about={t("imports.about")}>
      {session.can("directory.write") && <Drop />}
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconFileTypeCsv size={26} />} title={t("imports.empty")}>{t("imports.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<FeedRunRow> id="imports" label={t("imports.title")} rows={a.rows} rowKey={(r) => r.id} link={(r) => ({ to: "/imports/$runId", params: { runId: r.id } })} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "file", header: t("imports.file"), cell: (r) => <bdi>{r.fileName}</bdi> }, { id: "state", header: t("people.state"), cell: (r) => <StateBadge state={r.state} />, phone: "badge" }, { id: "rows", header: t("exports.rows"), end: true, cell: (r) => f.number(r.counts.rows) },
              { id: "create", header: t("state.create"), end: true, cell: (r) => f.number(r.counts.create) }, { id: "change", header: t("state.change"), end: true, cell: (r) => f.number(r.counts.change) }, { id: "refused", header: t("state.refused"), end: true, cell: (r) => (r.counts.refused > 0 ? <b style={{ color: "var(--mu-danger-text)" }}>{f.number(r.counts.refused)}</b> : f.number(0)) },
              { id: "started", header: t("imports.uploaded"), cell: (r) => f.instant(r.startedAt) }, { id: "by", header: t("imports.by"), cell: (r) => <bdi>{r.startedBy.name ?? r.startedBy.id}</bdi>, phone: "none" },
            ]} />
        )}
      </Answered>
    </Page>
  );
}

function Drop(): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => api.directory.upload({ name: file.name }, { file, idempotencyKey: newKey() }),
    onSuccess: async (run) => { queryClient.setQueryData(["imports", run.id], run); await navigate({ to: "/imports/$runId", params: { runId: run.id } }); },
  });
  return (
    <>
      <div className={css["drop"]} data-over={over || undefined} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(e) => { e.preventDefault(); setOver(false); const file = e.dataTransfer.files[0]; if (file) upload.mutate(file); }}>
        <IconFileTypeCsv size={40} stroke={1.4} aria-hidden />
        <div><b>{t("imports.drop")}</b><p>{t("imports.drop_text")}</p></div>
        <input ref={input} type="file" accept=".csv,.txt,.tsv,text/csv,text/plain" hidden onChange={(e) => { const file = e.currentTarget.files?.[0]; if (file) upload.mutate(file); e.currentTarget.value = ""; }} />
        <Button leftSection={<IconUpload size={16} />} loading={upload.isPending} onClick={() => input.current?.click()}>{t("imports.choose")}</Button>
      </div>
      <Refusal error={upload.error} />
    </>
  );
}
