/** Search and filters of a list as chips; each is a value in the address. "/" goes to the search. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button, CloseButton, Menu, TextInput } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconChevronDown, IconSearch } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";
import { useSearchText } from "../app/search.ts";
import css from "./filter-bar.module.css";

export interface Filter { readonly key: string; readonly label: string; readonly options?: readonly { readonly value: string; readonly label: string }[]; readonly kind?: "choice" | "day" }

export function FilterBar({ filters = [], placeholder, children, search: withSearch = true }: { readonly filters?: readonly Filter[]; readonly placeholder?: string; readonly children?: ReactNode; readonly search?: boolean }): ReactNode {
  const { t } = useI18n();
  const [search, change] = useSearchText();
  const [text, setText] = useState(search["search"] ?? "");
  const box = useRef<HTMLInputElement>(null);
  const send = useDebouncedCallback((value: string) => change({ search: value.trim() }), 250);
  useHotkeys([["/", () => box.current?.focus()]]);
  useEffect(() => { if (document.activeElement !== box.current) setText(search["search"] ?? ""); }, [search]);
  const active = filters.some((filter) => search[filter.key] !== undefined) || (search["search"] ?? "") !== "";
  return (
    <div className={css["bar"]} role="search">
      {withSearch && (
        <TextInput ref={box} className={css["search"]} value={text} placeholder={placeholder ?? t("list.search")} aria-label={placeholder ?? t("list.search")} leftSection={<IconSearch size={16} />}
          rightSection={text === "" ? <kbd className={css["key"]}>/</kbd> : <CloseButton size="sm" aria-label={t("list.clear")} onClick={() => { setText(""); change({ search: undefined }); }} />}
          onChange={(e) => { setText(e.currentTarget.value); send(e.currentTarget.value); }} />
      )}
      {filters.map((filter) => (filter.kind === "day"
        ? <DayChip key={filter.key} filter={filter} value={search[filter.key]} set={(v) => change({ [filter.key]: v })} />
        : <ChoiceChip key={filter.key} filter={filter} value={search[filter.key]} set={(v) => change({ [filter.key]: v })} />))}
      {children}
      {active && <Button variant="subtle" color="gray" size="compact-sm" onClick={() => { setText(""); change(Object.fromEntries([["search", undefined], ...filters.map((x) => [x.key, undefined])])); }}>{t("list.clear")}</Button>}
    </div>
  );
}

interface ChipProps { readonly filter: Filter; readonly value: string | undefined; set(value: string | undefined): void }
function ChoiceChip({ filter, value, set }: ChipProps): ReactNode {
  const { t } = useI18n();
  const chosen = filter.options?.find((o) => o.value === value);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={css["chip"]} data-on={chosen !== undefined || undefined}>
          {chosen ? <><span>{filter.label}:</span> <b>{chosen.label}</b></> : filter.label}<IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={340} style={{ overflowY: "auto" }}>
        <Menu.Item onClick={() => set(undefined)}>{t("list.any")}</Menu.Item>
        {filter.options?.map((o) => <Menu.Item key={o.value} onClick={() => set(o.value)} aria-current={o.value === value || undefined} fw={o.value === value ? 650 : undefined}>{o.label}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}

function DayChip({ filter, value, set }: ChipProps): ReactNode {
  return (
    <label className={css["chip"]} data-on={value !== undefined || undefined}>
      <span>{filter.label}</span><input type="date" value={value ?? ""} onChange={(e) => set(e.currentTarget.value === "" ? undefined : e.currentTarget.value)} />
    </label>
  );
}
