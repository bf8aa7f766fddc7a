import type { ReactNode } from "react";
import { Group, NumberInput, Radio, Select, Stack, TextInput } from "@mantine/core";
import type { Rule } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";

export function DueField({ value, onChange }: { readonly value: Rule["due"]; onChange(value: Rule["due"]): void }): ReactNode {
  const { t } = useI18n();
  const relative = value.kind === "relative" ? value : { kind: "relative" as const, days: 30, from: "assigned" as const };
  return (
    <Radio.Group label={t("builder.due")} value={value.kind} onChange={(k) => onChange(k === "fixed" ? { kind: "fixed", on: "" } : relative)}>
      <Stack gap="sm" mt="xs">
        <Radio value="relative" label={t("builder.due_relative")} />
        {value.kind === "relative" && (
          <Group ps={30} gap="xs" align="flex-end"><NumberInput w={130} aria-label={t("builder.days")} suffix={` ${t("builder.days")}`} min={0} max={3650} value={value.days} onChange={(x) => onChange({ ...value, days: Number(x) || 0 })} />
            <Select w={260} aria-label={t("builder.due_from")} value={value.from} data={[{ value: "assigned", label: t("builder.after_assigned") }, { value: "hired", label: t("builder.after_hired") }]} onChange={(x) => onChange({ ...value, from: x === "hired" ? "hired" : "assigned" })} /></Group>
        )}
        <Radio value="fixed" label={t("builder.due_fixed")} />
        {value.kind === "fixed" && <TextInput ps={30} w={220} type="date" aria-label={t("builder.due_fixed")} description={t("builder.due_fixed_help")} value={value.on} onChange={(e) => onChange({ kind: "fixed", on: e.currentTarget.value })} />}
      </Stack>
    </Radio.Group>
  );
}
