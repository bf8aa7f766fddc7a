/** The organisation's colour, before anybody is signed in and after its settings change. */
import { api } from "./api.ts";

export async function dressUp(): Promise<void> {
  try {
    const { accent } = await api.settings.brand({});
    document.documentElement.style.setProperty("--mu-brand", accent);
    document.documentElement.dataset["brand"] = "";
  } catch {
    // Muster's own colour stays; what is wrong is said by the first request of the screen.
  }
}
