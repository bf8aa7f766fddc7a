/** The end: receipt, certificate, when it comes again. Modest celebration. */
import "../styles/player.css";
import { api } from "../parts/api.ts";
import { CertificateFile } from "../parts/certificate-file.tsx";
import { FailurePage, Skeleton } from "../parts/failure.tsx";
import { Page } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoad } from "../parts/load.ts";
import { to } from "../parts/router.ts";
import { day, dayOf, moment, num, t } from "../parts/words.ts";

export function Done({ attemptId }: { readonly attemptId: string }) {
  const attempt = useLoad(`attempt ${attemptId}`, (signal) => api.attempts.get({ attemptId }, { signal }));
  const mine = useLoad("mine", (signal) => api.obligations.mine({}, { signal }));
  const found = attempt.value;
  const completion = found?.completion;
  const duty = mine.value?.done.find((each) => each.course.id === found?.courseId);
  const next = mine.value?.next ?? null;
  return (
    <Page title={completion ? t("done.title") : found ? found.version.title : t("loading")} busy={!found && !attempt.failure}>
      {!found && (attempt.failure ? <FailurePage failure={attempt.failure} again={attempt.again} /> : <Skeleton cards={1} />)}
      {found && !completion && (
        <div class="card stack empty"><h2>{t("done.notYet")}</h2><a class="button main" href={to.learn(found.id)}>{t("continue")}</a></div>
      )}
      {found && completion && (
        <div class="stack loose">
          <section class="cheer">
            <span class="medal"><Icon name="award" size={52} /></span>
            <p class="soft">{t("done.lead")}</p>
            <p style={{ fontSize: "var(--mu-size-xl)", fontWeight: 650 }}><bdi>{found.version.title}</bdi></p>
          </section>
          <dl class="card facts">
            <dt>{t("done.when")}</dt><dd class="figures">{moment(completion.completedAt)}</dd>
            {completion.scorePercent !== null && <><dt>{t("certificate.score")}</dt><dd>{num(completion.scorePercent)} %</dd></>}
            <dt>{t("done.receipt")}</dt><dd><span class="receipt">{completion.receipt.code}</span></dd>
            {duty?.validThroughOn && <><dt>{t("certificate.through")}</dt><dd>{day(duty.validThroughOn)}</dd></>}
            {duty?.renewsAt && <><dt>{t("done.renew")}</dt><dd>{t("done.renewFrom", { day: dayOf(duty.renewsAt, duty.due.zone) })}</dd></>}
          </dl>
          {completion.certificates.map((certificate) => (
            <section key={certificate.certificateId} class="card stack" aria-label={t("record.certificate", { number: certificate.number })}>
              <div class="row"><Icon name="award" size={26} /><strong>{t("record.certificate", { number: `\u2068${certificate.number}\u2069` })}</strong></div>
              <div class="row"><CertificateFile certificateId={certificate.certificateId} number={certificate.number} /><a class="button quiet" href={to.certificate(certificate.certificateId)}>{t("done.see")}</a></div>
            </section>
          ))}
          {next
            ? <div class="row apart"><p class="soft">{t("done.next", { title: `\u2068${next.course.title}\u2069` })}</p><a class="button" href="/">{t("toTraining")}</a></div>
            : <div class="row"><a class="button" href="/">{t("toTraining")}</a></div>}
        </div>
      )}
    </Page>
  );
}
