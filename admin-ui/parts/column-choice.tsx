import type { ReactNode } from "react";
import { ActionIcon, Checkbox, Menu, Tooltip } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";

interface Props { readonly columns: readonly { readonly id: string; readonly header: string }[]; readonly hidden: readonly string[]; onChange(hidden: readonly string[]): void }
export function ColumnChoice({ columns, hidden, onChange }: Props): ReactNode {
  const { t } = useI18n();
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target><Tooltip label={t("list.columns")}><ActionIcon variant="subtle" color="gray" size={32} aria-label={t("list.columns")}><IconColumns3 size={18} /></ActionIcon></Tooltip></Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("list.columns")}</Menu.Label>
        {columns.map((c) => (
          <Menu.Item key={c.id} role="menuitemcheckbox" aria-checked={!hidden.includes(c.id)} onClick={() => onChange(hidden.includes(c.id) ? hidden.filter((x) => x !== c.id) : [...hidden, c.id])}
            leftSection={<Checkbox.Indicator size="xs" checked={!hidden.includes(c.id)} />}>{c.header}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
