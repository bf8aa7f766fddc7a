/** The frame of the player: where one is, how far, what is saved, back and next. Nothing else. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Contents } from "../parts/contents.tsx";
import { Progress } from "../parts/duty.tsx";
import { Icon } from "../parts/icon.tsx";
import { to } from "../parts/router.ts";
import { t } from "../parts/words.ts";
import type { Attempt } from "./shapes.ts";

/** The parts before and after one, as far as they may be opened. */
export function neighbours(attempt: Attempt, unitId: string): { readonly before: string | undefined; readonly after: string | undefined } {
  const at = attempt.units.findIndex((unit) => unit.unitId === unitId);
  return { before: attempt.units[at - 1]?.unitId, after: attempt.units[at + 1]?.unitId };
}

interface ShellProps {
  readonly attempt: Attempt;
  readonly unitId: string;
  readonly foot: ComponentChildren;
  /** While a quiz runs, the contents are one tap further away: leaving is allowed, by "leave". */
  readonly isQuiet?: boolean;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function Shell({ attempt, unitId, foot, isQuiet = false, wide = false, children }: ShellProps) {
  const drawer = useRef<HTMLDialogElement>(null);
  const at = attempt.units.findIndex((unit) => unit.unitId === unitId);
  const done = attempt.units.filter((unit) => unit.isDone).length;
  return (
    <div class="player">
      <a class="skip" href="#main">{t("skip")}</a>
      <header class="player-top">
        <div class="player-row">
          <a class="tool" href={to.course(attempt.courseId)}><Icon name="close" /><span class="word">{t("player.leave")}</span></a>
          <div class="name"><strong><bdi>{attempt.version.title}</bdi></strong><span>{t("player.part", { number: at + 1, all: attempt.units.length })}</span></div>
          {!isQuiet && <button type="button" class="tool" onClick={() => drawer.current?.showModal()}><Icon name="list" /><span class="word">{t("contents")}</span></button>}
        </div>
        <Progress done={done} all={attempt.units.length} />
      </header>
      <main id="main" tabIndex={-1} class={`player-body${wide ? " wide" : ""}`}>{children}</main>
      <footer class="player-foot"><div class="player-row">{foot}</div></footer>
      <dialog ref={drawer} class="drawer" aria-labelledby="drawer-title" onClick={(event) => { if (event.target === drawer.current) drawer.current?.close(); }}>
        <div class="drawer-head"><h2 id="drawer-title">{t("contents")}</h2><button type="button" class="tool" onClick={() => drawer.current?.close()}><Icon name="close" /><span class="unseen">{t("close")}</span></button></div>
        <Contents units={attempt.units} attemptId={attempt.id} current={unitId} onChoose={() => drawer.current?.close()} />
      </dialog>
    </div>
  );
}

/** The back button of the footer; keeps its place when there is nothing before. */
export function Back({ attempt, unitId }: { readonly attempt: Attempt; readonly unitId: string }) {
  const { before } = neighbours(attempt, unitId);
  return before === undefined ? <span /> : <a class="button" href={to.learn(attempt.id, before)}><Icon name="back" />{t("back")}</a>;
}
