/** A quiz part: rules first, then the sitting, then the result. A running sitting is resumed at once. */
import { useEffect, useState } from "preact/hooks";
import { api, ApiFailure } from "../parts/api.ts";
import { FailureNote, FailurePage, Skeleton } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { useHeading } from "../parts/frame.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { to } from "../parts/router.ts";
import { moment, num, t } from "../parts/words.ts";
import { Prose, useInsist } from "./lesson.tsx";
import { Result } from "./result.tsx";
import type { PartProps, SittingResult, SittingView, UnitPage } from "./shapes.ts";
import { Back, neighbours, Shell } from "./shell.tsx";
import { Sitting } from "./sitting.tsx";

type Stage = { readonly name: "rules" } | { readonly name: "sitting"; readonly sitting: SittingView } | { readonly name: "result"; readonly result: SittingResult };

function Rule({ icon, children }: { readonly icon: IconName; readonly children: string }) {
  return <li class="row" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}><Icon name={icon} /><span>{children}</span></li>;
}

function Rules({ page }: { readonly page: UnitPage }) {
  const { quiz } = page;
  if (quiz === null) return null;
  return (
    <ul class="card stack">
      <Rule icon="quiz">{t("quiz.questions", { count: quiz.questionCount })}</Rule>
      <Rule icon="check">{t("quiz.mark", { percent: num(quiz.passPercent) })}</Rule>
      <Rule icon="refresh">{quiz.sittingsLeft === null ? t("quiz.unlimited") : t("quiz.triesLeft", { count: quiz.sittingsLeft })}</Rule>
      <Rule icon="clock">{quiz.limitMinutes === null ? t("quiz.noLimit") : t("quiz.limit", { minutes: quiz.limitMinutes })}</Rule>
      <Rule icon="cloud">{t("quiz.safe")}</Rule>
    </ul>
  );
}

function Earlier({ page, onShow }: { readonly page: UnitPage; readonly onShow: (sittingId: string) => void }) {
  const over = page.sittings.filter((sitting) => sitting.state !== "open");
  if (over.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="earlier">
      <h2 id="earlier">{t("quiz.earlier")}</h2>
      <ul class="card proof-list">
        {over.map((sitting) => (
          <li key={sitting.id} class="record-row">
            <div><h3>{t("quiz.try", { number: sitting.number })}</h3><p class="small soft figures">{sitting.submittedAt && moment(sitting.submittedAt)}</p></div>
            <div class="end">
              <p>{sitting.isPassed !== null && <span class={`badge ${sitting.isPassed ? "good" : "warn"}`}>{sitting.isPassed ? t("quiz.passed") : t("quiz.notPassed")}{sitting.percent !== null && ` · ${num(sitting.percent)} %`}</span>}</p>
              <button type="button" class="button quiet" onClick={() => onShow(sitting.id)}>{t("quiz.seeResult")}<span class="unseen"> {num(sitting.number)}</span></button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Next({ attempt, unitId }: { readonly attempt: PartProps["attempt"]; readonly unitId: string }) {
  const { after } = neighbours(attempt, unitId);
  if (attempt.completion !== null) return <a class="button main" href={to.done(attempt.id)}>{t("finish")}<Icon name="next" /></a>;
  return <a class="button main" href={after === undefined ? to.course(attempt.courseId) : to.learn(attempt.id, after)}>{after === undefined ? t("contents") : t("next")}<Icon name="next" /></a>;
}

export function QuizPart({ attempt, page, onChange }: PartProps) {
  const unitId = page.unit.id;
  const [stage, setStage] = useState<Stage>({ name: "rules" });
  const [lost, setLost] = useState<ApiFailure>();
  const write = useInsist();
  const openId = attempt.state === "open" ? page.state.quiz?.openSittingId ?? null : null;
  const heading = useHeading(page.unit.title);
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (openId === null || stage.name !== "rules") return;
    const stop = new AbortController();
    api.attempts.sitting({ sittingId: openId }, { signal: stop.signal }).then((sitting) => {
      if (sitting.state === "open") setStage({ name: "sitting", sitting });
      else onChange();
    }, (error: unknown) => { if (error instanceof ApiFailure) setLost(error); });
    return () => stop.abort();
  }, [openId, round]);

  async function begin(): Promise<void> {
    const sitting = await write.run((idempotencyKey) => api.attempts.sit({ attemptId: attempt.id, unitId }, { idempotencyKey }));
    if (sitting) { onChange(); setStage({ name: "sitting", sitting }); }
  }
  async function show(sittingId: string): Promise<void> {
    const result = await write.run(() => api.attempts.result({ sittingId }));
    if (result) setStage({ name: "result", result });
  }

  if (stage.name === "sitting") {
    return <Sitting attempt={attempt} title={page.unit.title} sitting={stage.sitting} onResult={(result) => { setStage({ name: "result", result }); onChange(); }} />;
  }
  if (stage.name === "result") {
    const { result } = stage;
    return <Result attempt={attempt} title={page.unit.title} result={result} next={<Next attempt={attempt} unitId={unitId} />} onAgain={() => setStage({ name: "rules" })} />;
  }
  const isPassed = page.state.quiz?.isPassed ?? false;
  const left = page.quiz?.sittingsLeft ?? null;
  const mayBegin = attempt.state === "open" && !isPassed && openId === null && left !== 0;
  return (
    <Shell attempt={attempt} unitId={unitId} foot={
      <>
        <Back attempt={attempt} unitId={unitId} />
        {write.isCut && <p class="saved cut" role="status">{t("quiz.beginCut")}</p>}
        {mayBegin ? <Submit busy={write.busy} onClick={() => { void begin(); }}>{page.sittings.length === 0 ? t("quiz.begin") : t("quiz.again")}</Submit>
          : openId === null && (isPassed || attempt.state !== "open") ? <Next attempt={attempt} unitId={unitId} /> : <span />}
      </>
    }>
      <h1 ref={heading} tabIndex={-1}><bdi>{page.unit.title}</bdi></h1>
      {openId !== null
        ? lost ? <FailurePage failure={lost} again={() => { setLost(undefined); setRound(round + 1); }} /> : <><p role="status">{t("quiz.resuming")}</p><Skeleton lines={[80, 95, 95]} /></>
        : (
          <>
            {page.unit.html !== "" && <Prose html={page.unit.html} />}
            {isPassed && <div class="note good"><Icon name="checked" /><p>{t("quiz.alreadyPassed")}</p></div>}
            {!isPassed && left === 0 && <div class="note warn"><Icon name="warning" /><p>{t("quiz.noneLeft")}</p></div>}
            {!isPassed && <Rules page={page} />}
            <Earlier page={page} onShow={(sittingId) => { void show(sittingId); }} />
          </>
        )}
      <FailureNote failure={write.failure} />
    </Shell>
  );
}
