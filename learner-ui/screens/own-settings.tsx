/** What a person sets for themselves: language, look, password, and where they are signed in. */
import { useState } from "preact/hooks";
import { languageNames, languages, type Language } from "../../ui-shared/i18n.ts";
import { api, ApiFailure } from "../parts/api.ts";
import { announce } from "../parts/announce.ts";
import { FailureNote, Skeleton } from "../parts/failure.tsx";
import { Submit } from "../parts/form.tsx";
import { Page } from "../parts/frame.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoad } from "../parts/load.ts";
import { PasswordRules, ruleStates } from "../parts/password-rules.tsx";
import { Reveal } from "../parts/reveal.tsx";
import { enter, session, signOut } from "../parts/session.ts";
import { useSignal } from "../parts/signal.ts";
import { chooseTheme, theme, type Theme } from "../parts/theme.ts";
import { ago, language, speak, t } from "../parts/words.ts";

/** Runs a write and keeps its refusal for showing. */
function useWrite(): { busy: boolean; failure: ApiFailure | undefined; run: (write: () => Promise<void>) => Promise<boolean> } {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  return {
    busy, failure,
    async run(write) {
      setBusy(true);
      setFailure(undefined);
      try { await write(); return true; } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        setFailure(error);
        return false;
      } finally { setBusy(false); }
    },
  };
}

function Look() {
  const spoken = useSignal(language);
  const shown = useSignal(theme);
  const write = useWrite();
  async function choose(wanted: Language): Promise<void> {
    await speak(wanted, true);
    await write.run(async () => { await api.access.chooseLanguage({ language: wanted }); });
  }
  return (
    <section class="card stack" aria-labelledby="look">
      <h2 id="look">{t("settings.look")}</h2>
      <fieldset class="segments">
        <legend class="legend">{t("language")}</legend>
        {languages.map((each) => (
          <label key={each} lang={each}><input type="radio" name="language" checked={each === spoken} onChange={() => { void choose(each); }} />{languageNames[each]}</label>
        ))}
      </fieldset>
      <fieldset class="segments">
        <legend class="legend">{t("theme")}</legend>
        {(["auto", "light", "dark"] satisfies Theme[]).map((each) => (
          <label key={each}><input type="radio" name="theme" checked={each === shown} onChange={() => chooseTheme(each)} />{t(`theme.${each}`)}</label>
        ))}
      </fieldset>
      <FailureNote failure={write.failure} />
    </section>
  );
}

function Password() {
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [fault, setFault] = useState<string>();
  const write = useWrite();
  const own = [session.value?.name ?? "", session.value?.signInName ?? "", session.value?.organisation ?? ""];
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!ruleStates(next, own).every((rule) => rule.isMet)) { setFault(t("rule.missing")); return; }
    setFault(undefined);
    if (await write.run(async () => enter(await api.access.changePassword({ current, password: next })))) {
      setOpen(false);
      setDone(true);
      announce(t("password.changed"));
    }
  }
  return (
    <section class="card stack" aria-labelledby="password">
      <div class="row apart"><h2 id="password">{t("password.title")}</h2>{!isOpen && <button type="button" class="button" onClick={() => { setOpen(true); setDone(false); }}>{t("password.change")}</button>}</div>
      {isDone && <div class="note good"><Icon name="checked" /><p>{t("password.changed")}</p></div>}
      {isOpen && (
        <form class="stack" onSubmit={(event) => { void submit(event); }} noValidate>
          <input class="unseen" type="text" name="username" autocomplete="username" value={session.value?.signInName ?? ""} readOnly tabIndex={-1} aria-hidden="true" />
          <Reveal label={t("password.current")} autocomplete="current-password" onInput={setCurrent} />
          <Reveal label={t("password.new")} autocomplete="new-password" fault={fault} describedBy="own-rules" onInput={setNext} />
          <PasswordRules id="own-rules" password={next} own={own} />
          <p class="small soft">{t("password.others")}</p>
          <FailureNote failure={write.failure} />
          <div class="row"><Submit busy={write.busy}>{t("password.save")}</Submit><button type="button" class="button" onClick={() => setOpen(false)}>{t("cancel")}</button></div>
        </form>
      )}
    </section>
  );
}

/** "Firefox, Windows" of a long technical line. */
function deviceName(agent: string): string {
  const browser = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : "";
  const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Windows/.test(agent) ? "Windows" : /Mac OS/.test(agent) ? "macOS" : /Linux/.test(agent) ? "Linux" : "";
  return [browser, system].filter(Boolean).join(", ") || agent.slice(0, 40) || t("device.unknown");
}

function Devices() {
  const logins = useLoad("logins", (signal) => api.access.ownLogins({}, { signal }));
  const write = useWrite();
  const rows = logins.value?.rows;
  async function end(change: () => Promise<unknown>): Promise<void> {
    if (await write.run(async () => { await change(); })) { announce(t("device.ended")); logins.again(); }
  }
  return (
    <section class="card stack" aria-labelledby="devices">
      <h2 id="devices">{t("device.title")}</h2>
      {!rows && (logins.failure ? <FailureNote failure={logins.failure} again={logins.again} /> : <Skeleton lines={[60, 50]} />)}
      {rows && (
        <ul class="devices">
          {rows.map((row) => (
            <li key={row.id}>
              <Icon name="device" size={24} />
              <div><strong><bdi>{deviceName(row.agent)}</bdi></strong> {row.isCurrent && <span class="badge good">{t("device.this")}</span>}<p class="small soft">{t("device.seen", { when: ago(row.seenAt), from: `\u2068${row.peer}\u2069` })}</p></div>
              {!row.isCurrent && <button type="button" class="button" aria-label={t("device.endThis", { name: deviceName(row.agent) })} onClick={() => { void end(() => api.access.endOwnLogin({ loginId: row.id })); }}>{t("device.end")}</button>}
            </li>
          ))}
        </ul>
      )}
      {rows && rows.length > 2 && <div><button type="button" class="button" onClick={() => { void end(() => api.access.endOtherLogins({})); }}>{t("device.endAll")}</button></div>}
      <FailureNote failure={write.failure} />
    </section>
  );
}

export function OwnSettings() {
  const who = useSignal(session);
  const write = useWrite();
  return (
    <Page title={t("nav.settings")} lead={who ? `${who.name} · \u2068${who.signInName}\u2069` : undefined}>
      <Look />
      <Password />
      <Devices />
      <FailureNote failure={write.failure} />
      <div class="row">
        <Submit busy={write.busy} kind="" onClick={() => { void write.run(signOut); }}><Icon name="out" />{t("signOut")}</Submit>
        {who?.isStaff && <a class="button quiet" href="/console">{t("console")}<Icon name="external" size={18} /></a>}
      </div>
    </Page>
  );
}
