/** A document to read and confirm. The confirmation is bound to the hash of exactly what was shown. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../parts/api.ts";
import { FailureNote } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { useHeading } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { to } from "../parts/router.ts";
import { useSignal } from "../parts/signal.ts";
import { language, moment, t } from "../parts/words.ts";
import { formatBytes } from "../../ui-shared/format.ts";
import { Elsewhere } from "./elsewhere.tsx";
import { Prose, useInsist } from "./lesson.tsx";
import { usePlace } from "./place.ts";
import { Saved } from "./saved.tsx";
import type { PartProps } from "./shapes.ts";
import { Back, neighbours, Shell } from "./shell.tsx";

function Paper({ url, name, size }: { readonly url: string; readonly name: string; readonly size: number }) {
  // Phones mostly refuse to show a PDF inside a page: there the button is the way.
  const canShow = navigator.pdfViewerEnabled;
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    if (!canShow) return;
    // Files of the server may not be framed by any page; this page frames a copy it has read itself.
    const stop = new AbortController();
    let copy: string | undefined;
    fetch(url, { signal: stop.signal }).then(async (answer) => {
      if (!answer.ok) return;
      copy = URL.createObjectURL(await answer.blob());
      if (!stop.signal.aborted) setShown(copy);
    }).catch(() => undefined);
    return () => { stop.abort(); if (copy !== undefined) URL.revokeObjectURL(copy); };
  }, [url]);
  return (
    <div class="stack">
      {canShow && (shown === undefined ? <div class="paper bone" aria-hidden="true" /> : <iframe class="paper" src={shown} title={name} />)}
      <div class="row">
        <a class="button" href={url} target="_blank" rel="noreferrer"><Icon name="external" />{t("document.open")}</a>
        <a class="button quiet" href={url} download={name}><Icon name="download" />{t("document.save", { size: formatBytes(language.value, size) })}</a>
      </div>
    </div>
  );
}

export function DocumentPart({ attempt, page, onDone, onChange }: PartProps) {
  const unitId = page.unit.id;
  const heading = useHeading(page.unit.title);
  const { box, takeOver } = usePlace(attempt, unitId);
  const state = useSignal(box.state);
  const write = useInsist();
  const [isTicked, setTicked] = useState(false);
  const [fault, setFault] = useState(false);
  const { after } = neighbours(attempt, unitId);
  const isOpen = attempt.state === "open" && page.attestedAt === null && page.attestSha256 !== null;
  async function confirm(): Promise<void> {
    if (!isTicked) { setFault(true); return; }
    const sha256 = page.attestSha256 ?? "";
    const done = await write.run((idempotencyKey) => api.attempts.attest({ attemptId: attempt.id, unitId, sha256, isConfirmed: true }, { idempotencyKey }));
    if (done) { onChange(); onDone(done); }
  }
  return (
    <Shell attempt={attempt} unitId={unitId} wide={page.unit.file !== null} foot={
      <>
        <Back attempt={attempt} unitId={unitId} />
        {write.isCut ? <p class="saved cut" role="status">{t("saved.cutPlace")}</p> : <Saved state={state} cut={t("saved.cutPlace")} />}
        {isOpen
          ? <Submit busy={write.busy} onClick={() => { void confirm(); }}>{t("document.confirm")}</Submit>
          : <a class="button main" href={after === undefined ? to.course(attempt.courseId) : to.learn(attempt.id, after)}>{after === undefined ? t("contents") : t("next")}<Icon name="next" /></a>}
      </>
    }>
      <h1 ref={heading} tabIndex={-1}><bdi>{page.unit.title}</bdi></h1>
      <Elsewhere state={state} takeOver={takeOver} />
      {page.unit.file && <Paper {...page.unit.file} />}
      {page.unit.html !== "" && <Prose html={page.unit.html} />}
      {page.attestedAt !== null
        ? <div class="note good"><Icon name="checked" /><div><p><bdi>{page.unit.statement}</bdi></p><p class="small">{t("document.confirmed", { when: moment(page.attestedAt) })}</p></div></div>
        : isOpen && (
          <section class="card stack attest" aria-labelledby="attest">
            <h2 id="attest">{t("document.attest")}</h2>
            <label class="tick"><input type="checkbox" checked={isTicked} aria-invalid={fault && !isTicked ? "true" : undefined} aria-describedby={fault && !isTicked ? "attest-fault" : undefined}
              onChange={(event) => setTicked(event.currentTarget.checked)} /><span><bdi>{page.unit.statement}</bdi></span></label>
            {fault && !isTicked && <div class="note warn" role="alert" id="attest-fault"><Icon name="warning" /><p>{t("document.tickFirst")}</p></div>}
            <p class="small soft">{t("document.meaning")}</p>
          </section>
        )}
      <FailureNote failure={write.failure} />
    </Shell>
  );
}
