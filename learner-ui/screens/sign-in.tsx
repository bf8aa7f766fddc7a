/** Sign-in: first who, then the password; clear refusals, and the wait in seconds when there were too many tries. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiFailure } from "../parts/api.ts";
import { everySecond } from "../parts/clock.ts";
import { FailureNote } from "../parts/failure.tsx";
import { Field, Submit } from "../parts/form.tsx";
import { Gate } from "../parts/gate.tsx";
import { Icon } from "../parts/icon.tsx";
import { Reveal } from "../parts/reveal.tsx";
import { go, placeBehind } from "../parts/router.ts";
import { enter } from "../parts/session.ts";
import { recall, remember } from "../parts/store.ts";
import { t } from "../parts/words.ts";

const kept = "muster.name";

export function SignIn() {
  const [name, setName] = useState(() => recall(kept) ?? "");
  const [step, setStep] = useState<"name" | "password">("name");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [wait, setWait] = useState(0);
  const password = useRef<HTMLInputElement>(null);

  const form = useRef<HTMLFormElement>(null);

  useEffect(() => { if (step === "password") password.current?.focus(); else form.current?.querySelector("input")?.focus(); }, [step]);
  useEffect(() => wait > 0 ? everySecond(() => setWait((left) => Math.max(0, left - 1))) : undefined, [wait > 0]);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setFault(undefined);
    if (step === "name") {
      if (name.trim() === "") { setFault(t("signIn.nameMissing")); return; }
      setStep("password");
      return;
    }
    const typed = password.current?.value ?? "";
    if (typed === "") { setFault(t("signIn.passwordMissing")); password.current?.focus(); return; }
    if (wait > 0) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const view = await api.access.signIn({ name: name.trim(), password: typed });
      remember(kept, name.trim());
      await enter(view);
      go(placeBehind(), { replace: true });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
      setWait(error.retryAfterS ?? 0);
      password.current?.focus();
      password.current?.select();
    } finally { setBusy(false); }
  }

  function change(): void {
    setStep("name");
    setFailure(undefined);
    setFault(undefined);
  }

  return (
    <Gate title={t("signIn.title")} lead={step === "name" ? t("signIn.lead") : undefined}>
      <form ref={form} class="stack" onSubmit={(event) => { void submit(event); }} noValidate>
        {step === "name"
          ? (
            <Field key="name" label={t("signIn.name")} name="username" autocomplete="username" inputMode="email" value={name} fault={fault} onInput={setName} />
          )
          : (
            <>
              <p class="who"><Icon name="person" /><span dir="auto">{name.split("@")[0]}{name.includes("@") && <><wbr />@{name.split("@").slice(1).join("@")}</>}</span><button type="button" class="button quiet" onClick={change}>{t("change")}</button></p>
              {/* For password stores, which look for the name beside the password. */}
              <input class="unseen" type="text" name="username" autocomplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
              <Reveal key="password" label={t("signIn.password")} autocomplete="current-password" field={password} fault={fault} />
            </>
          )}
        {wait > 0
          ? <div class="note warn" role="status"><Icon name="clock" /><p>{t("limited", { seconds: wait })}</p></div>
          : <FailureNote failure={failure} />}
        <Submit busy={busy} disabled={wait > 0} kind="main full">{step === "name" ? t("continue") : t("signIn.do")}</Submit>
      </form>
      {step === "password" && <p class="small soft">{t("signIn.help")}</p>}
    </Gate>
  );
}
