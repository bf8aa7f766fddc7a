import type { ReactNode } from "react";
import type { Rule } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { audienceText, dueText, validityText } from "../../parts/explain.ts";
import { Pairs, Panel } from "../../parts/panel.tsx";

export function RuleTerms({ rule, title }: { readonly rule: Rule; readonly title: string }): ReactNode {
  const { t, f, language } = useI18n();
  return (
    <Panel title={title} actions={<StateBadge state={rule.state} />}>
      <Pairs pairs={[
        [t("requirements.audience"), audienceText(t, rule.sentence, language)], [t("duties.due"), dueText(t, (d) => f.day(d), rule.due)], [t("requirements.grace"), t("days", { count: rule.graceDays })],
        [t("requirements.validity"), validityText(t, rule.validity)], ...(rule.validity.months === null ? [] : [[t("requirements.window"), t("days", { count: rule.windowDays })] as const]),
        ...(rule.effectiveOn === null ? [] : [[t("requirements.effective"), f.day(rule.effectiveOn)] as const]),
        rule.publishedAt === null ? [t("requirements.drafted"), f.instant(rule.createdAt)] : [t("requirements.published"), f.instant(rule.publishedAt)],
      ]} />
    </Panel>
  );
}
