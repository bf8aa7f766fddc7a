/** The parts of a course with what is done; parts whose turn has not come are shown, not linked. */
import type { api } from "./api.ts";
import { Icon, type IconName } from "./icon.tsx";
import { to } from "./router.ts";
import { minutes, num, t } from "./words.ts";

export type Unit = Awaited<ReturnType<typeof api.attempts.get>>["units"][number];
const icons: Readonly<Record<Unit["kind"], IconName>> = { lesson: "book", document: "file", quiz: "quiz" };

function quizWords(unit: Unit): string | null {
  if (unit.quiz === null) return null;
  if (unit.quiz.isPassed) return unit.quiz.bestPercent === null ? t("quiz.passed") : t("quiz.passedWith", { percent: num(unit.quiz.bestPercent) });
  if (unit.quiz.openSittingId !== null) return t("quiz.running");
  if (unit.quiz.sittingsLeft === null) return null;
  return t("quiz.triesLeft", { count: unit.quiz.sittingsLeft });
}

interface ContentsProps { readonly units: readonly Unit[]; readonly attemptId: string | undefined; readonly current?: string; readonly onChoose?: () => void }

export function Contents({ units, attemptId, current, onChoose }: ContentsProps) {
  return (
    <ol class="card contents">
      {units.map((unit) => {
        const inside = (
          <>
            <Icon name={icons[unit.kind]} />
            <span><bdi>{unit.title}</bdi><small>{[t(`kind.${unit.kind}`), minutes(unit.minutes), quizWords(unit)].filter(Boolean).join(" · ")}</small></span>
            {unit.isDone ? <span class="done-mark"><Icon name="checked" size={22} /><span class="unseen">{t("done")}</span></span> : unit.mayOpen || attemptId === undefined ? <span /> : <><Icon name="lock" size={18} /><span class="unseen">{t("contents.later")}</span></>}
          </>
        );
        return (
          <li key={unit.unitId}>
            {attemptId !== undefined && (unit.mayOpen || unit.isDone)
              ? <a href={to.learn(attemptId, unit.unitId)} aria-current={unit.unitId === current ? "page" : undefined} onClick={onChoose}>{inside}</a>
              : <div class="step">{inside}</div>}
          </li>
        );
      })}
    </ol>
  );
}
