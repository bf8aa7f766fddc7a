/** Who is meant: parts joined by "or". */
import type { ReactNode } from "react";
import { ActionIcon, Button, Menu, MultiSelect, Select, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlus, IconX } from "@tabler/icons-react";
import { api, type Condition } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { roleName } from "../../parts/explain.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { PeopleField } from "./people-field.tsx";
import type { Branch } from "./terms.ts";
import css from "./requirements.module.css";

const kinds = ["everyone", "org_units", "positions", "roles", "people"] as const;
function blank(kind: Branch["kind"]): Branch {
  if (kind === "everyone") return { kind };
  if (kind === "positions") return { kind, values: [] };
  if (kind === "roles") return { kind, codes: [] };
  return kind === "people" ? { kind, ids: [] } : { kind, ids: [], withBelow: true };
}

export function AudienceBuilder({ value, onChange }: { readonly value: Condition; onChange(value: Condition): void }): ReactNode {
  const { t, f } = useI18n();
  const names = useQuery({ queryKey: ["audiences", "values"], queryFn: ({ signal }) => api.audiences.values({}, { signal }), staleTime: 60_000 });
  const set = (i: number, branch: Branch): void => onChange({ any: value.any.map((b, n) => (n === i ? branch : b)) });
  const hasEveryone = value.any.some((b) => b.kind === "everyone");
  const counted = (label: string, count: number): string => `${label} (${f.number(count)})`;
  const depth = (path: string): number => path.split("/").filter(Boolean).length;
  const top = Math.min(...(names.data?.orgUnits.map((o) => depth(o.path)) ?? [0]));
  const unitName = (o: { name: string; path: string; peopleCount: number }): string => "\u2003".repeat(Math.max(0, depth(o.path) - top)) + counted(o.name, o.peopleCount);
  return (
    <div className={css["branches"]}>
      <Refusal error={names.error} />
      {value.any.map((b, i) => (
        <div key={i}>
          {i > 0 && <div className={css["or"]}><span>{t("builder.or")}</span></div>}
          <div className={css["branch"]}>
            <Select className={css["kind"]} aria-label={t("builder.kind")} value={b.kind} data={kinds.map((k) => ({ value: k, label: t(`builder.kind_${k}`) }))} onChange={(k) => { const kind = kinds.find((x) => x === k); if (kind) set(i, blank(kind)); }} />
            <div className={css["names"]}>
              {b.kind === "everyone" && <span className={css["soft"]}>{t("builder.everyone_help")}</span>}
              {b.kind === "org_units" && (
                <>
                  <MultiSelect searchable clearable aria-label={t("builder.kind_org_units")} placeholder={b.ids.length === 0 ? t("builder.choose") : ""} value={[...b.ids]} data={(names.data?.orgUnits ?? []).map((o) => ({ value: o.id, label: unitName(o) }))} onChange={(ids) => set(i, { ...b, ids })} />
                  <Switch size="sm" mt="xs" label={t("builder.with_below")} checked={b.withBelow} onChange={(e) => set(i, { ...b, withBelow: e.currentTarget.checked })} />
                </>
              )}
              {b.kind === "positions" && <MultiSelect searchable clearable aria-label={t("builder.kind_positions")} placeholder={b.values.length === 0 ? t("builder.choose") : ""} value={[...b.values]} data={(names.data?.positions ?? []).map((p) => ({ value: p.value, label: counted(p.value, p.peopleCount) }))} onChange={(values) => set(i, { ...b, values })} />}
              {b.kind === "roles" && <MultiSelect aria-label={t("builder.kind_roles")} placeholder={b.codes.length === 0 ? t("builder.choose") : ""} value={[...b.codes]} data={(names.data?.roles ?? []).map((r) => ({ value: r.code, label: counted(roleName(t, r.code), r.peopleCount) }))} onChange={(codes) => set(i, { ...b, codes })} />}
              {b.kind === "people" && <PeopleField ids={b.ids} onChange={(ids) => set(i, { ...b, ids })} />}
            </div>
            {value.any.length > 1 && <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("builder.remove_branch")} onClick={() => onChange({ any: value.any.filter((_, n) => n !== i) })}><IconX size={16} /></ActionIcon>}
          </div>
        </div>
      ))}
      {!hasEveryone && value.any.length < 20 && (
        <Menu position="bottom-start">
          <Menu.Target><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} style={{ alignSelf: "flex-start" }}>{t("builder.add_branch")}</Button></Menu.Target>
          <Menu.Dropdown>{kinds.filter((k) => k !== "everyone").map((k) => <Menu.Item key={k} onClick={() => onChange({ any: [...value.any, blank(k)] })}>{t(`builder.kind_${k}`)}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
