/** First run: company, addresses, first administrator; then signed in. */
import { type ReactNode, useState } from "react";
import { Alert, Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconArrowRight, IconKey } from "@tabler/icons-react";
import { api } from "../../app/api.ts";
import { useI18n } from "../../app/i18n.tsx";
import { newKey } from "../../app/queries.ts";
import { Doorway } from "../../parts/doorway.tsx";
import { NewPassword, passwordLength } from "../../parts/new-password.tsx";
import { fieldFault, Refusal } from "../../parts/refusal.tsx";
import { isLanguage, languageNames, languages } from "../../../ui-shared/i18n.ts";
import steps from "../imports/imports.module.css";
import { zones } from "../settings/zones.ts";

/** Behind `#`, so that it reaches no server log; taken out of the address as soon as it is read. */
function takeToken(): string {
  const token = location.hash.replace(/^#(?:token=)?/, "");
  if (token !== "") { sessionStorage.setItem("muster.setup", token); history.replaceState(history.state, "", location.pathname); }
  return token || (sessionStorage.getItem("muster.setup") ?? "");
}
/** The same address by another name: browsers keep the two apart, which is what course content needs. */
function contentGuess(): string {
  const url = new URL(location.origin);
  if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  else if (url.hostname === "127.0.0.1") url.hostname = "localhost";
  else url.hostname = `content-${url.hostname}`;
  return url.origin;
}

export function Setup(): ReactNode {
  const { t, f, language, setLanguage } = useI18n();
  const [step, setStep] = useState(0);
  const [key] = useState(newKey);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [v, set] = useState({ token: takeToken(), companyName: "", zone: zones.includes(here) ? here : "Europe/Berlin", publicUrl: location.origin, contentUrl: contentGuess(), givenName: "", familyName: "", email: "", password: "" });
  const state = useQuery({ queryKey: ["setup"], queryFn: () => api.appliance.setUpState({}) });
  const put = (patch: Partial<typeof v>): void => set({ ...v, ...patch });
  const act = useMutation({
    mutationFn: async () => {
      const done = await api.appliance.setUp({ ...v, language }, { idempotencyKey: key });
      sessionStorage.removeItem("muster.setup");
      // Another public address: the login must begin there.
      if (done.publicUrl !== location.origin) return `${done.publicUrl}/console/sign-in`;
      await api.access.signIn({ name: done.signInName, password: v.password });
      return "/console/";
    },
    onSuccess: (to) => location.assign(to),
  });
  const names = ["company", "addresses", "administrator"] as const;
  const ready = [v.companyName.trim() !== "" && v.token !== "", URL.canParse(v.publicUrl) && URL.canParse(v.contentUrl) && v.publicUrl !== v.contentUrl, v.givenName.trim() !== "" && v.familyName.trim() !== "" && v.email.includes("@") && [...v.password].length >= passwordLength];
  if (state.data?.state === "done") return <Doorway title={t("setup.done")} about={t("setup.done_text")}><Button component="a" href="/console/sign-in" fullWidth size="md">{t("sign_in.title")}</Button></Doorway>;
  return (
    <Doorway wide title={t("setup.title")} about={t("setup.about")}>
      <form onSubmit={(e) => { e.preventDefault(); if (!ready[step]) return; if (step < 2) setStep(step + 1); else act.mutate(); }}>
        <Stack gap="lg">
          <ol className={steps["steps"]}>{names.map((n, i) => <li key={n} data-state={i < step ? "done" : i === step ? "now" : "later"} aria-current={i === step ? "step" : undefined}><b>{f.number(i + 1)}</b>{t(`setup.${n}`)}</li>)}</ol>
          {step === 0 && (
            <>
              {v.token === "" && <Alert color="warning" variant="light" icon={<IconKey size={18} />} title={t("setup.no_token")}><TextInput mt="xs" label={t("setup.token")} description={t("setup.token_help")} value={v.token} dir="ltr" onChange={(e) => put({ token: e.currentTarget.value.trim().replace(/^.*#(?:token=)?/, "") })} /></Alert>}
              <TextInput label={t("setup.company_name")} description={t("setup.company_name_help")} autoFocus autoComplete="organization" value={v.companyName} error={fieldFault(act.error, "companyName")} onChange={(e) => put({ companyName: e.currentTarget.value })} />
              <Select label={t("settings.zone")} description={t("settings.zone_help")} searchable value={v.zone} data={zones} onChange={(x) => put({ zone: x ?? v.zone })} />
              <Select label={t("settings.language")} description={t("settings.language_help")} value={language} data={languages.map((l) => ({ value: l, label: languageNames[l] }))} onChange={(x) => { if (isLanguage(x)) setLanguage(x); }} />
            </>
          )}
          {step === 1 && (
            <>
              <TextInput label={t("setup.public_url")} description={t("setup.public_url_help")} autoFocus dir="ltr" value={v.publicUrl} error={fieldFault(act.error, "publicUrl")} onChange={(e) => put({ publicUrl: e.currentTarget.value.trim() })} />
              <TextInput label={t("setup.content_url")} description={t("setup.content_url_help")} dir="ltr" value={v.contentUrl} error={fieldFault(act.error, "contentUrl") ?? (v.publicUrl === v.contentUrl ? t("setup.same_address") : null)} onChange={(e) => put({ contentUrl: e.currentTarget.value.trim() })} />
            </>
          )}
          {step === 2 && (
            <>
              <Group grow align="flex-start"><TextInput label={t("people.given")} autoFocus autoComplete="given-name" value={v.givenName} error={fieldFault(act.error, "givenName")} onChange={(e) => put({ givenName: e.currentTarget.value })} /><TextInput label={t("people.family")} autoComplete="family-name" value={v.familyName} error={fieldFault(act.error, "familyName")} onChange={(e) => put({ familyName: e.currentTarget.value })} /></Group>
              <TextInput label={t("people.email")} description={t("setup.email_help")} type="email" autoComplete="username" value={v.email} error={fieldFault(act.error, "email")} onChange={(e) => put({ email: e.currentTarget.value })} />
              <NewPassword value={v.password} onChange={(password) => put({ password })} error={fieldFault(act.error, "password")} />
            </>
          )}
          <Refusal error={act.error} />
          <Group justify="space-between">
            {step > 0 ? <Button variant="default" leftSection={<IconArrowLeft size={16} className="mirror" />} onClick={() => setStep(step - 1)}>{t("action.back")}</Button> : <span />}
            <Button type="submit" loading={act.isPending} disabled={!ready[step]} rightSection={step < 2 ? <IconArrowRight size={16} className="mirror" /> : undefined}>{step < 2 ? t("action.next") : t("setup.finish")}</Button>
          </Group>
        </Stack>
      </form>
    </Doorway>
  );
}
