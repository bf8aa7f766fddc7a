/** Pages before sign-in: the organisation's name, one card, the languages. */
import type { ComponentChildren } from "preact";
import { languageNames, languages } from "../../ui-shared/i18n.ts";
import { Offline, useHeading } from "./frame.tsx";
import { Icon } from "./icon.tsx";
import { organisation } from "./brand.ts";
import { chooseBeforeSignIn } from "./session.ts";
import { useSignal } from "./signal.ts";
import { language, t } from "./words.ts";

export function Languages() {
  const now = useSignal(language);
  return (
    <div class="languages" role="group" aria-label={t("language")}>
      {languages.map((each) => (
        <button key={each} type="button" lang={each} aria-pressed={each === now} onClick={() => chooseBeforeSignIn(each)}>{languageNames[each]}</button>
      ))}
    </div>
  );
}

export function Gate({ title, lead, children }: { readonly title: string; readonly lead?: string | undefined; readonly children: ComponentChildren }) {
  const heading = useHeading(title);
  const shown = useSignal(organisation);
  return (
    <>
      <Offline />
      <main class="gate" id="main">
        <div class="gate-brand"><span class="brand-mark"><Icon name="check" size={30} /></span><strong>{shown?.name ?? "Muster"}</strong></div>
        <div class="card gate-card stack">
          <div><h1 ref={heading} tabIndex={-1}>{title}</h1>{lead && <p class="soft">{lead}</p>}</div>
          {children}
        </div>
        <Languages />
      </main>
    </>
  );
}
