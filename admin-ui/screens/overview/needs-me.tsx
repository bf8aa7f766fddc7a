/** What waits for a person: planned rollouts, unpublished drafts, parked jobs. */
import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconAlertTriangle, IconChecklist, IconCircleCheck, IconFileImport, IconRocket } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Loading } from "../../parts/states.tsx";
import css from "./overview.module.css";

export function NeedsMe(): ReactNode {
  const { t, f } = useI18n();
  const { can } = useSession();
  const rollouts = useQuery({ queryKey: ["rollouts", "waiting"], enabled: can("rollouts.write"), queryFn: ({ signal }) => api.rollouts.list({ state: "draft", size: "3" }, { signal }) });
  const drafts = useQuery({ queryKey: ["requirements", "waiting"], enabled: can("requirements.write"), queryFn: ({ signal }) => api.requirements.list({ state: "draft", size: "3" }, { signal }) });
  const imports = useQuery({ queryKey: ["imports", "waiting"], enabled: can("directory.write"), queryFn: ({ signal }) => api.directory.runs({ state: "planned", size: "3" }, { signal }) });
  const jobs = useQuery({ queryKey: ["jobs", "dead"], enabled: can("appliance.read"), queryFn: ({ signal }) => api.appliance.jobs({ size: "1" }, { signal }) });
  const isLoading = [rollouts, drafts, imports, jobs].some((q) => q.isLoading);
  const dead = jobs.data?.counts.dead ?? 0;
  const count = (rollouts.data?.rows.length ?? 0) + (drafts.data?.rows.length ?? 0) + (imports.data?.rows.length ?? 0) + (dead > 0 ? 1 : 0);
  return (
    <Panel title={t("overview.needs")}>
      {isLoading ? <Loading shape="form" /> : count === 0 ? <p className={css["calm"]}><IconCircleCheck size={20} aria-hidden />{t("overview.needs_none")}</p> : (
        <ul className={css["list"]}>
          {dead > 0 && <li><Link to="/jobs" search={{ state: "dead" }} className={css["row"]}><IconAlertTriangle size={18} data-tone="danger" aria-hidden /><span><b>{t("overview.dead_jobs", { count: dead })}</b></span></Link></li>}
          {rollouts.data?.rows.map((r) => <li key={r.id}><Link to="/rollouts/$rolloutId" params={{ rolloutId: r.id }} className={css["row"]}><IconRocket size={18} aria-hidden /><span><b>{r.title}</b><small>{t("overview.rollout_waits")}</small></span><time>{f.ago(r.createdAt)}</time></Link></li>)}
          {drafts.data?.rows.map((r) => <li key={r.id}><Link to="/requirements/$requirementId" params={{ requirementId: r.id }} className={css["row"]}><IconChecklist size={18} aria-hidden /><span><b>{r.title}</b><small>{t("overview.draft_waits")}</small></span><time>{f.ago(r.createdAt)}</time></Link></li>)}
          {imports.data?.rows.map((r) => <li key={r.id}><Link to="/imports/$runId" params={{ runId: r.id }} className={css["row"]}><IconFileImport size={18} aria-hidden /><span><b>{r.fileName}</b><small>{t("overview.import_waits")}</small></span><time>{f.ago(r.startedAt)}</time></Link></li>)}
        </ul>
      )}
    </Panel>
  );
}
