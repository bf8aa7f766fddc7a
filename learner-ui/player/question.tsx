/** One question with large targets. The answer given is told upwards at once; a number after a short pause. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { num, t } from "../parts/words.ts";
import { decimalOf } from "./decimal.ts";
import type { Answer, Question } from "./shapes.ts";

interface QuestionProps { readonly question: Question; readonly number: number; readonly all: number; readonly answer: Answer; readonly onAnswer: (answer: Answer) => void }

function NumberField({ question, answer, onAnswer }: Pick<QuestionProps, "question" | "answer" | "onAnswer">) {
  const [typed, setTyped] = useState(answer !== null && "number" in answer ? answer.number : "");
  const [fault, setFault] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef(typed);
  const latest = useRef({ typed, onAnswer });
  latest.current = { typed, onAnswer };
  function tell(text: string): void {
    clearTimeout(timer.current);
    const value = decimalOf(text);
    setFault(text.trim() !== "" && value === undefined);
    if (told.current === text || (text.trim() !== "" && value === undefined)) return;
    told.current = text;
    latest.current.onAnswer(value === undefined ? null : { number: value });
  }
  // Leaving the question before the pause is over must not lose the number.
  useEffect(() => () => tell(latest.current.typed), []);
  const id = `q-${question.id}`;
  return (
    <div class="field">
      <label for={id} class="unseen">{t("quiz.number")}</label>
      <div class="number">
        <input id={id} type="text" inputMode="decimal" autocomplete="off" dir="ltr" value={typed} aria-invalid={fault ? "true" : undefined} aria-describedby={fault ? `${id}-fault` : undefined}
          onInput={(event) => { const text = event.currentTarget.value; setTyped(text); clearTimeout(timer.current); timer.current = setTimeout(() => tell(text), 700); }}
          onBlur={() => tell(typed)} />
        {question.unit && <span>{question.unit}</span>}
      </div>
      {fault && <div class="fault" id={`${id}-fault`} role="alert"><Icon name="warning" size={18} /><span>{t("quiz.numberFault")}</span></div>}
    </div>
  );
}

export function QuestionView({ question, number, all, answer, onAnswer }: QuestionProps) {
  const legend = useRef<HTMLLegendElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) { first.current = false; return; }
    legend.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [question.id]);
  const name = `q-${question.id}`;
  const chosen = answer === null ? [] : "choice" in answer ? [answer.choice] : "choices" in answer ? answer.choices : [];
  return (
    <fieldset class="question">
      <legend ref={legend} tabIndex={-1}>
        <span class="unseen">{t("quiz.question", { number, all })}: </span>
        <span class="lesson asked" dangerouslySetInnerHTML={{ __html: question.html }} />
      </legend>
      {question.kind === "multiple" && <p class="soft">{t("quiz.several")}</p>}
      {question.kind === "numeric"
        ? <NumberField key={question.id} question={question} answer={answer} onAnswer={onAnswer} />
        : (
          <div class="choices">
            {question.kind === "true_false" && [true, false].map((value) => (
              <label key={String(value)} class="choice"><input type="radio" name={name} checked={answer !== null && "isTrue" in answer && answer.isTrue === value} onChange={() => onAnswer({ isTrue: value })} /><span>{value ? t("quiz.true") : t("quiz.false")}</span></label>
            ))}
            {question.kind === "single" && question.choices.map((choice) => (
              <label key={choice.id} class="choice"><input type="radio" name={name} checked={chosen.includes(choice.id)} onChange={() => onAnswer({ choice: choice.id })} /><span dir="auto">{choice.text}</span></label>
            ))}
            {question.kind === "multiple" && question.choices.map((choice) => (
              <label key={choice.id} class="choice">
                <input type="checkbox" name={name} checked={chosen.includes(choice.id)} onChange={(event) => {
                  const next = event.currentTarget.checked ? [...chosen, choice.id] : chosen.filter((id) => id !== choice.id);
                  onAnswer(next.length === 0 ? null : { choices: next });
                }} /><span dir="auto">{choice.text}</span>
              </label>
            ))}
          </div>
        )}
      <p class="small soft">{t("quiz.points", { count: question.points })}<span class="unseen"> {num(number)}</span></p>
    </fieldset>
  );
}
