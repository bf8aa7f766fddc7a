/** Entry of the portal: language, look and session first, then the page of the address. */
import "../ui-shared/tokens.css";
import "../ui-shared/fonts.css";
import "./styles/base.css";
import "./styles/screens.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { api, ApiFailure } from "./parts/api.ts";
import { readEarly } from "./parts/load.ts";
import { dressUp } from "./parts/brand.ts";
import { watchConnection } from "./parts/online.ts";
import { route, startRouter } from "./parts/router.ts";
import { greet, isProbablySignedIn } from "./parts/session.ts";
import { startTheme } from "./parts/theme.ts";
import { firstLanguage, speak } from "./parts/words.ts";

const root = document.getElementById("app");

async function start(): Promise<void> {
  if (root === null) return;
  startTheme();
  startRouter();
  watchConnection();
  if (route.value.place === "home" && isProbablySignedIn()) readEarly("mine", api.obligations.mine({}));
  // All travel at once; the page is drawn when the words are there and the session is known.
  const session = greet().then(() => undefined, (error: unknown) => error);
  const [, failed] = await Promise.all([speak(firstLanguage()), session, dressUp()]);
  render(<App failure={failed instanceof ApiFailure ? failed : undefined} />, root);
}

void start();
