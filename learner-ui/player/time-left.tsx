/** Remaining time of a quiz, by the server's clock. Said aloud at five minutes and at one, never more often. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../parts/announce.ts";
import { everySecond, serverNow } from "../parts/clock.ts";
import { Icon } from "../parts/icon.tsx";
import { t } from "../parts/words.ts";

const twoDigits = (n: number): string => String(n).padStart(2, "0");
const clockFace = (seconds: number): string => {
  const hours = Math.floor(seconds / 3_600);
  const rest = `${twoDigits(Math.floor((seconds % 3_600) / 60))}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
};

export const secondsUntil = (dueAt: string): number => Math.max(0, Math.ceil((Date.parse(dueAt) - serverNow()) / 1_000));

export function TimeLeft({ dueAt, onEnd }: { readonly dueAt: string; readonly onEnd: () => void }) {
  const [left, setLeft] = useState(() => secondsUntil(dueAt));
  const before = useRef(left);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    const stop = everySecond(() => {
      const now = secondsUntil(dueAt);
      for (const mark of [300, 60]) if (before.current > mark && now <= mark && now > 0) announce(t("quiz.left", { minutes: mark / 60 }));
      if (before.current > 0 && now === 0) { announce(t("quiz.over")); end.current(); }
      before.current = now;
      setLeft(now);
    });
    return stop;
  }, [dueAt]);
  return (
    <span class={`time-left${left <= 300 ? " short" : ""}`} role="timer" aria-label={t("quiz.timeLeft")}>
      <Icon name="clock" size={18} /><bdi>{clockFace(left)}</bdi>
    </span>
  );
}
