/** What a person owes and has proven, of all years. */
import { type ReactNode, useState } from "react";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCertificate, IconChecklist, IconFileTypePdf } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { DataList } from "../../parts/data-list.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { DueDay } from "../../parts/due-day.tsx";
import { DutyBadge } from "../../parts/duty-badge.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { WhyDrawer } from "../../parts/why-drawer.tsx";
import { Panel } from "../../parts/panel.tsx";
import css from "./people.module.css";

export function DutiesTab({ personId, show }: { readonly personId: string; readonly show: "duties" | "certificates" }): ReactNode {
  const { t, f } = useI18n();
  const [why, setWhy] = useState<string | null>(null);
  const query = useQuery({ queryKey: ["reports", "transcript", personId], queryFn: ({ signal }) => api.reports.transcript({ personId }, { signal }) });
  return (
    <Answered query={query}>
      {(a) => (show === "duties" ? (
        <div className={css["stack"]}>
          {a.duties.length === 0 ? <Panel><Empty icon={<IconChecklist size={26} />} title={t("duties.empty")}>{t("duties.empty_text")}</Empty></Panel> : (
            <DataList id="person-duties" label={t("people.tab_duties")} rows={a.duties} rowKey={(d) => d.obligationId} columns={[
              { id: "title", header: t("duties.requirement"), cell: (d) => <Link to="/requirements/$requirementId" params={{ requirementId: d.requirementId }} className="quiet">{d.title}</Link> },
              { id: "status", header: t("duties.status"), cell: (d) => <DutyBadge status={d.status} flags={d.flags} />, phone: "badge" },
              { id: "due", header: t("duties.due"), cell: (d) => (d.due.on === null && d.status !== "open" ? "–" : <DueDay due={d.due} />) },
              { id: "valid", header: t("duties.valid_through"), cell: (d) => f.day(d.cycles.findLast((c) => c.validThroughOn !== null)?.validThroughOn ?? null) },
              { id: "rounds", header: t("duties.rounds"), cell: (d) => f.number(d.cycles.length), end: true },
              { id: "why", header: t("duties.why"), cell: (d) => <Button size="compact-sm" variant="subtle" onClick={() => setWhy(d.obligationId)}>{t("duties.why_open")}</Button> },
            ]} />
          )}
          <Panel title={t("completions.title")} flush>
            {a.proofs.length === 0 ? <Empty compact icon={<IconCertificate size={22} />} title={t("completions.empty")} /> : (
              <ul className={css["plain"]} style={{ paddingInline: 20, paddingBlockEnd: 12 }}>
                {a.proofs.map((p) => <li key={p.id}><span style={{ textAlign: "start", color: "inherit" }}><b>{p.course.title}</b>{p.version ? ` · ${t("courses.version_number", { number: p.version.number })}` : ""}</span><span>{p.revokedAt === null ? f.day(p.achievedOn) : <StateBadge state="revoked" />}</span></li>)}
              </ul>
            )}
          </Panel>
          {why !== null && <WhyDrawer obligationId={why} close={() => setWhy(null)} />}
        </div>
      ) : a.certificates.length === 0 ? <Panel><Empty icon={<IconCertificate size={26} />} title={t("certificates.empty")}>{t("certificates.empty_text")}</Empty></Panel> : (
        <DataList id="person-certificates" label={t("certificates.title")} rows={a.certificates} rowKey={(c) => c.id} link={(c) => ({ to: "/certificates/$certificateId", params: { certificateId: c.id } })} columns={[
          { id: "number", header: t("certificates.number"), cell: (c) => <span className="figures">{c.number}</span> }, { id: "title", header: t("certificates.course"), cell: (c) => c.title },
          { id: "issued", header: t("certificates.issued"), cell: (c) => f.instant(c.issuedAt) }, { id: "valid", header: t("duties.valid_through"), cell: (c) => (c.validThroughOn === null ? t("validity.forever") : f.day(c.validThroughOn)) },
          { id: "state", header: t("people.state"), cell: (c) => <StateBadge state={c.state} />, phone: "badge" },
          { id: "pdf", header: "PDF", cell: (c) => (c.pdfState === "ready" ? <a href={`/api/certificates/${c.id}/pdf`} target="_blank" rel="noreferrer" aria-label={`PDF ${c.number}`}><IconFileTypePdf size={18} /></a> : <StateBadge state={c.pdfState} />) },
        ]} />
      ))}
    </Answered>
  );
}
