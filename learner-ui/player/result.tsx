/** Result of a sitting, as far as the quiz's policy tells it; what comes next; when one may try again. */
import type { ComponentChildren } from "preact";
import { useHeading } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { to } from "../parts/router.ts";
import { moment, num, t } from "../parts/words.ts";
import type { Attempt, SittingResult } from "./shapes.ts";
import { Back, Shell } from "./shell.tsx";

type Marked = NonNullable<SittingResult["questions"]>[number];

const spoken = (text: string): string => text === "true" ? t("quiz.true") : text === "false" ? t("quiz.false") : text;

function MarkedQuestion({ marked, number }: { readonly marked: Marked; readonly number: number }) {
  return (
    <li class="card stack">
      <div class="row apart">
        <span class={`badge ${marked.isRight ? "good" : "bad"}`}><Icon name={marked.isRight ? "check" : "close"} size={16} />{marked.isRight ? t("result.right") : t("result.wrong")}</span>
        <span class="small soft figures">{t("result.points", { points: num(marked.points), all: num(marked.maxPoints) })}</span>
      </div>
      <div class="row" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}><strong class="figures">{num(number)}.</strong><div class="lesson asked" dangerouslySetInnerHTML={{ __html: marked.html }} /></div>
      <p><span class="soft">{t("result.given")}</span> <bdi>{marked.given === null ? t("result.nothing") : spoken(marked.givenText)}</bdi></p>
      {marked.rightText !== null && !marked.isRight && <p><span class="soft">{t("result.rightIs")}</span> <strong><bdi>{spoken(marked.rightText)}</bdi></strong></p>}
      {marked.explanationHtml && <div class="note"><Icon name="book" /><div class="lesson" style={{ fontSize: "1rem" }} dangerouslySetInnerHTML={{ __html: marked.explanationHtml }} /></div>}
    </li>
  );
}

interface ResultProps { readonly attempt: Attempt; readonly title: string; readonly result: SittingResult; readonly next: ComponentChildren; readonly onAgain: () => void }

export function Result({ attempt, title, result, next, onAgain }: ResultProps) {
  const words = result.isPassed ? t("result.passed") : t("result.notPassed");
  const heading = useHeading(`${words} · ${title}`);
  const mayRetry = attempt.state === "open" && !result.isPassed && result.sittingsLeft !== 0;
  return (
    <Shell attempt={attempt} unitId={result.unitId} foot={
      <>
        <Back attempt={attempt} unitId={result.unitId} />
        {mayRetry ? <button type="button" class="button main" onClick={onAgain}>{t("quiz.again")}</button>
          : result.completion ? <a class="button main" href={to.done(attempt.id)}>{t("finish")}<Icon name="next" /></a>
          : result.isPassed ? next : <a class="button" href={to.course(attempt.courseId)}>{t("contents")}</a>}
      </>
    }>
      <section class={`card verdict${result.isPassed ? "" : " missed"}`}>
        <Icon name={result.isPassed ? "checked" : "refresh"} size={48} />
        <h1 ref={heading} tabIndex={-1}>{words}</h1>
        {result.percent !== null && <p class="score">{num(result.percent)} %</p>}
        <p class="soft">{result.points !== null && result.maxPoints !== null ? t("result.pointsOf", { points: num(result.points), all: num(result.maxPoints), mark: num(result.passPercent) }) : t("quiz.mark", { percent: num(result.passPercent) })}</p>
        {result.state === "expired" && <p class="soft">{t("result.expired")}</p>}
        {!result.isPassed && <p>{result.sittingsLeft === null ? t("result.retry") : result.sittingsLeft > 0 ? t("result.retryLeft", { count: result.sittingsLeft }) : t("quiz.noneLeft")}</p>}
        <p class="small soft">{t("receipt", { when: moment(result.receipt.at) })} <span class="receipt">{result.receipt.code}</span></p>
      </section>
      {result.questions && (
        <section class="stack" aria-labelledby="marks">
          <h2 id="marks">{t("result.marks")}</h2>
          <ol class="marked">{result.questions.map((marked, index) => <MarkedQuestion key={marked.questionId} marked={marked} number={index + 1} />)}</ol>
        </section>
      )}
    </Shell>
  );
}
