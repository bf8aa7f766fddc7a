/** My training: the one next thing, then what is due this week, later, and done. */
import { api } from "../parts/api.ts";
import { type Duty, DutyMeta, isLate, metWords, Progress, why } from "../parts/duty.tsx";
import { FailureNote, FailurePage, Skeleton } from "../parts/failure.tsx";
import { Page } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoad } from "../parts/load.ts";
import { to } from "../parts/router.ts";
import { session } from "../parts/session.ts";
import { clockTime, dayOf, dueDay, num, t } from "../parts/words.ts";

const hasBegun = (duty: Duty): boolean => duty.attempt?.state === "open";

function NextUp({ duty }: { readonly duty: Duty }) {
  const late = isLate(duty);
  const begun = hasBegun(duty);
  return (
    <section class={`card next-up${late ? " late" : ""}`} aria-labelledby="next-title">
      <p class="eyebrow"><Icon name={late ? "warning" : "book"} size={18} />{late ? t("next.late") : begun ? t("next.continue") : t("next.start")}</p>
      <div class="stack" style={{ gap: "var(--mu-2)" }}>
        <h2 id="next-title"><bdi lang={duty.course.language}>{duty.course.title}</bdi></h2>
        <DutyMeta duty={duty} />
      </div>
      <div>
        {duty.requirementReason !== "" && <p><bdi>{duty.requirementReason}</bdi></p>}
        <p class="why">{why(duty.why)}</p>
      </div>
      {begun && duty.attempt && (
        <div class="stack" style={{ gap: "var(--mu-2)" }}>
          <Progress done={duty.attempt.doneCount} all={duty.attempt.unitCount} />
          <p class="small soft" aria-hidden="true">{t("progress", { done: duty.attempt.doneCount, all: duty.attempt.unitCount })}</p>
        </div>
      )}
      <div class="row">
        <a class="button main big" href={begun && duty.attempt ? to.learn(duty.attempt.id) : to.course(duty.course.id)}>
          {begun ? t("continue") : t("start")}<Icon name="next" />
        </a>
        {begun && <a class="button quiet" href={to.course(duty.course.id)}>{t("contents")}</a>}
      </div>
    </section>
  );
}

function DutyCard({ duty, isDone = false }: { readonly duty: Duty; readonly isDone?: boolean }) {
  return (
    <li class="card duty">
      <div>
        <h3><a href={to.course(duty.course.id)}><bdi lang={duty.course.language}>{duty.course.title}</bdi></a></h3>
        {isDone ? <p class="meta"><span class="figures">{metWords(duty)}</span></p> : <DutyMeta duty={duty} />}
        {isDone
          ? duty.renewsAt !== null && <p class="why">{t("met.again", { day: dayOf(duty.renewsAt, duty.due.zone) })}</p>
          : <p class="why">{why(duty.why)}</p>}
      </div>
      {isDone ? <span class="done-mark"><Icon name="checked" size={26} /><span class="unseen">{t("done")}</span></span> : <Icon name="next" />}
      {!isDone && hasBegun(duty) && duty.attempt && <Progress done={duty.attempt.doneCount} all={duty.attempt.unitCount} />}
    </li>
  );
}

function Group({ id, title, duties, isDone = false }: { readonly id: string; readonly title: string; readonly duties: readonly Duty[]; readonly isDone?: boolean }) {
  if (duties.length === 0) return null;
  return (
    <section class="stack" aria-labelledby={id}>
      <h2 id={id} class="section-title">{title}<span class="count">{num(duties.length)}</span></h2>
      <ul class="duties">{duties.map((duty) => <DutyCard key={duty.obligationId} duty={duty} isDone={isDone} />)}</ul>
    </section>
  );
}

export function MyTraining() {
  const mine = useLoad("mine", (signal) => api.obligations.mine({}, { signal }));
  const found = mine.value;
  const openCount = found ? (found.next === null ? 0 : 1) + found.dueThisWeek.length + found.later.length : 0;
  return (
    <Page title={t("training.title")} lead={found ? t("training.count", { count: openCount }) : undefined} eyebrow={t("training.hello", { name: session.value?.name ?? "" })} busy={!found && !mine.failure}>
      {!found && mine.failure && <FailurePage failure={mine.failure} again={mine.again} />}
      {!found && !mine.failure && <Skeleton lines={[]} cards={4} />}
      {found && (
        <div class="stack loose">
          {mine.failure && (
            <div class="stack"><FailureNote failure={mine.failure} again={mine.again} /><p class="small soft">{t("stale", { time: clockTime(mine.readAt) })}</p></div>
          )}
          {found.next
            ? <NextUp duty={found.next} />
            : (
              <section class="card stack empty">
                <span class="done-mark"><Icon name="checked" size={44} /></span>
                <h2>{t("nothing.title")}</h2>
                <p class="soft">{found.nextDate?.on ? t("nothing.next", { day: dueDay(found.nextDate.on, found.nextDate.zone) }) : t("nothing.none")}</p>
                <a class="button" href="/record">{t("record.open")}</a>
              </section>
            )}
          <Group id="week" title={t("group.week")} duties={found.dueThisWeek} />
          <Group id="later" title={t("group.later")} duties={found.later} />
          <Group id="done" title={t("group.done")} duties={found.done} isDone />
        </div>
      )}
    </Page>
  );
}
