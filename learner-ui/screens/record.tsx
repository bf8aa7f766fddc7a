/** My record: every completion of every year, its certificate, and each requirement with all its rounds. Prints well. */
import { api } from "../parts/api.ts";
import { FailureNote, FailurePage, Skeleton } from "../parts/failure.tsx";
import { Page } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoad } from "../parts/load.ts";
import { to } from "../parts/router.ts";
import { organisation } from "../parts/brand.ts";

import { clockTime, day, dueDay, moment, num, ownZone, t } from "../parts/words.ts";

type Transcript = Awaited<ReturnType<typeof api.reports.transcriptMine>>;
type Proof = Transcript["proofs"][number];
type Owed = Transcript["duties"][number];
type Certificate = Transcript["certificates"][number];

function ProofRow({ proof, certificate }: { readonly proof: Proof; readonly certificate: Certificate | undefined }) {
  const isRevoked = proof.revokedAt !== null;
  return (
    <li class="record-row">
      <div>
        <h3><bdi>{proof.course.title}</bdi></h3>
        <p class="meta figures">
          <span>{t("met.on", { when: moment(proof.achievedAt, proof.zone) })}</span>
          {proof.version && <span>{t("record.version", { number: proof.version.number })}</span>}
          {proof.scorePercent !== null && <span>{t("record.score", { percent: num(proof.scorePercent) })}</span>}
        </p>
        {isRevoked && <p><span class="badge bad"><Icon name="close" size={14} />{t("record.revoked", { day: moment(proof.revokedAt ?? "", proof.zone) })}</span> {proof.revokedReason}</p>}
      </div>
      <div class="end">
        {certificate && <a href={to.certificate(certificate.id)} class="row" style={{ gap: "var(--mu-1)", display: "inline-flex", minHeight: "2rem" }}><Icon name="award" size={18} />{t("record.certificate", { number: certificate.number })}</a>}
        {certificate?.validThroughOn && !isRevoked && <p class="small soft">{t("met.through", { day: day(certificate.validThroughOn) })}</p>}
      </div>
    </li>
  );
}

function StatusBadge({ owed }: { readonly owed: Owed }) {
  const late = owed.status === "open" && (owed.flags.includes("overdue") || owed.flags.includes("lapsed"));
  const kind = owed.status === "compliant" ? "good" : late ? "bad" : owed.status === "open" ? "warn" : "";
  return <span class={`badge ${kind}`}>{late ? t("status.overdue") : t(`status.${owed.status}`)}</span>;
}

function Rounds({ owed }: { readonly owed: Owed }) {
  return (
    <div class="card stack">
      <div class="row apart"><h3 id={owed.obligationId}><bdi>{owed.title}</bdi></h3><StatusBadge owed={owed} /></div>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby={owed.obligationId}>
        <table class="rounds">
          <thead><tr><th scope="col">{t("round")}</th><th scope="col">{t("round.due")}</th><th scope="col">{t("round.end")}</th><th scope="col">{t("round.through")}</th></tr></thead>
          <tbody>
            {owed.cycles.map((cycle) => (
              <tr key={cycle.id}>
                <th scope="row" data-label={t("round")}>{num(cycle.number)}</th>
                <td data-label={t("round.due")}>{cycle.due.on === null ? t("due.unresolved") : dueDay(cycle.due.on, cycle.due.zone)}</td>
                <td data-label={t("round.end")}>{cycle.closeCode === null ? t("round.open") : <span>{cycle.isRevoked ? t("round.revoked") : t(`round.${cycle.closeCode}`)} <span class="soft">{cycle.closedAt && moment(cycle.closedAt, cycle.due.zone)}</span></span>}</td>
                <td data-label={t("round.through")}>{cycle.validThroughOn ? day(cycle.validThroughOn) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {owed.endedAt && <p class="small soft">{t("record.ended", { day: moment(owed.endedAt, owed.due.zone) })}</p>}
    </div>
  );
}

export function Record() {
  const transcript = useLoad("record", (signal) => api.reports.transcriptMine({}, { signal }));
  const found = transcript.value;
  const byYear = new Map<string, Proof[]>();
  for (const proof of found?.proofs ?? []) byYear.set(proof.achievedOn.slice(0, 4), [...(byYear.get(proof.achievedOn.slice(0, 4)) ?? []), proof]);
  const years = [...byYear].toSorted(([a], [b]) => b.localeCompare(a));
  return (
    <Page title={t("record.title")} busy={!found && !transcript.failure} lead={t("record.lead")}
      tools={found && found.proofs.length > 0 && <button type="button" class="button no-print" onClick={() => print()}><Icon name="print" />{t("print")}</button>}>
      {!found && (transcript.failure ? <FailurePage failure={transcript.failure} again={transcript.again} /> : <Skeleton lines={[20]} cards={3} />)}
      {found && (
        <div class="stack loose">
          {transcript.failure && <div class="stack"><FailureNote failure={transcript.failure} again={transcript.again} /><p class="small soft">{t("stale", { time: clockTime(transcript.readAt) })}</p></div>}
          <p class="print-only">{t("record.printed", { name: found.person.displayName, organisation: organisation.value?.name ?? "", when: moment(found.asOf, ownZone) })}</p>
          {years.length === 0 && (
            <div class="card stack empty"><Icon name="award" size={40} /><h2>{t("record.none")}</h2><p class="soft">{t("record.noneLead")}</p><a class="button main" href="/">{t("toTraining")}</a></div>
          )}
          {years.length > 0 && (
            <div class="years">
              {years.map(([year, proofs]) => (
                <section key={year} class="year" aria-labelledby={`y${year}`}>
                  <h2 id={`y${year}`} class="section-title">{year}<span class="count">{t("record.count", { count: proofs.length })}</span></h2>
                  <ul class="card proof-list">
                    {proofs.map((proof) => <ProofRow key={proof.id} proof={proof} certificate={found.certificates.find((c) => c.proofId === proof.id)} />)}
                  </ul>
                </section>
              ))}
            </div>
          )}
          {found.duties.length > 0 && (
            <section class="stack" aria-labelledby="duties"><h2 id="duties">{t("record.duties")}</h2>{found.duties.map((owed) => <Rounds key={owed.obligationId} owed={owed} />)}</section>
          )}
        </div>
      )}
    </Page>
  );
}
