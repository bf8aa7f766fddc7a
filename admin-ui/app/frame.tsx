/** The room around every screen: navigation, search, running jobs, own menu. */
import { Suspense, type ReactNode } from "react";
import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet } from "@tanstack/react-router";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { Loading } from "../parts/states.tsx";
import { useI18n } from "./i18n.tsx";
import { JobsTray } from "./jobs-tray.tsx";
import { Navigation } from "./navigation.tsx";
import { openPalette, Palette } from "./palette.tsx";
import { OwnMenu } from "./own-menu.tsx";
import { StaleLine } from "./stale-line.tsx";
import css from "./frame.module.css";

export function Frame(): ReactNode {
  const { t } = useI18n();
  const [opened, menu] = useDisclosure(false);
  return (
    <div className={css["frame"]}>
      <a className="skip" href="#content">{t("frame.skip")}</a>
      <div className={css["side"]}><Navigation /></div>
      <Drawer opened={opened} onClose={menu.close} size={280} padding={0} withCloseButton={false} title={t("frame.navigation")} classNames={{ header: "visually-hidden" }}><Navigation onChoose={menu.close} /></Drawer>
      <header className={css["top"]}>
        <ActionIcon className={css["burger"]} variant="subtle" color="gray" size={36} onClick={menu.open} aria-label={t("frame.navigation")}><IconMenu2 size={20} /></ActionIcon>
        <button type="button" className={css["find"]} onClick={openPalette}>
          <IconSearch size={16} aria-hidden /><span>{t("palette.open")}</span><kbd>{navigator.platform.startsWith("Mac") ? "⌘" : t("frame.ctrl")} K</kbd>
        </button>
        <span className={css["space"]} />
        <JobsTray />
        <OwnMenu />
      </header>
      <main id="content" className={css["main"]} tabIndex={-1}>
        <StaleLine />
        <Suspense fallback={<div className={css["fallback"]}><Loading shape="page" /></div>}><Outlet /></Suspense>
      </main>
      <Palette />
    </div>
  );
}
