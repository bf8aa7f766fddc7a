/** Name and colour of the organisation, known before anybody signs in. */
import { api } from "./api.ts";
import { organisation } from "./session.ts";
import { showBrand } from "./theme.ts";

export async function dressUp(): Promise<void> {
  try {
    const brand = await api.settings.brand({});
    organisation.value = { name: brand.name };
    showBrand(brand.accent);
  } catch { /* without it the page is plain, and the session brings the name */ }
}
