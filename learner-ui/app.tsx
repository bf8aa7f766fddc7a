/** Which page belongs to which address, and that a page which needs a person asks for a sign-in first. */
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { ApiFailure } from "./parts/api.ts";
import { FailurePage, Skeleton } from "./parts/failure.tsx";
import { Page } from "./parts/frame.tsx";
import { go, placeBehind, route, type Route, to } from "./parts/router.ts";
import { greet, isOpen, session } from "./parts/session.ts";
import { useSignal } from "./parts/signal.ts";
import { language, t } from "./parts/words.ts";
import { MyTraining } from "./screens/my-training.tsx";
import { SignIn } from "./screens/sign-in.tsx";

type Params = Readonly<Record<string, string>>;
type Screen = ComponentType<{ readonly params: Params }>;

/** Pages that come when they are asked for; the browser keeps them afterwards. */
const later: Readonly<Record<string, () => Promise<Screen>>> = {
  start: () => import("./screens/start-link.tsx").then((m) => m.StartLink),
  course: () => import("./screens/course.tsx").then((m) => ({ params }) => <m.Course courseId={params["courseId"] ?? ""} />),
  learn: () => import("./player/player.tsx").then((m) => m.LearnPage),
  unit: () => import("./player/player.tsx").then((m) => m.LearnPage),
  done: () => import("./player/done.tsx").then((m) => ({ params }) => <m.Done attemptId={params["attemptId"] ?? ""} />),
  record: () => import("./screens/record.tsx").then((m) => m.Record),
  certificate: () => import("./screens/certificate.tsx").then((m) => ({ params }) => <m.Certificate certificateId={params["certificateId"] ?? ""} />),
  settings: () => import("./screens/own-settings.tsx").then((m) => m.OwnSettings),
};
const ready = new Map<string, Screen>();

function Nowhere() {
  return <Page title={t("failure.gone")}><FailurePage failure={new ApiFailure(404, { code: "request.not_found" }, null)} /></Page>;
}

function Lazy({ at }: { readonly at: Route }) {
  const kind = at.place === "unit" ? "learn" : at.place;
  const [, redraw] = useState(0);
  const [isLost, setLost] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    setLost(false);
    if (!ready.has(kind)) {
      later[kind]?.().then((screen) => { ready.set(kind, screen); if (isCurrent) redraw((n) => n + 1); }, () => { if (isCurrent) setLost(true); });
    }
    return () => { isCurrent = false; };
  }, [kind, round]);
  const Shown = ready.get(kind);
  if (Shown) return <Shown key={kind} params={at.params} />;
  // After an update of the server the old page's parts are gone: loading anew is the way.
  if (isLost) return <Page title={t("failure.offline")}><FailurePage failure={new ApiFailure(0, {}, null)} again={() => { if (navigator.onLine) location.reload(); else setRound(round + 1); }} /></Page>;
  return <Page title={t("loading")} busy><Skeleton cards={2} /></Page>;
}

export function App({ failure }: { readonly failure: ApiFailure | undefined }) {
  const at = useSignal(route);
  const who = useSignal(session);
  useSignal(language);
  const [lost, setLost] = useState(failure);
  const open = isOpen(at.place);
  useLayoutEffect(() => {
    if (lost) return;
    if (!open && who === null) go(to.signIn(at.path), { replace: true });
    if (at.place === "signIn" && who !== null) go(placeBehind(), { replace: true });
  }, [lost, open, who, at]);

  function retry(): void { greet().then(() => setLost(undefined), (error: unknown) => { if (error instanceof ApiFailure) setLost(error); }); }
  useEffect(() => {
    if (!lost) return;
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, [lost]);

  if (lost && !open) return <Page title={t("failure.title")}><FailurePage failure={lost} again={retry} /></Page>;
  if (at.place === "signIn") return <SignIn />;
  if (!open && who === null) return null;
  if (at.place === "home") return <MyTraining />;
  if (at.place === "nowhere") return <Nowhere />;
  return <Lazy at={at} />;
}
