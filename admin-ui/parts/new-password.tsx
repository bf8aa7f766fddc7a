/** Choosing a password: what is asked of it, said before and while typing. Paste and password managers are welcome. */
import type { ReactNode } from "react";
import { PasswordInput } from "@mantine/core";
import { IconCircle, IconCircleCheck } from "@tabler/icons-react";
import { useI18n } from "../app/i18n.tsx";
import css from "./new-password.module.css";

export const passwordLength = 15;

export function NewPassword({ value, onChange, error }: { readonly value: string; onChange(value: string): void; readonly error?: ReactNode }): ReactNode {
  const { t } = useI18n();
  const long = [...value].length >= passwordLength;
  return (
    <div>
      <PasswordInput label={t("password.new")} autoComplete="new-password" required withAsterisk={false} value={value} error={error} onChange={(e) => onChange(e.currentTarget.value)} aria-describedby="password-rules" />
      <ul id="password-rules" className={css["rules"]}>
        <li data-met={long || undefined}>{long ? <IconCircleCheck size={15} aria-hidden /> : <IconCircle size={15} aria-hidden />}{t("password.rule_length", { count: passwordLength })}</li>
        <li>{t("password.rule_words")}</li>
      </ul>
    </div>
  );
}
