import { type ReactNode, useState } from "react";
import { Button, Drawer } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconProgressCheck } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { given, pick } from "../../app/given.ts";
import { useI18n } from "../../app/i18n.tsx";
import { paging, useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import { jobName } from "../../parts/job-name.ts";
import { Page } from "../../parts/page.tsx";
import { FactStrip, Pairs } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress-line.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

const states = ["queued", "running", "done", "dead", "cancelled"] as const;
type Job = Awaited<ReturnType<typeof api.appliance.jobs>>["rows"][number];

export function Jobs(): ReactNode {
  const { t, f, table } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const [open, setOpen] = useState<string | null>(null);
  const [act, setAct] = useState<{ kind: "retry" | "cancel"; job: Job } | null>(null);
  const state = pick(states, search["state"]);
  const query = useQuery({
    queryKey: ["jobs", "list", search], placeholderData: keepPreviousData, refetchInterval: 3_000,
    queryFn: ({ signal }) => api.appliance.jobs(given({ ...paging(search), search: search["search"], state: state === undefined ? undefined : [state], kind: search["kind"] }), { signal }),
  });
  const mayWrite = session.can("appliance.write");
  return (
    <Page title={t("jobs.title")} about={t("jobs.about")}>
      {query.data && <FactStrip facts={[{ label: t("state.running"), value: f.number(query.data.counts.running) }, { label: t("state.queued"), value: f.number(query.data.counts.queued) }, { label: t("state.dead"), value: f.number(query.data.counts.dead), ...(query.data.counts.dead > 0 ? { tone: "danger" as const } : {}) }]} />}
      <FilterBar search={false} filters={[{ key: "state", label: t("people.state"), options: states.map((s) => ({ value: s, label: t(`state.${s}`) })) }, { key: "kind", label: t("jobs.kind"), options: (query.data?.kinds ?? []).map((k) => ({ value: k, label: jobName(table, k) })) }]} />
      <Answered query={query} empty={(a) => (a.total > 0 ? null : <Empty icon={<IconProgressCheck size={26} />} title={search["state"] || search["kind"] ? t("list.no_match") : t("jobs.empty")}>{t("jobs.empty_text")}</Empty>)}>
        {(a) => (
          <DataList<Job> id="jobs" label={t("jobs.title")} rows={a.rows} rowKey={(j) => j.id} page={{ total: a.total, page: a.page, size: a.size, go: (p) => change({ page: String(p) }, true) }}
            columns={[
              { id: "kind", header: t("jobs.one"), cell: (j) => <span><Button variant="transparent" size="compact-sm" p={0} onClick={() => setOpen(j.id)}>{jobName(table, j.kind)}</Button>{j.error !== null && <small style={{ display: "block", color: "var(--mu-danger-text)", fontWeight: 400, overflowWrap: "anywhere" }}>{j.error.slice(0, 160)}</small>}</span> },
              { id: "state", header: t("people.state"), cell: (j) => <StateBadge state={j.state} />, phone: "badge" },
              { id: "progress", header: t("rollouts.progress"), width: "190px", cell: (j) => (j.state === "running" ? <ProgressLine done={j.doneCount} total={j.totalCount} /> : j.totalCount === null ? "–" : t("progress.of", { done: f.number(j.doneCount), total: f.number(j.totalCount) })) },
              { id: "attempts", header: t("jobs.attempts"), end: true, cell: (j) => f.number(j.attempts), phone: "none" }, { id: "created", header: t("jobs.created"), cell: (j) => <time dateTime={j.createdAt} title={f.instant(j.createdAt, true)}>{f.ago(j.createdAt)}</time> },
              { id: "next", header: t("jobs.next"), cell: (j) => (j.state === "queued" ? f.ago(j.runAt) : f.instant(j.finishedAt, true)), phone: "none" }, { id: "by", header: t("jobs.by"), cell: (j) => j.startedBy, extra: true, phone: "none" },
              ...(mayWrite ? [{ id: "act", header: t("action.actions"), cell: (j: Job) => (j.state === "dead" ? <Button size="compact-sm" variant="default" onClick={() => setAct({ kind: "retry", job: j })}>{t("jobs.retry")}</Button> : j.isCancellable ? <Button size="compact-sm" variant="subtle" color="danger" onClick={() => setAct({ kind: "cancel", job: j })}>{t("action.stop")}</Button> : null) }] : []),
            ]} />
        )}
      </Answered>
      {open !== null && <JobDrawer jobId={open} close={() => setOpen(null)} />}
      {act?.kind === "retry" && <ReasonDialog title={t("jobs.retry")} about={t("jobs.retry_about", { name: jobName(table, act.job.kind) })} button={t("jobs.retry")} close={() => setAct(null)} run={(reason) => api.appliance.retryJob({ jobId: act.job.id, reason })} />}
      {act?.kind === "cancel" && <ReasonDialog danger title={t("action.stop")} about={t("jobs.stop_about", { name: jobName(table, act.job.kind) })} button={t("action.stop")} close={() => setAct(null)} run={(reason) => api.appliance.cancelJob({ jobId: act.job.id, reason })} />}
    </Page>
  );
}

function JobDrawer({ jobId, close }: { readonly jobId: string; readonly close: () => void }): ReactNode {
  const { t, f, table } = useI18n();
  const query = useQuery({ queryKey: ["jobs", jobId], queryFn: ({ signal }) => api.appliance.job({ jobId }, { signal }), refetchInterval: 2_000 });
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={query.data ? jobName(table, query.data.kind) : t("jobs.one")}>
      <Answered query={query} shape="form">
        {(j) => <Pairs pairs={[
          [t("people.state"), <StateBadge key="s" state={j.state} />], [t("jobs.key"), <code key="k">{j.key}</code>], [t("jobs.attempts"), j.attemptsMost === null ? f.number(j.attempts) : t("progress.of", { done: f.number(j.attempts), total: f.number(j.attemptsMost) })], [t("jobs.abandoned"), f.number(j.abandonedCount)],
          [t("jobs.created"), f.instant(j.createdAt, true)], [t("rollouts.started"), f.instant(j.startedAt, true)], [t("rollouts.finished"), f.instant(j.finishedAt, true)], [t("jobs.lease"), f.instant(j.leaseUntil, true)], [t("jobs.by"), j.startedBy],
          ...(j.error === null ? [] : [[t("jobs.error"), <code key="e" style={{ whiteSpace: "pre-wrap", color: "var(--mu-danger-text)" }}>{j.error}</code>] as const]), ...(j.outcome === null ? [] : [[t("jobs.outcome"), <code key="o" style={{ whiteSpace: "pre-wrap" }}>{JSON.stringify(j.outcome, null, 1)}</code>] as const]),
        ]} />}
      </Answered>
    </Drawer>
  );
}
