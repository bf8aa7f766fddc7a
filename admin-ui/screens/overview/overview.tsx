import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconUserPlus } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { useSession } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { DueByWeek } from "./due-by-week.tsx";
import { HeatMap } from "./heat-map.tsx";
import { Machine } from "./machine.tsx";
import { NeedsMe } from "./needs-me.tsx";
import { Recent } from "./recent.tsx";
import { Standing } from "./standing.tsx";
import { FirstSteps } from "./first-steps.tsx";
import css from "./overview.module.css";

export function OverviewScreen(): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const query = useQuery({ queryKey: ["reports", "overview"], queryFn: ({ signal }) => api.reports.overview({}, { signal }), refetchInterval: 30_000 });
  return (
    <Page title={t("overview.title")} about={query.data ? t("overview.as_of", { time: f.instant(query.data.asOf), zone: f.zone }) : undefined}>
      <Answered query={query} shape="cards">
        {(o) => (o.owed === 0 ? (
          o.peopleCount <= 1
            ? <FirstSteps />
            : <><Panel><Empty icon={<IconUserPlus size={26} />} title={t("overview.nothing_owed")} action={session.can("requirements.write") ? <Button component={Link} to="/requirements/new">{t("requirements.new")}</Button> : undefined}>{t("overview.nothing_owed_text")}</Empty></Panel><div className={css["thirds"]}><NeedsMe /><Machine /></div></>
        ) : (
          <div className={css["grid"]}>
            <Standing overview={o} />
            <div className={css["thirds"]}><DueByWeek weeks={o.weeks} overdue={o.overdue} /><NeedsMe /><Machine /></div>
            <HeatMap heat={o.heat} />
            <Recent recent={o.recent} days={o.days} />
          </div>
        ))}
      </Answered>
    </Page>
  );
}
