import { type ReactNode, useState } from "react";
import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlug, IconShieldHalf } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { Badge, StateBadge } from "../../parts/badge.tsx";
import { Page } from "../../parts/page.tsx";
import { Pairs, Panel } from "../../parts/panel.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "../requirements/requirements.module.css";

export function Plugins(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const [act, setAct] = useState<{ id: string; title: string; on: boolean } | null>(null);
  const query = useQuery({ queryKey: ["plugins"], queryFn: ({ signal }) => api.appliance.plugins({}, { signal }) });
  return (
    <Page title={t("plugins.title")} about={t("plugins.about")}>
      <Alert color="info" variant="light" icon={<IconShieldHalf size={18} />}>{t("plugins.trust")}</Alert>
      <Answered query={query} shape="cards" empty={(a) => (a.rows.length > 0 ? null : <Empty icon={<IconPlug size={26} />} title={t("plugins.empty")} />)}>
        {(a) => (
          <div className={css["halves"]}>
            {a.rows.map((p) => (
              <Panel key={p.id} title={p.title} about={`${p.id} · ${p.version}`} actions={<>{p.isRunning !== p.isEnabled && <Badge tone="warning">{t("plugins.next_start")}</Badge>}<StateBadge state={p.isRunning ? "on" : "off"} /></>}>
                <Pairs pairs={[
                  [t("plugins.origin"), p.origin === "bundled" ? t("plugins.bundled") : (p.folder ?? t("plugins.folder"))], [t("plugins.points"), p.points.length === 0 ? "–" : p.points.join(", ")],
                  [t("plugins.failures"), p.failureCount === 0 ? t("plugins.none_since_start") : t("plugins.failures_text", { count: p.failureCount, ever: p.failureCountEver })],
                  ...(p.lastFailure === null ? [] : [[t("plugins.last_failure"), `${f.instant(p.lastFailureAt, true)}: ${p.lastFailure}`] as const]), ...(p.leftOut === null ? [] : [[t("plugins.left_out"), t(`plugins.left_out_${p.leftOut}`)] as const]),
                ]} />
                {session.can("appliance.write") && <Button mt="md" size="compact-md" variant={p.isEnabled ? "subtle" : "default"} {...(p.isEnabled ? { color: "danger" } : {})} onClick={() => setAct({ id: p.id, title: p.title, on: !p.isEnabled })}>{p.isEnabled ? t("plugins.disable") : t("plugins.enable")}</Button>}
              </Panel>
            ))}
          </div>
        )}
      </Answered>
      {act !== null && <ReasonDialog danger={!act.on} title={act.on ? t("plugins.enable") : t("plugins.disable")} about={t("plugins.change_about", { title: act.title })} button={act.on ? t("plugins.enable") : t("plugins.disable")} close={() => setAct(null)} run={(reason) => (act.on ? api.appliance.enablePlugin({ pluginId: act.id, reason }) : api.appliance.disablePlugin({ pluginId: act.id, reason }))} />}
    </Page>
  );
}
