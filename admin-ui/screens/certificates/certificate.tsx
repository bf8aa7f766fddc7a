import { type ReactNode, useState } from "react";
import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { IconExternalLink, IconFileTypePdf } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Page } from "../../parts/page.tsx";
import { FactStrip, Pairs, Panel } from "../../parts/panel.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { languageNames, isLanguage } from "../../../ui-shared/i18n.ts";
import people from "../people/people.module.css";
import courses from "../courses/courses.module.css";

export function CertificateScreen(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const { certificateId } = useParams({ from: "/inside/certificates/$certificateId" });
  const [dialog, setDialog] = useState<"revoke" | "restore" | null>(null);
  const query = useQuery({ queryKey: ["certificates", certificateId], queryFn: ({ signal }) => api.certificates.get({ certificateId }, { signal }), refetchInterval: (q) => (q.state.data?.pdfState === "queued" ? 1_500 : false) });
  const crumbs = [{ label: t("certificates.title"), link: { to: "/certificates" } as const }];
  if (query.data === undefined) return <Page title={t("certificates.one")} crumbs={crumbs}>{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Loading shape="page" />}</Page>;
  const c = query.data;
  const mayWrite = session.can("certificates.write");
  return (
    <Page title={c.number} crumbs={crumbs} badge={<StateBadge state={c.state} />} about={<bdi>{c.holder} · {c.courseTitle}</bdi>} actions={(
      <>
        {mayWrite && c.state !== "revoked" && <Button variant="subtle" color="danger" onClick={() => setDialog("revoke")}>{t("certificates.revoke")}</Button>}
        {mayWrite && c.state === "revoked" && <Button variant="default" onClick={() => setDialog("restore")}>{t("certificates.restore")}</Button>}
        <Button variant="default" component="a" href={`/verify/${c.code}`} target="_blank" rel="noreferrer" leftSection={<IconExternalLink size={16} />}>{t("certificates.verify")}</Button>
        <Button component="a" href={`/api/certificates/${c.id}/pdf`} target="_blank" rel="noreferrer" leftSection={<IconFileTypePdf size={16} />} disabled={c.pdfState !== "ready"} loading={c.pdfState === "queued"}>PDF</Button>
      </>
    )}>
      {c.state === "revoked" && <Alert color="danger" variant="light" title={t("certificates.is_revoked")}>{c.changes.findLast((x) => x.state === "revoked")?.reason}</Alert>}
      <FactStrip facts={[
        { label: t("certificates.holder"), value: <Link to="/people/$personId" params={{ personId: c.personId }} className="quiet"><bdi>{c.holder}</bdi></Link> }, { label: t("completions.achieved"), value: f.day(c.achievedOn) },
        { label: t("duties.valid_through"), value: c.validThroughOn === null ? t("validity.forever") : f.day(c.validThroughOn) }, { label: t("completions.score"), value: c.record.scorePercent === null ? "–" : f.percent(c.record.scorePercent / 100) }, { label: t("certificates.issued"), value: f.instant(c.issuedAt) },
      ]} />
      <div className={people["columns"]}>
        <div className={people["stack"]}>
          <Panel title={t("certificates.record")} about={t("certificates.record_about")}>
            <Pairs pairs={[
              [t("certificates.organisation"), c.record.organisation], [t("certificates.course"), c.record.course], [t("courses.version"), t("courses.version_number", { number: c.record.courseVersion })], [t("requirements.one"), c.record.requirement ?? "–"],
              [t("certificates.moment"), `${f.instant(c.record.achievedAt, true)} (${f.zone})`], [t("certificates.printed_zone"), c.record.zone], [t("own.language"), isLanguage(c.record.language) ? languageNames[c.record.language] : c.record.language],
            ]} />
          </Panel>
          {c.changes.length > 0 && <Panel title={t("certificates.changes")}><ul className={people["plain"]}>{c.changes.map((x) => <li key={x.changedAt}><div><b>{x.state === "revoked" ? t("state.revoked") : t("certificates.restored")}</b><small style={{ display: "block", color: "var(--mu-text-faint)" }}>{x.reason}</small></div><span>{f.instant(x.changedAt)}</span></li>)}</ul></Panel>}
        </div>
        <Panel title={t("certificates.check")} about={t("certificates.check_about")}>
          <Pairs pairs={[
            [t("certificates.link"), <span key="l" style={{ display: "grid", justifyItems: "start", gap: 6 }}><a href={`/verify/${c.code}`} target="_blank" rel="noreferrer" className={courses["hash"]}>{c.record.verifyUrl}</a> <CopyButton value={c.record.verifyUrl} /></span>],
            [t("certificates.record_hash"), <span key="r" className={courses["hash"]}>{c.recordSha256}</span>], [t("certificates.pdf_hash"), c.pdfSha256 === null ? <StateBadge key="p" state={c.pdfState} /> : <span key="p" className={courses["hash"]}>{c.pdfSha256}</span>], [t("courses.hash"), <span key="c" className={courses["hash"]}>{c.record.courseSha256}</span>],
          ]} />
        </Panel>
      </div>
      {dialog === "revoke" && <ReasonDialog danger title={t("certificates.revoke")} about={t("certificates.revoke_about")} button={t("certificates.revoke")} close={() => setDialog(null)} run={(reason) => api.certificates.revoke({ certificateId, reason })} />}
      {dialog === "restore" && <ReasonDialog title={t("certificates.restore")} about={t("certificates.restore_about")} button={t("certificates.restore")} close={() => setDialog(null)} run={(reason) => api.certificates.restore({ certificateId, reason })} />}
    </Page>
  );
}
