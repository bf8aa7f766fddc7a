import { type ReactNode, useState } from "react";
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { rememberSession } from "../../app/session.tsx";
import type { SearchText } from "../../app/search.ts";
import { Doorway } from "../../parts/doorway.tsx";
import { Refusal } from "../../parts/refusal.tsx";

/** Only a path of our own: no scheme, no second slash, no backslash, no control character. */
export const ownPath = (next: string | undefined): string => (next !== undefined && /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(next) ? next : "/");

export function SignIn(): ReactNode {
  const { t } = useI18n();
  const router = useRouter();
  const search: SearchText = useSearch({ strict: false });
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: () => api.access.signIn({ name, password }),
    onSuccess: (session) => { rememberSession(session); router.history.push(`/console${ownPath(search["next"])}`); },
  });
  return (
    <Doorway title={t("sign_in.title")} about={t("sign_in.about")}>
      <form onSubmit={(e) => { e.preventDefault(); enter.mutate(); }}>
        <Stack gap="md">
          <TextInput size="md" label={t("sign_in.name")} autoComplete="username" autoFocus required withAsterisk={false} value={name} onChange={(e) => setName(e.currentTarget.value)} spellCheck={false} autoCapitalize="none" />
          <PasswordInput size="md" label={t("sign_in.password")} autoComplete="current-password" required withAsterisk={false} value={password} onChange={(e) => setPassword(e.currentTarget.value)} />
          <Refusal error={enter.error} />
          <Button type="submit" size="md" loading={enter.isPending} disabled={name.trim() === "" || password === ""} fullWidth>{t("sign_in.enter")}</Button>
        </Stack>
      </form>
    </Doorway>
  );
}
