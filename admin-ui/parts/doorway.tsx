/** The page in front of the console: sign-in and set-up. */
import { type ReactNode, useEffect } from "react";
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { languageNames, languages } from "../../ui-shared/i18n.ts";
import { api } from "../app/api.ts";
import { useI18n } from "../app/i18n.tsx";
import { Mark } from "./mark.tsx";
import css from "./doorway.module.css";

export function Doorway({ title, about, wide = false, children }: { readonly title: string; readonly about?: ReactNode; readonly wide?: boolean; readonly children: ReactNode }): ReactNode {
  const { t, language, setLanguage } = useI18n();
  const brand = useQuery({ queryKey: ["settings", "brand"], queryFn: ({ signal }) => api.settings.brand({}, { signal }), retry: false });
  useEffect(() => { document.title = `${title} · Muster`; }, [title]);
  return (
    <div className={css["door"]}>
      <header className={css["top"]}>
        <span className={css["brand"]}><Mark size={32} /><b>{brand.data?.name || "Muster"}</b></span>
        <Select size="sm" w={130} aria-label={t("own.language")} value={language} data={languages.map((l) => ({ value: l, label: languageNames[l] }))} onChange={(v) => { const chosen = languages.find((l) => l === v); if (chosen) setLanguage(chosen); }} />
      </header>
      <main className={css["main"]} data-wide={wide || undefined}>
        <h1>{title}</h1>
        {about !== undefined && <p className={css["about"]}>{about}</p>}
        <div className={css["card"]}>{children}</div>
      </main>
    </div>
  );
}
