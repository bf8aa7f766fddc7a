/** A running quiz: one question at a time, each answer saved as given, an overview before handing in. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { announce } from "../parts/announce.ts";
import { api } from "../parts/api.ts";
import { trustServerTime } from "../parts/clock.ts";
import { FailureNote } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { Icon } from "../parts/icon.tsx";
import { useSignal } from "../parts/signal.ts";
import { forget, recall, remember } from "../parts/store.ts";
import { t } from "../parts/words.ts";
import { useInsist } from "./lesson.tsx";
import { outbox } from "./outbox.ts";
import { Overview } from "./overview.tsx";
import { QuestionView } from "./question.tsx";
import { Saved } from "./saved.tsx";
import { type Attempt, type Given, nothingGiven, type SittingResult, type SittingView } from "./shapes.ts";
import { Shell } from "./shell.tsx";
import { TimeLeft } from "./time-left.tsx";

const fromServer = (sitting: SittingView): Record<string, Given> =>
  Object.fromEntries(sitting.answers.map(({ questionId, answer, isFlagged }) => [questionId, { answer, isFlagged }]));

interface SittingProps { readonly attempt: Attempt; readonly title: string; readonly sitting: SittingView; readonly onResult: (result: SittingResult) => void }

export function Sitting({ attempt, title, sitting, onResult }: SittingProps) {
  const spot = `muster.question.${sitting.id}`;
  const overtaken = useRef<(questionId: string) => void>(() => undefined);
  const box = useMemo(() => {
    trustServerTime(sitting.now);
    const made = outbox<Given>(`muster.sitting.${sitting.id}`, Math.max(0, ...sitting.answers.map((each) => each.seq)), async (questionId, given, seq) => {
      const receipt = await api.attempts.answer({ sittingId: sitting.id, questionId, seq, ...given });
      // Another window gave a newer answer: that one counts, and is shown here too.
      if (!receipt.isNewest) { made.raise(receipt.seq); overtaken.current(questionId); }
      return receipt.savedAt;
    });
    return made;
  }, [sitting.id]);
  const state = useSignal(box.state);
  const [given, setGiven] = useState<Readonly<Record<string, Given>>>(() => ({ ...fromServer(sitting), ...box.waiting() }));
  const [at, setAt] = useState(() => Math.min(Math.max(0, Number(recall(spot) ?? 0) || 0), sitting.questions.length));
  const [isHandingIn, setHandingIn] = useState(false);
  const write = useInsist();
  const isEnding = useRef(false);
  const [isOver, setOver] = useState(false);

  overtaken.current = () => {
    api.attempts.sitting({ sittingId: sitting.id }).then((fresh) => { setGiven({ ...fromServer(fresh), ...box.waiting() }); announce(t("quiz.newer")); }, () => undefined);
  };
  useEffect(() => () => box.close(), [box]);
  useEffect(() => { document.title = title; }, [title]);
  useEffect(() => {
    // A closing tab may lose what this browser could not keep.
    const ask = (event: BeforeUnloadEvent): void => { if (!box.state.value.isDurable && box.state.value.waiting > 0) event.preventDefault(); };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [box]);

  function show(index: number): void { setAt(index); remember(spot, String(index)); }
  function give(questionId: string, next: Given): void {
    if (isOver) return;
    setGiven((before) => ({ ...before, [questionId]: next }));
    box.put(questionId, next);
  }

  async function handIn(): Promise<void> {
    if (isEnding.current) return;
    isEnding.current = true;
    setHandingIn(true);
    // First every answer, then the hand-in; when the time is over, only what arrived in time counts.
    await box.settled().catch(() => undefined);
    const result = await write.run((idempotencyKey) => api.attempts.submit({ sittingId: sitting.id }, { idempotencyKey }));
    isEnding.current = false;
    setHandingIn(false);
    if (!result) return;
    box.clear();
    forget(spot);
    onResult(result);
  }
  function end(): void { setOver(true); void handIn(); }
  // Handed in elsewhere, or over: the server says so at the next answer.
  useEffect(() => { if (state.failure?.code === "attempts.sitting_over") end(); }, [state.failure]);

  const question = sitting.questions[at];
  const answered = sitting.questions.filter((each) => (given[each.id] ?? nothingGiven).answer !== null).length;
  const current = question ? given[question.id] ?? nothingGiven : nothingGiven;
  const isBusy = isHandingIn || write.busy;
  return (
    <Shell attempt={attempt} unitId={sitting.unitId} isQuiet foot={
      <>
        {at > 0 ? <button type="button" class="button" onClick={() => show(at - 1)}><Icon name="back" />{t("back")}</button> : <span />}
        <Saved state={write.isCut ? { ...state, trouble: "cut" } : state} idle={t("quiz.savedIdle")} />
        {question
          ? <button type="button" class="button main" onClick={() => show(at + 1)}>{at === sitting.questions.length - 1 ? t("quiz.overview") : t("next")}<Icon name="next" /></button>
          : <Submit busy={isBusy} onClick={() => { void handIn(); }}>{isBusy ? t("quiz.handingIn") : t("quiz.handIn")}</Submit>}
      </>
    }>
      <h1 class="unseen">{title}</h1>
      <div class="quiz-head">
        <span class="figures">{question ? t("quiz.question", { number: at + 1, all: sitting.questions.length }) : t("quiz.overview")}</span>
        {sitting.dueAt !== null && <TimeLeft dueAt={sitting.dueAt} onEnd={end} />}
        {question && <button type="button" class="tool" onClick={() => show(sitting.questions.length)}><Icon name="list" />{t("quiz.answered", { done: answered, all: sitting.questions.length })}</button>}
      </div>
      {isOver && <div class="note warn" role="status"><Icon name="clock" /><p>{t("quiz.over")}</p></div>}
      {question
        ? (
          <>
            <QuestionView question={question} number={at + 1} all={sitting.questions.length} answer={current.answer} onAnswer={(answer) => give(question.id, { ...current, answer })} />
            <div><button type="button" class="tool" aria-pressed={current.isFlagged} onClick={() => give(question.id, { ...current, isFlagged: !current.isFlagged })}><Icon name="flag" />{current.isFlagged ? t("quiz.unflag") : t("quiz.flag")}</button></div>
          </>
        )
        : <Overview questions={sitting.questions} given={given} onShow={show} isWaiting={isBusy && state.waiting > 0} />}
      <FailureNote failure={write.failure} />
      {state.trouble === "signed_out" && <a class="button" href={`/sign-in?back=${encodeURIComponent(location.pathname)}`}>{t("signIn.title")}</a>}
    </Shell>
  );
}
