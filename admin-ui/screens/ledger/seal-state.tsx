/** Is everything sealed, how large is the tree, and what does its newest signed head say. */
import type { ReactNode } from "react";
import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconShieldX } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { FactStrip } from "../../parts/panel.tsx";

export function SealState(): ReactNode {
  const { t, f } = useI18n();
  const query = useQuery({ queryKey: ["ledger", "summary"], queryFn: ({ signal }) => api.ledger.summary({}, { signal }), refetchInterval: 10_000 });
  if (query.data === undefined) return null;
  const s = query.data;
  return (
    <>
      {!s.canSeal && <Alert color="danger" variant="light" icon={<IconShieldX size={18} />} title={t("ledger.no_key")}>{t("ledger.no_key_text")}</Alert>}
      <FactStrip facts={[
        { label: t("ledger.size"), value: f.number(s.size) }, { label: t("ledger.waiting"), value: f.number(s.waiting), note: s.waiting === 0 ? t("ledger.all_sealed") : t("ledger.lag", { span: f.span(s.lagSeconds) }), ...(s.lagSeconds > 60 ? { tone: "warning" as const } : {}) },
        { label: t("ledger.checkpoint"), value: s.checkpoint === null ? "–" : t("ledger.checkpoint_size", { size: f.number(s.checkpoint.size) }), note: s.checkpoint === null ? undefined : f.instant(s.checkpoint.sealedAt, true) },
        { label: t("ledger.verify"), value: <code style={{ fontSize: 13 }} dir="ltr">npx muster verify</code>, note: t("ledger.verify_note") },
      ]} />
    </>
  );
}
