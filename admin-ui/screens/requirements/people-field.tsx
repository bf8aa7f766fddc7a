/** A list of people by name: chosen one by one, or pasted as employee numbers. */
import { type ReactNode, useState } from "react";
import { Button, CloseButton, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { PersonChoice } from "../../parts/person-choice.tsx";
import css from "./requirements.module.css";

export function PeopleField({ ids, onChange }: { readonly ids: readonly string[]; onChange(ids: string[]): void }): ReactNode {
  const { t } = useI18n();
  const [known, setKnown] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState("");
  const [round, setRound] = useState(0);
  const find = useMutation({
    mutationFn: async () => {
      const found: Record<string, string> = {};
      const unknown: string[] = [];
      for (const number of [...new Set(text.split(/[\s,;]+/).filter((x) => x !== ""))].slice(0, 500)) {
        const { rows } = await api.people.list({ search: number, size: "10", state: "all" });
        const hit = rows.find((p) => p.employeeNumber === number || p.email === number.toLowerCase());
        if (hit) found[hit.id] = hit.name; else unknown.push(number);
      }
      return { found, unknown };
    },
    onSuccess: ({ found, unknown }) => { setKnown({ ...known, ...found }); onChange([...new Set([...ids, ...Object.keys(found)])]); setText(unknown.join("\n")); },
  });
  return (
    <div className={css["peopleField"]}>
      {ids.length > 0 && <ul className={css["pills"]}>{ids.map((id) => <li key={id}><bdi>{known[id] ?? t("builder.person_chosen")}</bdi><CloseButton size="xs" aria-label={t("builder.remove_person", { name: known[id] ?? "" })} onClick={() => onChange(ids.filter((x) => x !== id))} /></li>)}</ul>}
      <PersonChoice key={round} label={t("builder.add_person")} value={null} onChange={(p) => { if (p) { setKnown({ ...known, [p.id]: p.name }); onChange([...new Set([...ids, p.id])]); setRound(round + 1); } }} />
      <details><summary>{t("builder.paste_numbers")}</summary>
        <Textarea mt="xs" autosize minRows={3} aria-label={t("builder.paste_numbers")} placeholder={t("builder.paste_help")} value={text} onChange={(e) => setText(e.currentTarget.value)} error={find.data && find.data.unknown.length > 0 ? t("builder.unknown_numbers", { count: find.data.unknown.length }) : null} />
        <Button mt="xs" variant="default" size="compact-sm" loading={find.isPending} disabled={text.trim() === ""} onClick={() => find.mutate()}>{t("builder.find_people")}</Button>
      </details>
    </div>
  );
}
