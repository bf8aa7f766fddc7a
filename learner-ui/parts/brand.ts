/** Name and colour of the organisation, known before anybody signs in. The last ones are shown until the server has answered. */
import { api } from "./api.ts";
import { signal } from "./signal.ts";
import { recall, remember } from "./store.ts";

interface Brand { readonly name: string; readonly accent: string }

const kept = "muster.brand";
export const organisation = signal<{ readonly name: string } | null>(null);

function wear(brand: Brand): void {
  if (brand.name !== "" && brand.name !== organisation.value?.name) organisation.value = { name: brand.name };
  // Contrast is kept by the tokens, which take only hue and strength of the colour.
  if (!/^#[0-9a-f]{6}$/i.test(brand.accent)) return;
  document.documentElement.dataset["brand"] = "";
  document.documentElement.style.setProperty("--mu-brand", brand.accent);
}

function remembered(): Brand | null {
  try {
    const brand: unknown = JSON.parse(recall(kept) ?? "null");
    if (typeof brand === "object" && brand !== null && "name" in brand && "accent" in brand && typeof brand.name === "string" && typeof brand.accent === "string") return { name: brand.name, accent: brand.accent };
  } catch { /* written by another release: the server's answer follows */ }
  return null;
}

/** Resolves once there is a brand to show; never rejects, the page is plain without one. */
export async function dressUp(): Promise<void> {
  const asked = api.settings.brand({}).then(({ name, accent }) => { wear({ name, accent }); remember(kept, JSON.stringify({ name, accent })); }, () => undefined);
  const last = remembered();
  if (last === null) await asked;
  else wear(last);
}
