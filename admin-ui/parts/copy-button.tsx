import type { ReactNode } from "react";
import { Button, CopyButton as Copy } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";

export function CopyButton({ value, label }: { readonly value: string; readonly label?: string }): ReactNode {
  const { t } = useI18n();
  return <Copy value={value}>{({ copied, copy }) => <Button variant="default" size="compact-sm" onClick={copy} leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}>{copied ? t("action.copied") : (label ?? t("action.copy"))}</Button>}</Copy>;
}
