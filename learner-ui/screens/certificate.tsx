/** One certificate: what it says, its document, and the address by which anybody can check it. */
import { useState } from "preact/hooks";
import { announce } from "../parts/announce.ts";
import { api } from "../parts/api.ts";
import { CertificateFile } from "../parts/certificate-file.tsx";
import { FailurePage, Skeleton } from "../parts/failure.tsx";
import { Page } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoad } from "../parts/load.ts";
import { day, moment, num, ownZone, t } from "../parts/words.ts";
import { zoneName } from "../../ui-shared/format.ts";

type Detail = Awaited<ReturnType<typeof api.certificates.mineOne>>;

function CopyLink({ address }: { readonly address: string }) {
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try { await navigator.clipboard.writeText(address); } catch { return; }
    setCopied(true);
    announce(t("copied"));
    setTimeout(() => setCopied(false), 3_000);
  }
  return (
    <div class="stack" style={{ gap: "var(--mu-2)" }}>
      <p class="copy"><code>{address}</code></p>
      <div class="row no-print">
        <button type="button" class="button" onClick={() => { void copy(); }}><Icon name={isCopied ? "check" : "copy"} />{isCopied ? t("copied") : t("copy")}</button>
        <a class="button quiet" href={address} target="_blank" rel="noreferrer">{t("certificate.check")}<Icon name="external" size={18} /></a>
      </div>
    </div>
  );
}

function Facts({ found }: { readonly found: Detail }) {
  const { record } = found;
  return (
    <section class="card seal" aria-label={t("certificate.facts")}>
      <div class="row apart">
        <span class={`badge ${found.state === "valid" ? "good" : found.state === "revoked" ? "bad" : "warn"}`}><Icon name={found.state === "valid" ? "checked" : "warning"} size={16} />{t(`certificate.${found.state}`)}</span>
        <span class="soft figures"><bdi>{record.number}</bdi></span>
      </div>
      <dl class="facts">
        <dt>{t("certificate.holder")}</dt><dd><bdi>{record.holder}</bdi></dd>
        <dt>{t("certificate.course")}</dt><dd><bdi>{record.course}</bdi> <span class="soft">{t("record.version", { number: record.courseVersion })}</span></dd>
        {record.requirement && <><dt>{t("certificate.requirement")}</dt><dd><bdi>{record.requirement}</bdi></dd></>}
        <dt>{t("certificate.achieved")}</dt><dd class="figures">{moment(record.achievedAt, record.zone)} ({zoneName(record.zone)})</dd>
        {record.scorePercent !== null && <><dt>{t("certificate.score")}</dt><dd>{num(record.scorePercent)} %</dd></>}
        <dt>{t("certificate.through")}</dt><dd>{record.validThroughOn === null ? t("certificate.forever") : day(record.validThroughOn)}</dd>
        <dt>{t("certificate.issuer")}</dt><dd><bdi>{record.organisation}</bdi>, <span class="figures">{moment(record.issuedAt, ownZone)}</span></dd>
      </dl>
      {found.changes.length > 0 && (
        <ul class="stack">
          {found.changes.map((change) => (
            <li key={change.changedAt} class={`note ${change.state === "revoked" ? "bad" : "good"}`}>
              <Icon name={change.state === "revoked" ? "close" : "check"} /><p>{t(`certificate.was.${change.state}`, { when: moment(change.changedAt), who: change.changedBy })} {change.reason}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function Certificate({ certificateId }: { readonly certificateId: string }) {
  const certificate = useLoad(`certificate ${certificateId}`, (signal) => api.certificates.mineOne({ certificateId }, { signal }));
  const found = certificate.value;
  return (
    <Page title={found?.record.course ?? t("certificate.title")} eyebrow={found ? t("certificate.title") : undefined} back={{ path: "/record", word: t("record.title") }} busy={!found && !certificate.failure}>
      {!found && (certificate.failure ? <FailurePage failure={certificate.failure} again={certificate.again} /> : <Skeleton lines={[40, 80, 70, 60]} />)}
      {found && (
        <div class="stack loose">
          <Facts found={found} />
          <div class="row no-print"><CertificateFile certificateId={found.id} number={found.number} /></div>
          <section class="card stack" aria-labelledby="verify">
            <h2 id="verify">{t("certificate.verify")}</h2>
            <p class="soft">{t("certificate.verifyLead")}</p>
            <CopyLink address={found.record.verifyUrl} />
            <p class="small soft"><span>{t("certificate.hash")}</span> <code style={{ overflowWrap: "anywhere" }}><bdi>{found.recordSha256}</bdi></code></p>
          </section>
        </div>
      )}
    </Page>
  );
}
