/** The player's entry: finds the attempt and the part, continues where one left. */
import "../styles/player.css";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { api, ApiFailure } from "../parts/api.ts";
import { FailurePage, Skeleton } from "../parts/failure.tsx";
import { Page } from "../parts/frame.tsx";
import { type Loaded, useLoad } from "../parts/load.ts";
import { go, to } from "../parts/router.ts";
import { t } from "../parts/words.ts";
import { DocumentPart } from "./document.tsx";
import { LessonPart } from "./lesson.tsx";
import { QuizPart } from "./quiz.tsx";
import type { Attempt, Done } from "./shapes.ts";
import { neighbours, Shell } from "./shell.tsx";

/** Where to go when no part is named: the kept place, else the first part that is open and not done. */
function firstUnit(attempt: Attempt): string | undefined {
  const todo = attempt.units.find((unit) => !unit.isDone && unit.mayOpen)?.unitId;
  const kept = attempt.units.find((unit) => unit.unitId === attempt.place?.unitId && (unit.mayOpen || unit.isDone));
  // A place in a part that is done since then would lead backwards.
  return kept !== undefined && !kept.isDone ? kept.unitId : todo ?? kept?.unitId ?? attempt.units[0]?.unitId;
}

function Part({ attempt, unitId, loaded }: { readonly attempt: Attempt; readonly unitId: string; readonly loaded: Loaded<Attempt> }) {
  const unit = useLoad(`unit ${attempt.id} ${unitId}`, (signal) => api.attempts.unit({ attemptId: attempt.id, unitId }, { signal }));
  const page = unit.value;
  function onDone(done: Done): void {
    loaded.put({ ...attempt, units: attempt.units.map((each) => each.unitId === unitId ? done.state : each) });
    loaded.again();
    if (done.completion !== null) { go(to.done(attempt.id)); return; }
    const { after } = neighbours(attempt, unitId);
    go(after === undefined ? to.course(attempt.courseId) : to.learn(attempt.id, after));
  }
  const onChange = (): void => { loaded.again(); unit.again(); };
  if (!page) {
    return (
      <Shell attempt={attempt} unitId={unitId} foot={<span />}>
        {unit.failure
          ? <FailurePage failure={unit.failure} again={unit.again}><a class="button" href={to.course(attempt.courseId)}>{t("contents")}</a></FailurePage>
          : <Skeleton lines={[55, 95, 90, 97, 60]} />}
      </Shell>
    );
  }
  const props = { attempt, page, onDone, onChange };
  if (page.unit.kind === "lesson") return <LessonPart key={unitId} {...props} />;
  if (page.unit.kind === "document") return <DocumentPart key={unitId} {...props} />;
  return <QuizPart key={unitId} {...props} />;
}

export function LearnPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const attemptId = params["attemptId"] ?? "";
  const attempt = useLoad(`attempt ${attemptId}`, (signal) => api.attempts.get({ attemptId }, { signal }));
  const found = attempt.value;
  const unitId = params["unitId"];
  useLayoutEffect(() => {
    if (!found || unitId !== undefined) return;
    const first = firstUnit(found);
    if (first !== undefined) go(to.learn(found.id, first), { replace: true });
  }, [found, unitId]);
  // The attempt may have been changed on another device since it was read.
  useEffect(() => {
    const look = (): void => { if (document.visibilityState === "visible") attempt.again(); };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  if (!found) return (
    <Page title={attempt.failure ? t("failure.title") : t("loading")} busy={!attempt.failure}>
      {attempt.failure ? <FailurePage failure={attempt.failure} again={attempt.again} /> : <Skeleton lines={[40, 90, 90, 70]} />}
    </Page>
  );
  if (unitId === undefined) return null;
  if (!found.units.some((unit) => unit.unitId === unitId)) return <Page title={t("failure.gone")}><FailurePage failure={new ApiFailure(404, { code: "attempts.no_unit" }, null)} /></Page>;
  return <Part attempt={found} unitId={unitId} loaded={attempt} />;
}
