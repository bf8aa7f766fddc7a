/** The frame of every page but the player: who we are, where one can go, where one is. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import { online } from "./online.ts";
import { arrived, type Place, route } from "./router.ts";
import { organisation } from "./brand.ts";
import { session } from "./session.ts";
import { useSignal } from "./signal.ts";
import { t } from "./words.ts";

/** Names the tab and moves focus to the heading when the address has changed. */
export function useHeading(title: string): { current: HTMLHeadingElement | null } {
  const heading = useRef<HTMLHeadingElement | null>(null);
  useLayoutEffect(() => {
    document.title = [title, organisation.value?.name ?? "Muster"].join(" · ");
  }, [title]);
  useLayoutEffect(() => arrived(heading.current), [route.value.visit]);
  return heading;
}

export function Brand() {
  const shown = useSignal(organisation);
  return (
    <>
      <span class="brand-mark"><Icon name="check" size={22} /></span>
      <span class="brand-name">{shown?.name ?? "Muster"}</span>
    </>
  );
}

export function Offline() {
  return useSignal(online) ? null : <div class="banner" role="status"><p><Icon name="cloud" />{t("offline")}</p></div>;
}

const links: readonly { readonly place: Place; readonly path: string; readonly icon: IconName; readonly word: "nav.training" | "nav.record" | "nav.settings" }[] = [
  { place: "home", path: "/", icon: "book", word: "nav.training" },
  { place: "record", path: "/record", icon: "award", word: "nav.record" },
  { place: "settings", path: "/settings", icon: "settings", word: "nav.settings" },
];

interface PageProps {
  readonly title: string;
  readonly eyebrow?: string | undefined;
  readonly lead?: string | undefined;
  readonly wide?: boolean;
  /** Whether the page is still being read: told to screen readers. */
  readonly busy?: boolean;
  readonly back?: { readonly path: string; readonly word: string };
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ title, eyebrow, lead, wide = false, busy = false, back, tools, children }: PageProps) {
  const heading = useHeading(title);
  const here = useSignal(route).place;
  return (
    <div class="frame">
      <a class="skip" href="#main">{t("skip")}</a>
      <Offline />
      <header class="top">
        <div class="top-row">
          <a class="brand" href="/"><Brand /></a>
          {useSignal(session) && (
            <nav class="nav" aria-label={t("nav")}>
              {links.map((link) => (
                <a key={link.place} href={link.path} aria-current={here === link.place ? "page" : undefined}><Icon name={link.icon} size={22} />{t(link.word)}</a>
              ))}
            </nav>
          )}
        </div>
      </header>
      <main id="main" class={`page stack loose${wide ? " wide" : ""}`} tabIndex={-1} aria-busy={busy}>
        <div class="hello">
          {back && <p class="no-print"><a class="row" style={{ gap: "var(--mu-1)", display: "inline-flex", minHeight: "2rem" }} href={back.path}><Icon name="back" size={18} />{back.word}</a></p>}
          {eyebrow && <p class="soft">{eyebrow}</p>}
          <div class="row apart"><h1 ref={heading} tabIndex={-1}><bdi>{title}</bdi></h1>{tools}</div>
          {lead && <p class="soft">{lead}</p>}
        </div>
        {children}
      </main>
    </div>
  );
}
