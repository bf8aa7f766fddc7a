/** Starts an export of what is shown and offers the file when it is done; one may leave the page meanwhile. */
import { type ReactNode, useState } from "react";
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import { api } from "../app/api.ts";
import { useI18n } from "../app/i18n.tsx";
import { useSession } from "../app/session.tsx";
import { useRefusalText } from "./refusal.tsx";

type Wanted = Parameters<typeof api.reports.start>[0];

export function ExportButton({ kind, filter }: { readonly kind: Wanted["kind"]; readonly filter: Omit<Wanted, "kind"> }): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const refusal = useRefusalText();
  const [runId, setRunId] = useState<string | null>(null);
  const start = useMutation({ mutationFn: () => api.reports.start({ kind, ...filter }), onSuccess: (run) => setRunId(run.id) });
  const run = useQuery({ queryKey: ["reports", "run", runId], enabled: runId !== null, queryFn: ({ signal }) => api.reports.run({ runId: runId ?? "" }, { signal }), refetchInterval: (q) => (q.state.data?.state === "done" || q.state.data?.state === "failed" ? false : 700) });
  if (!session.can("reports.read")) return null;
  if (run.data?.state === "done") return <Button component="a" variant="light" href={`/api/reports/runs/${run.data.id}/file`} download leftSection={<IconDownload size={16} />} onClick={() => window.setTimeout(() => setRunId(null), 500)}>{t("exports.ready", { count: run.data.rowCount })}</Button>;
  const working = start.isPending || (runId !== null && run.data?.state !== "failed" && !run.isError);
  return <Button variant="default" leftSection={<IconDownload size={16} />} loading={working} onClick={() => start.mutate()} {...(start.error ? { title: refusal(start.error), color: "danger" } : {})}>{run.data?.state === "failed" ? t("exports.failed") : t("action.export")}</Button>;
}
