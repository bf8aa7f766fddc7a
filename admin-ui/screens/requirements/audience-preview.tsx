/** The people a condition means right now: number, sentence, sample. */
import type { ReactNode } from "react";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Condition } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { audienceText, reasonText } from "../../parts/explain.ts";
import { Panel } from "../../parts/panel.tsx";
import { PersonName } from "../../parts/person.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { isAskable } from "./terms.ts";
import css from "./requirements.module.css";

export function AudiencePreview({ condition }: { readonly condition: Condition }): ReactNode {
  const { t, f, language } = useI18n();
  const [asked] = useDebouncedValue(condition, 250);
  const query = useQuery({ queryKey: ["audiences", "preview", asked], enabled: isAskable(asked), queryFn: ({ signal }) => api.audiences.preview({ condition: asked }, { signal }), placeholderData: keepPreviousData });
  return (
    <Panel title={t("builder.meant")}>
      <Refusal error={query.error} />
      {!isAskable(condition) ? <p className={css["soft"]}>{t("builder.not_yet")}</p> : query.data === undefined ? <p className={css["soft"]}>{t("state.loading")}</p> : (
        <div aria-live="polite" style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
          <p className={css["big"]}>{f.number(query.data.peopleCount)}<span>{t("builder.people", { count: query.data.peopleCount })}</span></p>
          <p className={css["sentence"]}>{audienceText(t, query.data.sentence, language)}</p>
          <ul className={css["sample"]}>{query.data.sample.slice(0, 8).map((p) => <li key={p.personId}><PersonName name={p.displayName} fact={[p.position, p.orgUnit].filter(Boolean).join(" · ")} />{p.why.kind !== "everyone" && <small>{reasonText(t, p.why)}</small>}</li>)}</ul>
          {query.data.peopleCount > 8 && <p className={css["soft"]}>{t("builder.more", { count: query.data.peopleCount - Math.min(8, query.data.sample.length) })}</p>}
        </div>
      )}
    </Panel>
  );
}
