import type { ReactNode } from "react";
import { Group, NumberInput, Radio, Select, Stack } from "@mantine/core";
import type { Rule } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";

export function ValidityField({ value, onChange }: { readonly value: Rule["validity"]; onChange(value: Rule["validity"]): void }): ReactNode {
  const { t } = useI18n();
  return (
    <Radio.Group label={t("builder.validity")} value={value.months === null ? "forever" : "months"} onChange={(k) => onChange(k === "forever" ? { months: null, anchor: "completion" } : { months: 12, anchor: "completion" })}>
      <Stack gap="sm" mt="xs">
        <Radio value="months" label={t("builder.validity_months")} />
        {value.months !== null && (
          <Group ps={30} gap="xs"><NumberInput w={150} aria-label={t("builder.months")} suffix={` ${t("builder.months")}`} min={1} max={240} value={value.months} onChange={(x) => onChange({ ...value, months: Math.max(1, Number(x) || 1) })} />
            <Select w={300} aria-label={t("builder.anchor")} value={value.anchor} data={[{ value: "completion", label: t("builder.anchor_completion") }, { value: "previous_expiry", label: t("builder.anchor_expiry") }]} onChange={(x) => onChange({ ...value, anchor: x === "previous_expiry" ? "previous_expiry" : "completion" })} /></Group>
        )}
        <Radio value="forever" label={t("builder.validity_forever")} />
      </Stack>
    </Radio.Group>
  );
}
