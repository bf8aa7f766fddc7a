/** May this person sign in, and what may they do. */
import { type ReactNode, useState } from "react";
import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconLink, IconLogin2, IconShieldPlus } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { queryClient } from "../../app/queries.ts";
import { useSession } from "../../app/session.tsx";
import { StateBadge } from "../../parts/badge.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { roleName } from "../../parts/explain.ts";
import { GrantDialog } from "../../parts/grant-dialog.tsx";
import { Panel, Pairs } from "../../parts/panel.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import css from "./people.module.css";

export function AccessTab({ personId, email, name }: { readonly personId: string; readonly email: string | null; readonly name: string }): ReactNode {
  const { t, f } = useI18n();
  const session = useSession();
  const query = useQuery({ queryKey: ["access", personId], queryFn: ({ signal }) => api.access.accountOf({ personId }, { signal }) });
  const [signInName, setSignInName] = useState(email ?? "");
  const [dialog, setDialog] = useState<"end" | "resume" | "out" | "grant" | { grantId: string } | null>(null);
  const open = useMutation({ mutationFn: () => api.access.openAccount({ personId, signInName }), onSuccess: () => queryClient.invalidateQueries() });
  const link = useMutation({ mutationFn: (accountId: string) => api.access.createStartLink({ accountId }) });
  const mayAccount = session.can("accounts.write");
  const mayGrant = session.can("access.write");
  const close = (): void => setDialog(null);
  return (
    <Answered query={query} shape="form">
      {({ account, grants, logins }) => (
        <div className={css["columns"]}>
          <div className={css["stack"]}>
            <Panel title={t("access.account")} actions={account && <StateBadge state={account.state} />}>
              {account === null ? (
                <Stack>
                  <Empty compact icon={<IconLogin2 size={22} />} title={t("access.none")}>{t("access.none_text")}</Empty>
                  {mayAccount && <form onSubmit={(e) => { e.preventDefault(); open.mutate(); }}><Stack><TextInput label={t("sign_in.name")} description={t("access.name_help")} value={signInName} onChange={(e) => setSignInName(e.currentTarget.value)} /><Refusal error={open.error} /><Group><Button type="submit" loading={open.isPending} disabled={signInName.trim() === ""}>{t("access.open")}</Button></Group></Stack></form>}
                </Stack>
              ) : (
                <Stack>
                  <Pairs pairs={[
                    [t("access.name"), account.signInName], [t("sign_in.password"), account.hasPassword ? t("access.password_since", { time: f.instant(account.passwordSince) }) : t("access.no_password")],
                    [t("access.last"), f.instant(account.lastSignedInAt)], [t("access.start_link"), account.startLinkUntil === null ? "–" : t("access.link_until", { time: f.instant(account.startLinkUntil) })],
                  ]} />
                  {link.data && (
                    <Alert color="info" variant="light" icon={<IconLink size={18} />} title={t("access.link_once")}>
                      <Stack gap="xs"><code className={css["secret"]} dir="ltr">{location.origin + link.data.path}</code><Group><CopyButton value={location.origin + link.data.path} /><span>{t("access.link_until", { time: f.instant(link.data.expiresAt) })}</span></Group></Stack>
                    </Alert>
                  )}
                  <Refusal error={link.error} />
                  {mayAccount && (
                    <Group gap="xs">
                      {account.state === "active" && <Button variant="default" leftSection={<IconLink size={16} />} loading={link.isPending} onClick={() => link.mutate(account.id)}>{t("access.make_link")}</Button>}
                      {account.state === "active" && logins.length > 0 && <Button variant="default" onClick={() => setDialog("out")}>{t("access.sign_out_everywhere")}</Button>}
                      {account.state === "active" ? <Button variant="subtle" color="danger" onClick={() => setDialog("end")}>{t("access.end")}</Button> : <Button variant="default" onClick={() => setDialog("resume")}>{t("access.resume")}</Button>}
                    </Group>
                  )}
                  {dialog === "end" && <ReasonDialog danger title={t("access.end")} about={t("access.end_about")} button={t("access.end")} close={close} run={(reason) => api.access.endAccount({ accountId: account.id, reason })} />}
                  {dialog === "resume" && <ReasonDialog title={t("access.resume")} about={t("access.resume_about")} button={t("access.resume")} close={close} run={(reason) => api.access.resumeAccount({ accountId: account.id, reason })} />}
                  {dialog === "out" && <ReasonDialog title={t("access.sign_out_everywhere")} about={t("access.sign_out_about")} button={t("access.sign_out_everywhere")} close={close} run={(reason) => api.access.endLogins({ accountId: account.id, reason })} />}
                </Stack>
              )}
            </Panel>
            <Panel title={t("access.logins")}>
              {logins.length === 0 ? <p className={css["soft"]}>{t("access.no_logins")}</p> : <ul className={css["plain"]}>{logins.map((l) => <li key={l.id}><div><b>{l.peer}</b><small style={{ display: "block", color: "var(--mu-text-faint)" }}>{l.agent}</small></div><span>{t("access.seen", { time: f.ago(l.seenAt) })}</span></li>)}</ul>}
            </Panel>
          </div>
          <Panel title={t("access.roles")} actions={mayGrant && <Button size="compact-sm" variant="subtle" leftSection={<IconShieldPlus size={14} />} onClick={() => setDialog("grant")}>{t("access.grant")}</Button>}>
            {grants.length === 0 ? <p className={css["soft"]}>{t("access.no_roles")}</p> : (
              <ul className={css["plain"]}>
                {grants.map((g) => (
                  <li key={g.id}><div><b>{roleName(t, g.role)}</b><small style={{ display: "block", color: "var(--mu-text-faint)" }}>{g.reason} · {t("people.from", { day: f.day(g.validFrom, false) })}</small></div>
                    {g.endedAt === null ? (mayGrant && <Button size="compact-sm" variant="subtle" color="danger" onClick={() => setDialog({ grantId: g.id })}>{t("access.take_back")}</Button>) : <StateBadge state="ended" />}</li>
                ))}
              </ul>
            )}
            {dialog === "grant" && <GrantDialog person={{ id: personId, name }} close={close} />}
            {dialog !== null && typeof dialog === "object" && <ReasonDialog danger title={t("access.take_back")} about={t("access.take_back_about")} button={t("access.take_back")} close={close} run={(reason) => api.access.endGrant({ grantId: dialog.grantId, reason })} />}
          </Panel>
        </div>
      )}
    </Answered>
  );
}
