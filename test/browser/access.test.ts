/** Every screen is usable by everybody: axe in light and dark, on a desk and on a phone, and nothing runs out of the page. */
import { describe, expect, test } from "vitest";
import { axe } from "./axe.ts";
import { stage } from "./harness.ts";
import { routes } from "./screen-list.ts";
import { desktop, overflow, phone } from "./visitor.ts";
import { walker } from "./walk.ts";

const w = walker(stage());

describe.each(["console", "portal"] as const)("%s", (face) => {
  test("every screen passes axe in light and dark, on a desk and on a phone", async () => {
    expect(routes()[face].filter((route) => !w.list().some((x) => x.face === face && x.route === route)), "screens that are not on the list").toEqual([]);
    const found = await w.over(face, { size: desktop }, async (v, screen) => {
      const out: string[] = [];
      for (const size of [desktop, phone]) {
        await v.page.setViewportSize(size);
        for (const colorScheme of ["light", "dark"] as const) {
          await v.page.emulateMedia({ colorScheme });
          await v.whole();
          out.push(...await axe(v.page, `${screen.id} ${size.width} ${colorScheme}`, colorScheme === "light" ? "all" : "contrast"));
        }
        const wide = await overflow(v.page);
        if (wide.length > 0) out.push(`${screen.id} ${size.width}: scrolls sideways: ${wide.join(", ")}`);
      }
      await v.page.setViewportSize(desktop);
      await v.page.emulateMedia({ colorScheme: "light" });
      return out;
    });
    expect(found).toEqual([]);
  });
});
