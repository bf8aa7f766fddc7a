/** Every row with its verdict: what it would change, or why it is refused. */
import type { ReactNode } from "react";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconArrowRight, IconDownload, IconListCheck } from "@tabler/icons-react";
import { api, type FeedRowDetail, type FeedRun } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSearchText } from "../../app/search.ts";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "./imports.module.css";

const verdicts = ["create", "change", "unchanged", "refused"] as const;

export function RowsStep({ run }: { readonly run: FeedRun }): ReactNode {
  const { t, f, table, language } = useI18n();
  const [search, change] = useSearchText();
  const verdict = pick(verdicts, search["verdict"]);
  const warned = search["warned"] === "true";
  const query = useQuery({
    queryKey: ["imports", run.id, "rows", run.state, search], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.directory.rows(given({ runId: run.id, page: search["page"] ?? "1", size: "50", search: search["search"], verdict, warned: warned ? "true" as const : undefined }), { signal }),
  });
  const field = (name: string): string => table[`target.${name}`]?.() ?? table[`fact.${name}`]?.() ?? name;
  const say = (r: { code: string; text: string }): string => (language === "en" ? r.text : (table[`import_reason.${r.code}`]?.() ?? r.text));
  return (
    <>
      <div className={css["verdicts"]}>
        {verdicts.map((v) => <button key={v} type="button" className={css["verdict"]} aria-pressed={verdict === v} data-tone={v === "refused" && run.counts.refused > 0 ? "danger" : undefined} onClick={() => change({ verdict: verdict === v ? undefined : v, warned: undefined })}><b>{f.number(run.counts[v])}</b><span>{t(`imports.verdict_${v}`)}</span></button>)}
        <button type="button" className={css["verdict"]} aria-pressed={warned} onClick={() => change({ warned: warned ? undefined : "true", verdict: undefined })}><b>{f.number(run.counts.warned)}</b><span>{t("imports.warned")}</span></button>
      </div>
      <FilterBar placeholder={t("people.search")}><span style={{ flex: 1 }} />{run.counts.refused > 0 && <Button component="a" variant="default" href={`/api/directory/runs/${run.id}/errors`} download leftSection={<IconDownload size={16} />}>{t("imports.error_file")}</Button>}</FilterBar>
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconListCheck size={26} />} title={t("list.no_match")} />)}>
        {(a) => (
          <DataList<FeedRowDetail> id="import-rows" label={t("imports.rows")} rows={a.rows} rowKey={(r) => String(r.row)} stale={query.isPlaceholderData} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "name", header: t("people.name"), cell: (r) => <span><bdi>{r.name ?? "–"}</bdi><small style={{ display: "block", color: "var(--mu-text-faint)", fontWeight: 400 }} className="figures">{r.number ?? ""}</small></span> },
              { id: "row", header: t("imports.row"), end: true, cell: (r) => f.number(r.row) }, { id: "verdict", header: t("imports.verdict"), cell: (r) => <StateBadge state={r.verdict} />, phone: "badge" },
              { id: "what", header: t("imports.what"), width: "46%", cell: (r) => (
                <>
                  {(r.reasons.length > 0 || r.warnings.length > 0) && <ul className={css["reasons"]}>{r.reasons.map((x) => <li key={x.code + (x.column ?? "")} data-kind="refused">{x.column ? `${x.column}: ` : ""}{say(x)}</li>)}{r.warnings.map((x) => <li key={x.code + (x.column ?? "")} data-kind="warning">{x.column ? `${x.column}: ` : ""}{say(x)}</li>)}</ul>}
                  {r.verdict === "change" && <div className={css["diff"]}>{Object.entries(r.diff).map(([k, [before, after]]) => <span key={k}><em>{field(k)}</em>{before !== null && <del><bdi>{before}</bdi></del>}<IconArrowRight size={12} className="mirror" aria-label={t("imports.becomes")} /><ins><bdi>{after ?? t("imports.emptied")}</bdi></ins></span>)}</div>}
                  {r.verdict === "create" && <div className={css["diff"]}><span>{Object.entries(r.diff).filter(([k, v]) => v[1] !== null && !["name", "given", "family", "number"].includes(k)).slice(0, 4).map(([k, v]) => <span key={k}><em>{field(k)}</em> <bdi>{v[1]}</bdi></span>)}</span></div>}
                </>
              ) },
              ...(run.state === "applied" ? [{ id: "applied", header: t("imports.written"), cell: (r: FeedRowDetail) => f.instant(r.appliedAt), phone: "none" as const }] : []),
            ]} />
        )}
      </Answered>
    </>
  );
}
