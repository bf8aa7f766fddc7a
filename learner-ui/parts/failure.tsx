/** What went wrong, what is safe, what to do next: in the words of the code, with the id support asks for. */
import type { ComponentChildren } from "preact";
import type { ApiFailure } from "./api.ts";
import { Icon } from "./icon.tsx";
import { failureText, t } from "./words.ts";

const word = (failure: ApiFailure): string =>
  failure.retryAfterS !== null && failure.status === 429 ? t("limited", { seconds: failure.retryAfterS })
    : failureText(failure.code, failure.status, failure.values);

/** A refusal beside the thing that was tried. */
export function FailureNote({ failure, again }: { readonly failure: ApiFailure | undefined; readonly again?: () => void }) {
  if (failure === undefined) return null;
  return (
    <div class="note bad" role="alert">
      <Icon name={failure.status === 0 ? "cloud" : "warning"} />
      <div>
        <p>{word(failure)}</p>
        {failure.requestId !== "" && failure.status >= 500 && <p class="small">{t("request.id", { id: failure.requestId })}</p>}
        {again && <button type="button" class="button quiet" onClick={again}>{t("again")}</button>}
      </div>
    </div>
  );
}

/** A page that could not be shown at all. */
export function FailurePage({ failure, again, children }: { readonly failure: ApiFailure; readonly again?: () => void; readonly children?: ComponentChildren }) {
  const title = failure.status === 0 ? t("failure.offline") : failure.status === 404 ? t("failure.gone") : failure.status === 403 ? t("failure.forbidden") : t("failure.title");
  return (
    <div class="card stack empty">
      <Icon name={failure.status === 0 ? "cloud" : failure.status === 403 ? "lock" : "warning"} size={36} />
      <h2>{title}</h2>
      <p class="soft">{word(failure)}</p>
      {failure.requestId !== "" && <p class="small soft figures">{t("request.id", { id: failure.requestId })}</p>}
      <div class="row">
        {again && failure.status !== 404 && failure.status !== 403 && <button type="button" class="button main" onClick={again}><Icon name="refresh" />{t("again")}</button>}
        <a class="button" href="/">{t("toTraining")}</a>
        {children}
      </div>
    </div>
  );
}

/** Grey shapes of the page to come. `lines` are widths in percent. */
export function Skeleton({ lines = [45, 90, 70], cards = 0 }: { readonly lines?: readonly number[]; readonly cards?: number }) {
  return (
    <div class="stack" aria-hidden="true">
      {lines.map((width, i) => <div key={i} class="bone" style={{ width: `${width}%`, height: i === 0 ? "1.75rem" : "1rem" }} />)}
      {Array.from({ length: cards }, (_, i) => (
        <div key={i} class="card stack">
          <div class="bone" style={{ width: "55%", height: "1.25rem" }} />
          <div class="bone" style={{ width: "85%", height: "0.875rem" }} />
          <div class="bone" style={{ width: "30%", height: "0.875rem" }} />
        </div>
      ))}
      </div>
  );
}
