/** Who may sign in, who holds which role, and what a role may do. */
import { type ReactNode, useState } from "react";
import { Alert, Button, Tabs } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconLink, IconShieldPlus } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { useSearchText } from "../../app/search.ts";
import { useSession } from "../../app/session.tsx";
import { GrantDialog } from "../../parts/grant-dialog.tsx";
import { Page } from "../../parts/page.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { saveBlob } from "../../parts/save-file.ts";
import { AccountsTab } from "./accounts-tab.tsx";
import { GrantsTab } from "./grants-tab.tsx";
import { MatrixTab } from "./matrix-tab.tsx";

export function Roles(): ReactNode {
  const { t } = useI18n();
  const session = useSession();
  const [search, change] = useSearchText();
  const [granting, setGranting] = useState(false);
  const links = useMutation({ mutationFn: () => api.access.createStartLinks({}), onSuccess: (blob) => { saveBlob("start-links.csv", blob); return queryClient.invalidateQueries({ queryKey: ["access"] }); } });
  return (
    <Page title={t("roles.title")} about={t("roles.about")} actions={(
      <>
        {session.can("accounts.write") && <Button variant="default" leftSection={<IconLink size={16} />} loading={links.isPending} onClick={() => links.mutate()}>{t("roles.start_links")}</Button>}
        {session.can("access.write") && <Button leftSection={<IconShieldPlus size={16} />} onClick={() => setGranting(true)}>{t("access.grant")}</Button>}
      </>
    )}>
      <Refusal error={links.error} />
      {links.isSuccess && <Alert color="info" variant="light">{t("roles.start_links_done")}</Alert>}
      <Tabs value={search["tab"] ?? "accounts"} onChange={(tab) => change({ tab: tab ?? undefined, search: undefined, state: undefined, role: undefined, password: undefined, sort: undefined })}>
        <Tabs.List mb="lg" aria-label={t("roles.title")}><Tabs.Tab value="accounts">{t("roles.tab_accounts")}</Tabs.Tab><Tabs.Tab value="grants">{t("roles.tab_grants")}</Tabs.Tab><Tabs.Tab value="matrix">{t("roles.tab_matrix")}</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="accounts"><AccountsTab /></Tabs.Panel><Tabs.Panel value="grants"><GrantsTab /></Tabs.Panel><Tabs.Panel value="matrix"><MatrixTab /></Tabs.Panel>
      </Tabs>
      {granting && <GrantDialog close={() => setGranting(false)} />}
    </Page>
  );
}
