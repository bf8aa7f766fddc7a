/** Walks over all screens of a face, with one visitor for each person they belong to, two at a time: the browser works while the server answers. */
import { beforeAll } from "vitest";
import type { Language } from "../../ui-shared/i18n.ts";
import type { Stage } from "./harness.ts";
import { idsFor, type Screen, screens } from "./screen-list.ts";
import { staff, type Visitor } from "./visitor.ts";
import type { Face } from "./words.ts";

interface Walk { readonly language?: Language; readonly size: { readonly width: number; readonly height: number } }
type Look = (v: Visitor, screen: Screen) => Promise<readonly string[]>;

/** Two screens show on purpose what the server refuses. */
// Two visitors walk as the same learner, and one window of an attempt writes at a time: the other is told (409).
const expected = [/status of 404 .*\/api\/people\/0{8}-/, /status of 4\d\d .*start-link/, /status of 409 .*\/place/];

export interface Walker { list(): readonly Screen[]; over(face: Face, how: Walk, look: Look): Promise<string[]> }

export function walker(s: Stage): Walker {
  let list: readonly Screen[] = [];
  let holder = "";
  beforeAll(async () => {
    const ids = await idsFor(async (who) => (await s.visit({ as: typeof who === "string" ? staff[who] : who.name })).ask);
    holder = ids.holder;
    list = screens(ids);
  });
  const half = async (wanted: readonly Screen[], how: Walk, look: Look): Promise<string[]> => {
    const found: string[] = [];
    for (const as of new Set(wanted.map((x) => x.as))) {
      const v = await s.visit({ ...how, ...(as === "nobody" ? {} : { as: as === "holder" ? holder : staff[as] }) });
      v.allow(...expected);
      for (const screen of wanted.filter((x) => x.as === as)) {
        try { await v.open(screen.path); } catch (error) { throw new Error(`${screen.id} (${screen.path}) does not come to rest`, { cause: error }); }
        found.push(...await look(v, screen));
      }
    }
    return found;
  };
  return {
    list: () => list,
    over: async (face, how, look) => {
      const wanted = list.filter((x) => x.face === face);
      return (await Promise.all([0, 1].map((side) => half(wanted.filter((_, i) => i % 2 === side), how, look)))).flat();
    },
  };
}
