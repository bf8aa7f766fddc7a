/** Who is signed in here, and whose portal this is. */
import { isLanguage, type Language } from "../../ui-shared/i18n.ts";
import { api, type ApiFailure, calls } from "./api.ts";
import { forgetAll } from "./load.ts";
import { go, route, to } from "./router.ts";
import { signal } from "./signal.ts";
import { forget, recall, remember } from "./store.ts";
import { language, speak } from "./words.ts";

type View = NonNullable<Awaited<ReturnType<typeof api.access.session>>["session"]>;
export interface Session { readonly personId: string; readonly name: string; readonly signInName: string; readonly organisation: string; readonly isStaff: boolean }

export const session = signal<Session | null>(null);

const keptSignedIn = "muster.signed-in";
/** Whether somebody was signed in here last time: worth reading their page before the server has said who it is. */
export const isProbablySignedIn = (): boolean => recall(keptSignedIn) !== null;

/** Chosen on a page before the sign-in, by the very person who then signs in: it becomes the account's. */
let isLanguageChosen = false;
export function chooseBeforeSignIn(wanted: Language): void {
  isLanguageChosen = true;
  void speak(wanted, true);
}

async function agreeOnLanguage(own: string): Promise<void> {
  if (isLanguageChosen && language.value !== own) api.access.chooseLanguage({ language: language.value }).catch(() => undefined);
  else if (isLanguage(own)) await speak(own, true);
  isLanguageChosen = false;
}

/** Takes over what the server says about the person; another person's remembered pages go. */
export async function enter(view: View): Promise<void> {
  if (session.value?.personId !== view.person.id) forgetAll();
  calls.csrf = view.csrf;
  session.value = {
    personId: view.person.id, name: view.person.name, signInName: view.signInName, organisation: view.tenant.name,
    isStaff: view.permissions.length > 0,
  };
  remember(keptSignedIn, "yes");
  await agreeOnLanguage(view.language);
}

function close(): void {
  forget(keptSignedIn);
  calls.csrf = null;
  session.value = null;
  forgetAll();
}

/** Open pages: everything else asks for a sign-in first. */
export const isOpen = (place: string): boolean => place === "signIn" || place === "start";

/** Asks the server who we are; answers the failure when it could not say. */
export async function greet(): Promise<void> {
  calls.onFailure = (failure: ApiFailure) => {
    if (failure.status !== 401 || isOpen(route.value.place) || session.value === null) return;
    close();
    go(to.signIn(route.value.path), { replace: true });
  };
  const { session: view } = await api.access.session({});
  if (view === null) close();
  else await enter(view);
}

export async function signOut(): Promise<void> {
  await api.access.signOut({});
  close();
  go("/sign-in");
}
