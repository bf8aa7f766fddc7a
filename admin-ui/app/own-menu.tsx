import type { ReactNode } from "react";
import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconExternalLink, IconKey, IconLogout } from "@tabler/icons-react";
import { languageNames, languages } from "../../ui-shared/i18n.ts";
import { api } from "./api.ts";
import { useI18n } from "./i18n.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { leave, useSession } from "./session.tsx";
import { initials } from "../parts/person.tsx";
import css from "./own-menu.module.css";

export function OwnMenu(): ReactNode {
  const { t, language, setLanguage } = useI18n();
  const session = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <UnstyledButton className={css["me"]}><span className="visually-hidden">{t("own.menu")}</span><Avatar aria-hidden size={32} radius="xl" color="accent" name={session.name}>{initials(session.name)}</Avatar></UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={css["who"]}><b>{session.name}</b><span>{session.signInName}</span></div>
          <Menu.Divider />
          <div className={css["row"]}>
            <span id="own-language">{t("own.language")}</span>
            <SegmentedControl size="xs" fullWidth aria-labelledby="own-language" value={language} data={languages.map((l) => ({ value: l, label: languageNames[l] }))}
              onChange={(value) => { const chosen = languages.find((l) => l === value); if (chosen) { setLanguage(chosen); void api.access.chooseLanguage({ language: chosen }); } }} />
          </div>
          <div className={css["row"]}>
            <span id="own-theme">{t("own.theme")}</span>
            <SegmentedControl size="xs" fullWidth aria-labelledby="own-theme" value={colorScheme} onChange={(v) => setColorScheme(v === "dark" ? "dark" : v === "light" ? "light" : "auto")}
              data={[{ value: "auto", label: t("own.theme_auto") }, { value: "light", label: t("own.theme_light") }, { value: "dark", label: t("own.theme_dark") }]} />
          </div>
          <Menu.Divider />
          <Menu.Item component="a" href="/" leftSection={<IconExternalLink size={16} />}>{t("own.portal")}</Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} />} onClick={dialog.open}>{t("own.password")}</Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} className="mirror" />} onClick={() => void leave()}>{t("own.sign_out")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {opened && <PasswordDialog close={dialog.close} />}
    </>
  );
}
