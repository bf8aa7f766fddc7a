/** First visit by a start link: choose a password and be signed in. The secret stands after "#" and reaches no log. */
import { useEffect, useState } from "preact/hooks";
import { api, ApiFailure } from "../parts/api.ts";
import { FailureNote, FailurePage, Skeleton } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { Gate } from "../parts/gate.tsx";
import { PasswordRules, ruleStates } from "../parts/password-rules.tsx";
import { Reveal } from "../parts/reveal.tsx";
import { go } from "../parts/router.ts";
import { organisation } from "../parts/brand.ts";
import { enter } from "../parts/session.ts";
import { t } from "../parts/words.ts";

type Read = Awaited<ReturnType<typeof api.access.readStartLink>>;

export function StartLink() {
  const [token] = useState(() => location.hash.slice(1));
  const [read, setRead] = useState<Read>();
  const [broken, setBroken] = useState<ApiFailure>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [fault, setFault] = useState<string>();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);

  function look(): void {
    setBroken(undefined);
    api.access.readStartLink({ token: token === "" ? "-" : token }).then(setRead, (error: unknown) => {
      if (error instanceof ApiFailure) setBroken(error);
      else throw error;
    });
  }
  useEffect(look, []);

  const own = [read?.personName ?? "", read?.signInName ?? "", organisation.value?.name ?? ""];

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setFailure(undefined);
    if (!ruleStates(password, own).every((rule) => rule.isMet)) { setFault(t("rule.missing")); return; }
    setFault(undefined);
    setBusy(true);
    try {
      const view = await api.access.redeemStartLink({ token, password });
      // The used secret leaves the address before anything else is shown.
      history.replaceState(history.state, "", "/start");
      await enter(view);
      go("/", { replace: true });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    } finally { setBusy(false); }
  }

  if (broken) return (
    <Gate title={t("start.title")}>
      {broken.status === 0
        ? <FailurePage failure={broken} again={look} />
        : <><FailureNote failure={broken} /><p class="soft">{t("start.brokenHelp")}</p><a class="button full" href="/sign-in">{t("signIn.title")}</a></>}
    </Gate>
  );
  if (!read) return <Gate title={t("start.title")}><Skeleton lines={[60, 100, 40]} /></Gate>;
  return (
    <Gate title={read.hasPassword ? t("start.again", { name: read.personName }) : t("start.hello", { name: read.personName })} lead={t("start.lead", { name: `\u2068${read.signInName}\u2069` })}>
      <form class="stack" onSubmit={(event) => { void submit(event); }} noValidate>
        <input class="unseen" type="text" name="username" autocomplete="username" value={read.signInName} readOnly tabIndex={-1} aria-hidden="true" />
        <Reveal label={t("password.new")} autocomplete="new-password" fault={fault} describedBy="rules" onInput={setPassword} />
        <PasswordRules id="rules" password={password} own={own} />
        <FailureNote failure={failure} />
        <Submit busy={busy} kind="main full">{t("start.do")}</Submit>
      </form>
    </Gate>
  );
}
