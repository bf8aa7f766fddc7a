/** All questions at a glance before handing in: what is answered, what is flagged, one tap to each. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { num, t } from "../parts/words.ts";
import { type Given, nothingGiven, type Question } from "./shapes.ts";

interface OverviewProps { readonly questions: readonly Question[]; readonly given: Readonly<Record<string, Given>>; readonly onShow: (index: number) => void; readonly isWaiting: boolean }

export function Overview({ questions, given, onShow, isWaiting }: OverviewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { heading.current?.focus({ preventScroll: true }); scrollTo(0, 0); }, []);
  const open = questions.filter((question) => (given[question.id] ?? nothingGiven).answer === null).length;
  const flagged = questions.filter((question) => given[question.id]?.isFlagged).length;
  return (
    <section class="stack" aria-labelledby="overview">
      <h2 id="overview" ref={heading} tabIndex={-1} style={{ fontSize: "var(--mu-size-xl)" }}>{t("quiz.look")}</h2>
      {open > 0
        ? <div class="note warn"><Icon name="warning" /><p>{t("quiz.stillOpen", { count: open })}</p></div>
        : <div class="note good"><Icon name="checked" /><p>{t("quiz.allGiven")}</p></div>}
      {flagged > 0 && <p class="soft">{t("quiz.flaggedCount", { count: flagged })}</p>}
      <ol class="tiles">
        {questions.map((question, index) => {
          const each = given[question.id] ?? nothingGiven;
          const words = [t("quiz.question", { number: index + 1, all: questions.length }), each.answer === null ? t("quiz.open") : t("quiz.given"), each.isFlagged ? t("quiz.flagged") : ""].filter(Boolean).join(", ");
          return (
            <li key={question.id}>
              <button type="button" class={`tile${each.answer === null ? "" : " given"}`} style={{ width: "100%" }} aria-label={words} onClick={() => onShow(index)}>{num(index + 1)}{each.isFlagged && <Icon name="flag" size={18} />}</button>
            </li>
          );
        })}
      </ol>
      <p class="legend-row" aria-hidden="true"><span><i class="swatch given" />{t("quiz.given")}</span><span><i class="swatch" />{t("quiz.open")}</span><span><Icon name="flag" size={16} />{t("quiz.flagged")}</span></p>
      <p class="soft">{isWaiting ? t("quiz.waiting") : t("quiz.handInHelp")}</p>
    </section>
  );
}
