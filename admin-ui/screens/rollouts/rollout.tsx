/** One rollout: what it would change, the number typed, then its live progress. */
import { type ReactNode, useState } from "react";
import { Alert, Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { IconCircleCheck, IconRefresh, IconRocket } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey, queryClient } from "../../app/queries.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { Page } from "../../parts/page.tsx";
import { FactStrip, Panel } from "../../parts/panel.tsx";
import { ProgressLine } from "../../parts/progress-line.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { TypedNumber } from "../../parts/typed-number.tsx";
import { Difference } from "./difference.tsx";

export function RolloutScreen(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const { rolloutId } = useParams({ from: "/inside/rollouts/$rolloutId" });
  const [starting, setStarting] = useState(false);
  const [key] = useState(newKey);
  const query = useQuery({ queryKey: ["rollouts", rolloutId], queryFn: ({ signal }) => api.rollouts.get({ rolloutId }, { signal }), refetchInterval: (q) => (q.state.data?.state === "running" ? 700 : false) });
  const preview = useMutation({ mutationFn: () => api.rollouts.preview({ rolloutId }), onSuccess: (r) => queryClient.setQueryData(["rollouts", rolloutId], r) });
  const crumbs = [{ label: t("rollouts.title"), link: { to: "/rollouts" } as const }];
  if (query.data === undefined) return <Page title={t("rollouts.one")} crumbs={crumbs}>{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading shape="page" />}</Page>;
  const r = query.data;
  const isDraft = r.state === "draft";
  const stops = r.preview?.conflicts.some((c) => c.stops) ?? false;
  const mayWrite = session.can("rollouts.write");
  return (
    <Page title={r.title} crumbs={crumbs} badge={<StateBadge state={r.state} />} about={<>{t("rollouts.makes_live", { edition: r.edition })} <Link to="/requirements/$requirementId" params={{ requirementId: r.requirement.id }} className="link">{r.requirement.title}</Link></>} actions={isDraft && mayWrite && (
      <>
        <Button variant="default" leftSection={<IconRefresh size={16} />} loading={preview.isPending} onClick={() => preview.mutate()}>{t("rollouts.preview")}</Button>
        <Button leftSection={<IconRocket size={16} />} disabled={r.preview === null || stops} onClick={() => setStarting(true)}>{t("rollouts.start")}</Button>
      </>
    )}>
      <Refusal error={preview.error} />
      {!isDraft && (
        <Panel title={r.state === "done" ? t("rollouts.done") : t("rollouts.progress")}>
          {r.state === "done" && <p style={{ display: "flex", gap: 8, margin: "0 0 12px" }}><IconCircleCheck size={20} color="var(--mu-success)" aria-hidden />{t("rollouts.done_text", { count: r.doneCount })}</p>}
          <ProgressLine done={r.doneCount} total={r.peopleCount} quiet={r.state === "done"} />
          {r.state === "running" && <p style={{ color: "var(--mu-text-faint)", marginBlockEnd: 0 }}>{t("rollouts.may_leave")}</p>}
        </Panel>
      )}
      {r.state === "failed" && <Alert color="danger" variant="light" title={t("rollouts.failed")}>{t("rollouts.failed_text")}</Alert>}
      <FactStrip facts={[{ label: t("rollouts.created"), value: f.instant(r.createdAt) }, { label: t("rollouts.started"), value: f.instant(r.startedAt) }, { label: t("rollouts.finished"), value: f.instant(r.finishedAt) }, { label: t("rollouts.people"), value: f.number(isDraft ? (r.preview?.peopleCount ?? 0) : r.peopleCount) }]} />
      {r.preview === null
        ? <Panel><Empty icon={<IconRocket size={26} />} title={t("rollouts.no_preview")} action={mayWrite && isDraft ? <Button loading={preview.isPending} onClick={() => preview.mutate()}>{t("rollouts.preview")}</Button> : undefined}>{t("rollouts.no_preview_text")}</Empty></Panel>
        : <Difference difference={r.preview} />}
      {starting && r.preview !== null && (
        <TypedNumber title={t("rollouts.start")} number={r.preview.peopleCount} label={t("rollouts.type_people")} button={t("rollouts.start")} close={() => setStarting(false)} about={t("rollouts.start_about", { people: r.preview.peopleCount, gain: r.preview.gainCount, lose: r.preview.loseCount })}
          run={() => api.rollouts.start({ rolloutId, peopleCount: r.preview?.peopleCount ?? 0 }, { idempotencyKey: key })} />
      )}
    </Page>
  );
}
