import type { ReactNode } from "react";
import { Button, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconMapSearch } from "@tabler/icons-react";
import { Empty } from "../parts/states.tsx";
import { useI18n } from "./i18n.tsx";

export function MissingPage(): ReactNode {
  const { t } = useI18n();
  return <main><VisuallyHidden component="h1">{t("missing.title")}</VisuallyHidden><Empty icon={<IconMapSearch size={26} />} title={t("missing.title")} action={<Button component={Link} to="/" variant="default">{t("missing.home")}</Button>}>{t("missing.text")}</Empty></main>;
}
