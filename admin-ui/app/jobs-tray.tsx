/** What runs in the background for me, with progress; the bell rests when nothing does. */
import type { ReactNode } from "react";
import { ActionIcon, Button, Indicator, Popover, Tooltip } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconProgress, IconProgressCheck } from "@tabler/icons-react";
import { ProgressLine } from "../parts/progress-line.tsx";
import { StateBadge } from "../parts/badge.tsx";
import { jobName } from "../parts/job-name.ts";
import { api } from "./api.ts";
import { useI18n } from "./i18n.tsx";
import { queryClient } from "./queries.ts";
import css from "./jobs-tray.module.css";

export function JobsTray(): ReactNode {
  const { t, f, table } = useI18n();
  const query = useQuery({ queryKey: ["jobs", "mine"], queryFn: ({ signal }) => api.appliance.ownJobs({}, { signal }), refetchInterval: (q) => (q.state.data?.rows.some((r) => r.state === "running" || r.state === "queued") ? 1_200 : 15_000) });
  const stop = useMutation({ mutationFn: (jobId: string) => api.appliance.cancelOwnJob({ jobId }), onSuccess: () => queryClient.invalidateQueries({ queryKey: ["jobs"] }) });
  const rows = query.data?.rows ?? [];
  const active = rows.filter((r) => r.state === "running" || r.state === "queued").length;
  return (
    <Popover position="bottom-end" width={340} shadow="md">
      <Popover.Target>
        <Tooltip label={t("tray.title")}>
          <Indicator disabled={active === 0} label={f.number(active)} size={16} color="accent" offset={5}><ActionIcon variant="subtle" color="gray" size={36} aria-label={active > 0 ? t("tray.running", { count: active }) : t("tray.title")}>{active > 0 ? <IconProgress size={20} /> : <IconProgressCheck size={20} />}</ActionIcon></Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <h2 className={css["title"]}>{t("tray.title")}</h2>
        {rows.length === 0 ? <p className={css["none"]}>{t("tray.none")}</p> : (
          <ul className={css["rows"]}>
            {rows.slice(0, 8).map((r) => (
              <li key={r.id}>
                <div><b>{jobName(table, r.kind)}</b>{r.state === "running" ? null : <StateBadge state={r.state} />}</div>
                {r.state === "running" ? <ProgressLine done={r.doneCount} total={r.totalCount} label={jobName(table, r.kind)} /> : <small>{f.ago(r.finishedAt ?? r.createdAt)}</small>}
                {r.isCancellable && <Button size="compact-xs" variant="subtle" color="danger" loading={stop.isPending} onClick={() => stop.mutate(r.id)}>{t("action.stop")}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
