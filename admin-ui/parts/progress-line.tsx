/** Progress of long work: share, counts, and the time it still takes at its present rate. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Progress } from "@mantine/core";
import { useI18n } from "../app/i18n.tsx";
import css from "./progress-line.module.css";

interface Props { readonly done: number; readonly total: number | null; readonly quiet?: boolean; readonly label?: string }
export function ProgressLine({ done, total, quiet = false, label }: Props): ReactNode {
  const { t, f } = useI18n();
  const first = useRef<{ at: number; done: number } | null>(null);
  const [rate, setRate] = useState(0);
  useEffect(() => {
    const now = performance.now();
    first.current ??= { at: now, done };
    const seconds = (now - first.current.at) / 1000;
    if (seconds > 1 && done > first.current.done) setRate((done - first.current.done) / seconds);
  }, [done]);
  const share = total === null || total === 0 ? (quiet ? 1 : 0) : Math.min(1, done / total);
  const left = total !== null && rate > 0 ? (total - done) / rate : null;
  return (
    <div className={css["line"]}>
      <Progress value={share * 100} size={7} radius="xl" color={quiet ? "success" : "accent"} animated={false} aria-label={label ?? t("progress.label")} transitionDuration={quiet ? 0 : 250} />
      <small className="figures"><span>{total === null ? f.number(done) : t("progress.of", { done: f.number(done), total: f.number(total) })}</span>{!quiet && rate > 0 && <span>{t("progress.rate", { rate: f.number(rate) })}{left !== null && left > 0.5 ? ` · ${t("progress.left", { span: f.span(Math.max(1, left)) })}` : ""}</span>}</small>
    </div>
  );
}
