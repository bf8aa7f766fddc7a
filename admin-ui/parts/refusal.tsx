/** A refusal beside the form it belongs to. */
import type { ReactNode } from "react";
import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { ApiFailure } from "../../server/api.ts";
import { useI18n } from "../app/i18n.tsx";

export function useRefusalText(): (error: unknown) => string {
  const { t, say } = useI18n();
  return (error) => (error instanceof ApiFailure ? say(error.code, error.status, error.values) : t("state.page_broke"));
}

/** What is wrong with one field, by the path the server named. */
export function fieldFault(error: unknown, path: string): string | null {
  if (!(error instanceof ApiFailure)) return null;
  return error.fields.find((f) => f.path === path || f.path.startsWith(`${path}.`))?.message ?? null;
}

export function Refusal({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useI18n();
  const text = useRefusalText();
  if (error === null || error === undefined) return null;
  const failure = error instanceof ApiFailure ? error : null;
  return (
    <Alert color="danger" variant="light" role="alert" icon={<IconAlertCircle size={18} />} title={text(error)} styles={{ title: { fontWeight: 600 } }}>
      {failure !== null && failure.fields.length > 0 && <ul style={{ margin: 0, paddingInlineStart: 18 }}>{failure.fields.slice(0, 6).map((f) => <li key={f.path + f.code}><code>{f.path}</code>: {f.message}</li>)}</ul>}
      {failure?.retryAfterS ? t("refusal.retry_after", { seconds: failure.retryAfterS }) : null}
    </Alert>
  );
}
