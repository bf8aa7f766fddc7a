/** An empty company: the four steps to the first proof. */
import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import { IconBook2, IconChecklist, IconRocket, IconUpload } from "@tabler/icons-react";
import { useI18n } from "../../app/i18n.tsx";
import { Panel } from "../../parts/panel.tsx";
import css from "./first-steps.module.css";

export function FirstSteps(): ReactNode {
  const { t } = useI18n();
  const steps = [
    { icon: IconUpload, to: "/imports" as const, title: t("first.people"), text: t("first.people_text") },
    { icon: IconBook2, to: "/courses" as const, title: t("first.course"), text: t("first.course_text") },
    { icon: IconChecklist, to: "/requirements/new" as const, title: t("first.requirement"), text: t("first.requirement_text") },
    { icon: IconRocket, to: "/rollouts" as const, title: t("first.rollout"), text: t("first.rollout_text") },
  ];
  return (
    <Panel title={t("first.title")} about={t("first.about")}>
      <ol className={css["steps"]}>
        {steps.map((s, i) => <li key={s.to}><Link to={s.to}><span className={css["icon"]}><s.icon size={20} aria-hidden /></span><b>{i + 1}. {s.title}</b><span>{s.text}</span></Link></li>)}
      </ol>
    </Panel>
  );
}
