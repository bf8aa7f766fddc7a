/** A course before and between: what it is, why and until when, its parts, and the one next step. */
import { useState } from "preact/hooks";
import { api, ApiFailure } from "../parts/api.ts";
import { Contents } from "../parts/contents.tsx";
import { DutyMeta, Progress, why } from "../parts/duty.tsx";
import { FailureNote, FailurePage, Skeleton } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { Page } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { newKey } from "../parts/insist.ts";
import { useLoad } from "../parts/load.ts";
import { go, to } from "../parts/router.ts";
import { minutes, moment, t } from "../parts/words.ts";

export function Course({ courseId }: { readonly courseId: string }) {
  const page = useLoad(`course ${courseId}`, (signal) => api.attempts.coursePage({ courseId }, { signal }));
  const mine = useLoad("mine", (signal) => api.obligations.mine({}, { signal }));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const [key] = useState(newKey);
  const found = page.value;
  const open = mine.value ? [mine.value.next, ...mine.value.dueThisWeek, ...mine.value.later].find((each) => each?.course.id === courseId) ?? null : null;

  async function begin(): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      const attempt = await api.attempts.start({ courseId }, { idempotencyKey: key });
      go(to.learn(attempt.id));
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    } finally { setBusy(false); }
  }

  if (!found) return (
    <Page title={page.failure ? t("failure.title") : t("loading")} back={{ path: "/", word: t("nav.training") }} busy={!page.failure}>
      {page.failure ? <FailurePage failure={page.failure} again={page.again} /> : <Skeleton lines={[80, 60]} cards={1} />}
    </Page>
  );
  const { attempt, course, units } = found;
  const isRunning = attempt?.state === "open";
  const isDone = attempt?.state === "completed";
  const done = units.filter((unit) => unit.isDone).length;
  return (
    <Page title={course.title} back={{ path: "/", word: t("nav.training") }}>
      <div class="stack loose">
        <div class="stack">
          {course.summary !== "" && <p dir="auto" lang={course.language}>{course.summary}</p>}
          {open ? <><DutyMeta duty={open} /><p class="why">{why(open.why)}</p></> : <p class="meta"><span><Icon name="clock" size={18} />{minutes(course.minutes)}</span></p>}
        </div>
        {isDone && attempt.completedAt && (
          <div class="note good"><Icon name="checked" /><div><p>{t("course.done", { when: moment(attempt.completedAt) })}</p><a href={to.done(attempt.id)}>{t("course.seeDone")}</a></div></div>
        )}
        {isRunning && <div class="stack" style={{ gap: "var(--mu-2)" }}><Progress done={done} all={units.length} /><p class="small soft" aria-hidden="true">{t("progress", { done, all: units.length })}</p></div>}
        <div class="row">
          {isRunning
            ? <a class="button main big" href={to.learn(attempt.id)}>{t("continue")}<Icon name="next" /></a>
            : course.mayStart
              ? <Submit busy={busy} kind={isDone && !open ? "" : "main big"} onClick={() => { void begin(); }}>{isDone ? t("course.again") : t("start")}<Icon name="next" /></Submit>
              : !isDone && <div class="note"><Icon name="lock" /><p>{t("course.closed")}</p></div>}
        </div>
        <FailureNote failure={failure} again={() => { void begin(); }} />
        <section class="stack" aria-labelledby="contents"><h2 id="contents">{t("contents")}</h2><Contents units={units} attemptId={attempt?.id} /></section>
      </div>
    </Page>
  );
}
