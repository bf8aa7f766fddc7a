/** One entry: who changed what, before and after, why, and the proof that it stands in the sealed tree. */
import type { ReactNode } from "react";
import { Alert, Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { IconDownload } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Changes } from "../../parts/changes.tsx";
import { Page } from "../../parts/page.tsx";
import { Pairs, Panel } from "../../parts/panel.tsx";
import { saveText } from "../../parts/save-file.ts";
import { Failed, Loading } from "../../parts/states.tsx";
import courses from "../courses/courses.module.css";
import people from "../people/people.module.css";
import { actorText } from "./words.ts";

export function EntryScreen(): ReactNode {
  const { t, f } = useI18n();
  const { seq: entryId } = useParams({ from: "/inside/ledger/$seq" });
  const query = useQuery({ queryKey: ["ledger", "entry", entryId], queryFn: ({ signal }) => api.ledger.entry({ entryId }, { signal }), refetchInterval: (q) => (q.state.data !== undefined && q.state.data.inclusion === null ? 2_000 : false) });
  const crumbs = [{ label: t("ledger.title"), link: { to: "/ledger" } as const }];
  if (query.data === undefined) return <Page title={t("ledger.entry")} crumbs={crumbs}>{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading shape="page" />}</Page>;
  const e = query.data;
  return (
    <Page title={e.action} crumbs={crumbs} badge={<Badge tone={e.seq === null ? "neutral" : "success"}>{e.seq === null ? t("ledger.sealed_no") : t("ledger.sealed_as", { seq: f.number(e.seq) })}</Badge>} about={`${f.instant(e.at, true)} (${f.zone})`}>
      {e.values === "damaged" && <Alert color="danger" variant="light" title={t("ledger.damaged")}>{t("ledger.damaged_text")}</Alert>}
      {e.values === "erased" && <Alert color="info" variant="light" title={t("ledger.erased")}>{t("ledger.erased_text")}</Alert>}
      <div className={people["columns"]}>
        <div className={people["stack"]}>
          <Panel title={t("ledger.changes")} flush>{e.values === "kept" ? <Changes before={e.before} after={e.after} /> : <p className={people["soft"]} style={{ padding: "8px 20px 20px" }}>{t("ledger.no_values")}</p>}</Panel>
          {e.reason !== null && <Panel title={t("reason.label")}><p style={{ margin: 0 }} dir="auto">{e.reason}</p></Panel>}
        </div>
        <div className={people["stack"]}>
          <Panel title={t("ledger.facts")}>
            <Pairs pairs={[
              [t("ledger.actor"), e.actorKind === "person" ? <Link key="a" to="/people/$personId" params={{ personId: e.actor }}><bdi>{actorText(t, e)}</bdi></Link> : actorText(t, e)],
              ...(e.subject === null ? [] : [[t("ledger.subject"), <Link key="s" to="/people/$personId" params={{ personId: e.subject }}><bdi>{e.subjectName ?? t("ledger.erased_name")}</bdi></Link>] as const]),
              [t("ledger.target"), <Link key="t" to="/ledger" search={{ target: e.target } as never}>{`${e.targetKind} ${e.target}`}</Link>], [t("ledger.target_version"), f.number(e.targetVersion)], [t("ledger.request"), <span key="r" className={courses["hash"]}>{e.requestId}</span>],
              ...(e.rows === null ? [] : [[t("ledger.rows"), t("ledger.rows_text", { count: e.rows.count })] as const]),
            ]} />
          </Panel>
          <Panel title={t("ledger.proof")} about={e.inclusion === null ? t("ledger.proof_wait") : t("ledger.proof_about", { size: f.number(e.inclusion.size) })}>
            <Pairs pairs={[[t("ledger.leaf"), <span key="l" className={courses["hash"]}>{e.leafHash}</span>], ...(e.inclusion === null ? [] : [[t("ledger.root"), <span key="r" className={courses["hash"]}>{e.inclusion.root}</span>] as const, [t("ledger.path"), t("ledger.path_text", { count: e.inclusion.path.length })] as const])]} />
            {e.inclusion !== null && <Group mt="md"><Button variant="default" size="compact-md" leftSection={<IconDownload size={15} />} onClick={() => saveText(`ledger-proof-${e.seq ?? 0}.json`, "application/json", JSON.stringify({ body: e.body, leafHash: e.leafHash, inclusion: e.inclusion }, null, 2))}>{t("ledger.proof_save")}</Button></Group>}
          </Panel>
        </div>
      </div>
    </Page>
  );
}
