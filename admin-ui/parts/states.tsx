/** What a screen shows instead of its content: loading, nothing yet, refused, no right, gone offline. */
import type { ReactNode } from "react";
import { Button, Skeleton } from "@mantine/core";
import { IconCloudOff, IconLock, IconAlertTriangle } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { ApiFailure } from "../../server/api.ts";
import { useI18n } from "../app/i18n.tsx";
import css from "./states.module.css";

export function Loading({ shape = "list" }: { readonly shape?: "list" | "page" | "form" | "cards" }): ReactNode {
  const { t } = useI18n();
  const rows = shape === "form" ? 5 : shape === "cards" ? 4 : 8;
  return (
    <div className={css["loading"]} data-shape={shape} aria-busy="true">
      <span className="visually-hidden" role="status">{t("state.loading")}</span>
      {shape === "page" && <Skeleton height={72} radius="md" />}
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={shape === "cards" ? 132 : shape === "form" ? 48 : 40} radius="md" style={{ opacity: 1 - i * 0.09 }} />
      ))}
    </div>
  );
}

interface EmptyProps { readonly icon: ReactNode; readonly title: string; readonly children?: ReactNode; readonly action?: ReactNode; readonly compact?: boolean }
export function Empty({ icon, title, children, action, compact = false }: EmptyProps): ReactNode {
  return (
    <div className={css["empty"]} data-compact={compact || undefined}>
      <div className={css["emptyIcon"]} aria-hidden>{icon}</div>
      <p className={css["emptyTitle"]}>{title}</p>
      {children !== undefined && <div className={css["emptyText"]}>{children}</div>}
      {action !== undefined && <div className={css["emptyAction"]}>{action}</div>}
    </div>
  );
}

/** A refusal in words, by its code, with the request id for whoever helps. */
export function Failed({ error, retry, compact = false }: { readonly error: unknown; readonly retry?: (() => void) | undefined; readonly compact?: boolean }): ReactNode {
  const { t, say } = useI18n();
  const failure = error instanceof ApiFailure ? error : null;
  const forbidden = failure?.status === 403;
  const icon = forbidden ? <IconLock size={26} /> : failure?.status === 0 ? <IconCloudOff size={26} /> : <IconAlertTriangle size={26} />;
  return (
    <div role="alert">
      <Empty icon={icon} compact={compact} title={forbidden ? t("state.no_right") : failure ? say(failure.code, failure.status, failure.values) : t("state.page_broke")}
        action={retry && !forbidden ? <Button variant="default" onClick={retry}>{t("action.try_again")}</Button> : undefined}>
        {forbidden ? t("state.no_right_text") : null}
        {failure && failure.requestId !== "" && <span className={css["code"]}>{t("state.request", { code: failure.code, id: failure.requestId })}</span>}
      </Empty>
    </div>
  );
}

/** Shows the answer of a query, or the state it is in. */
export function Answered<D>({ query, shape, empty, children }: {
  readonly query: UseQueryResult<D>; readonly shape?: "list" | "page" | "form" | "cards"; readonly empty?: (answer: D) => ReactNode | null; readonly children: (answer: D) => ReactNode;
}): ReactNode {
  if (query.data !== undefined) return <>{empty?.(query.data) ?? children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return shape === undefined ? <Loading /> : <Loading shape={shape} />;
}
