import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { Answered } from "../../parts/states.tsx";
import { RuleTerms } from "./rule-terms.tsx";
import css from "./requirements.module.css";

export function EditionsTab({ requirementId }: { readonly requirementId: string }): ReactNode {
  const { t } = useI18n();
  const query = useQuery({ queryKey: ["requirements", requirementId, "editions"], queryFn: ({ signal }) => api.requirements.editions({ requirementId }, { signal }) });
  return <Answered query={query}>{(a) => <div className={css["stack"]}>{a.rows.map((r) => <RuleTerms key={r.id} rule={r} title={t("requirements.edition", { edition: r.edition })} />)}</div>}</Answered>;
}
