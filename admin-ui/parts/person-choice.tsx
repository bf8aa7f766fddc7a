/** Choosing a person by typing part of the name or number. */
import { type ReactNode, useState } from "react";
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../app/api.ts";
import { useI18n } from "../app/i18n.tsx";

interface Props { readonly label: string; readonly description?: string; readonly value: { id: string; name: string } | null; onChange(value: { id: string; name: string } | null): void; readonly error?: ReactNode; readonly clearable?: boolean }
export function PersonChoice({ label, description, value, onChange, error, clearable = true }: Props): ReactNode {
  const { t } = useI18n();
  const [text, setText] = useState(value?.name ?? "");
  const [search] = useDebouncedValue(text, 200);
  const query = useQuery({ queryKey: ["people", "choice", search], queryFn: ({ signal }) => api.people.list(search.trim() === "" || search === value?.name ? { size: "10" } : { size: "10", search: search.trim() }, { signal }), placeholderData: keepPreviousData });
  const rows = (query.data?.rows ?? []).map((p) => ({ value: p.id, label: p.name, fact: [p.employeeNumber, p.orgUnit?.name].filter(Boolean).join(" · ") }));
  const data = value !== null && !rows.some((r) => r.value === value.id) ? [{ value: value.id, label: value.name, fact: "" }, ...rows] : rows;
  return (
    <Select label={label} description={description} error={error} searchable clearable={clearable} value={value?.id ?? null} searchValue={text} onSearchChange={setText} data={data} filter={({ options }) => options} nothingFoundMessage={t("list.no_match")}
      renderOption={({ option }) => <span><bdi>{option.label}</bdi><small style={{ display: "block", color: "var(--mu-text-faint)" }}>{data.find((d) => d.value === option.value)?.fact}</small></span>}
      onChange={(id, option) => onChange(id === null || option === null ? null : { id, name: option.label })} />
  );
}
