/** One import from file to result: say what the columns mean, check every row, then write what was checked. */
import { type ReactNode, useState } from "react";
import { Alert, Button, Group } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { IconCircleCheck } from "@tabler/icons-react";
import { api, type FeedRun } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress-line.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { TypedNumber } from "../../parts/typed-number.tsx";
import { MappingStep } from "./mapping-step.tsx";
import { RowsStep } from "./rows-step.tsx";
import css from "./imports.module.css";

const steps = ["upload", "mapping", "check", "apply"] as const;
const place = (state: FeedRun["state"]): number => (state === "read" ? 1 : state === "planning" || state === "planned" ? 2 : state === "applied" ? 4 : 3);

export function ImportRun(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const { runId } = useParams({ from: "/inside/imports/$runId" });
  const [applying, setApplying] = useState(false);
  const [again, setAgain] = useState(false);
  const query = useQuery({ queryKey: ["imports", runId], queryFn: ({ signal }) => api.directory.run({ runId }, { signal }), refetchInterval: (q) => (q.state.data?.state === "planning" || q.state.data?.state === "applying" ? 600 : false) });
  const cancel = useMutation({ mutationFn: () => api.directory.cancel({ runId }), onSuccess: () => queryClient.invalidateQueries({ queryKey: ["imports"] }) });
  const plan = useMutation({ mutationFn: () => api.directory.plan({ runId }), onSuccess: () => { setAgain(false); return queryClient.invalidateQueries({ queryKey: ["imports"] }); } });
  const crumbs = [{ label: t("imports.title"), link: { to: "/imports" } as const }];
  if (query.data === undefined) return <Page title={t("imports.one")} crumbs={crumbs}>{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading shape="page" />}</Page>;
  const r = query.data;
  const mayWrite = session.can("directory.write");
  const isMapping = r.state === "read" || (r.state === "planned" && again);
  const isWorking = r.state === "planning" || r.state === "applying";
  const changes = r.counts.create + r.counts.change;
  return (
    <Page title={r.fileName} crumbs={crumbs} badge={<StateBadge state={r.state} />} about={r.state === "read" ? t("imports.about_read", { size: f.bytes(r.size), time: f.instant(r.startedAt) }) : t("imports.about_run", { rows: r.counts.rows, size: f.bytes(r.size), time: f.instant(r.startedAt) })} actions={isWorking && mayWrite ? <Button variant="subtle" color="danger" loading={cancel.isPending} onClick={() => cancel.mutate()}>{t("action.stop")}</Button> : undefined}>
      <ol className={css["steps"]}>{steps.map((s, i) => { const at = isMapping ? 1 : place(r.state); return <li key={s} data-state={i < at ? "done" : i === at ? "now" : "later"} aria-current={i === at ? "step" : undefined}><b>{f.number(i + 1)}</b>{t(`imports.step_${s}`)}</li>; })}</ol>
      {(r.state === "failed" || r.state === "cancelled") && <Alert color={r.state === "failed" ? "danger" : "warning"} variant="light" title={t(`imports.${r.state}`)}>{r.problem ?? t("imports.cancelled_text")}</Alert>}
      {isWorking && <Panel title={r.state === "planning" ? t("imports.checking") : t("imports.applying")}><ProgressLine done={r.job?.done ?? 0} total={r.job?.total ?? r.counts.rows} /><p style={{ color: "var(--mu-text-faint)", marginBlockEnd: 0 }}>{r.state === "planning" ? t("imports.checking_text") : t("rollouts.may_leave")}</p></Panel>}
      {r.state === "applied" && <Alert color="success" variant="light" icon={<IconCircleCheck size={18} />} title={t("imports.applied")}><p style={{ margin: "0 0 8px" }}>{t("imports.applied_text", { applied: r.counts.applied, stale: r.counts.stale, waiting: r.counts.waiting })}</p><Button component={Link} to="/people" size="compact-md" variant="default">{t("imports.to_people")}</Button></Alert>}
      <Refusal error={cancel.error ?? plan.error} />
      {isMapping
        ? <MappingStep key={`${r.encoding}${r.delimiter}${r.headerRow}`} run={r} mayWrite={mayWrite} check={() => plan.mutate()} isChecking={plan.isPending} />
        : !isWorking && r.plannedAt !== null && <RowsStep run={r} />}
      {r.state === "planned" && !again && mayWrite && (
        <div className={css["bottom"]}>
          <Button disabled={changes === 0} onClick={() => setApplying(true)}>{t("imports.apply", { count: changes })}</Button>
          <Group gap="xs"><Button variant="default" onClick={() => setAgain(true)}>{t("imports.change_mapping")}</Button></Group>
          <span>{changes === 0 ? t("imports.nothing") : t("imports.summary", { create: r.counts.create, change: r.counts.change, refused: r.counts.refused })}</span>
        </div>
      )}
      {applying && <TypedNumber title={t("imports.apply_title")} number={changes} label={t("imports.type_rows")} button={t("imports.apply", { count: changes })} about={t("imports.apply_about", { create: r.counts.create, change: r.counts.change, refused: r.counts.refused })} close={() => setApplying(false)} run={() => api.directory.apply({ runId })} />}
    </Page>
  );
}
