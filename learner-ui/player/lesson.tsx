/** A lesson: the server's rendered text, the place in it remembered, done by going on. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiFailure } from "../parts/api.ts";
import { FailureNote } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { useHeading } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { insist } from "../parts/insist.ts";
import { to } from "../parts/router.ts";
import { useSignal } from "../parts/signal.ts";
import { t } from "../parts/words.ts";
import { Elsewhere } from "./elsewhere.tsx";
import { usePlace } from "./place.ts";
import { Saved } from "./saved.tsx";
import type { PartProps } from "./shapes.ts";
import { Back, neighbours, Shell } from "./shell.tsx";

/** A write of this page that ends when the page does. */
export function useInsist(): { readonly busy: boolean; readonly failure: ApiFailure | undefined; readonly isCut: boolean; readonly run: <T>(write: (key: string) => Promise<T>) => Promise<T | undefined> } {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const [isCut, setCut] = useState(false);
  const stop = useRef(new AbortController());
  useEffect(() => { const each = stop.current; return () => each.abort(); }, []);
  return {
    busy, failure, isCut,
    async run(write) {
      setBusy(true);
      setFailure(undefined);
      try { return await insist(write, () => setCut(true), stop.current.signal); } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        setFailure(error);
        return undefined;
      } finally { setBusy(false); setCut(false); }
    },
  };
}

/** Text made and cleaned by the server from the author's Markdown. */
export function Prose({ html }: { readonly html: string }) {
  return <div class="lesson" dangerouslySetInnerHTML={{ __html: html }} />;
}

export function LessonPart({ attempt, page, onDone }: PartProps) {
  const unitId = page.unit.id;
  const heading = useHeading(page.unit.title);
  const { box, takeOver } = usePlace(attempt, unitId);
  const state = useSignal(box.state);
  const write = useInsist();
  const isDone = page.state.isDone || attempt.units.some((unit) => unit.unitId === unitId && unit.isDone);
  const { after } = neighbours(attempt, unitId);
  async function next(): Promise<void> {
    const done = await write.run((idempotencyKey) => api.attempts.done({ attemptId: attempt.id, unitId }, { idempotencyKey }));
    if (done) onDone(done);
  }
  const isOver = isDone || attempt.state !== "open";
  return (
    <Shell attempt={attempt} unitId={unitId} foot={
      <>
        <Back attempt={attempt} unitId={unitId} />
        {write.isCut ? <p class="saved cut" role="status">{t("saved.cutPlace")}</p> : <Saved state={state} cut={t("saved.cutPlace")} />}
        {isOver
          ? <a class="button main" href={after === undefined ? to.course(attempt.courseId) : to.learn(attempt.id, after)}>{after === undefined ? t("contents") : t("next")}<Icon name="next" /></a>
          : <Submit busy={write.busy} onClick={() => { void next(); }}>{after === undefined ? t("finish") : t("next")}<Icon name="next" /></Submit>}
      </>
    }>
      <h1 ref={heading} tabIndex={-1}><bdi>{page.unit.title}</bdi></h1>
      <Elsewhere state={state} takeOver={takeOver} />
      <Prose html={page.unit.html} />
      <FailureNote failure={write.failure} />
    </Shell>
  );
}
