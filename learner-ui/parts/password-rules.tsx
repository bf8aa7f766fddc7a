/** Rules of a new password, ticked while one types. The server has the last word on what is easy to guess. */
import { Icon } from "./icon.tsx";
import { t } from "./words.ts";

export const shortest = 15;

/** What can be judged here: length, variety, and whether it is more than one's own names. */
export function ruleStates(password: string, own: readonly string[]): readonly { readonly key: "rule.length" | "rule.varied" | "rule.own"; readonly isMet: boolean }[] {
  const signs = [...password];
  const plain = (text: string): string => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const rest = own.flatMap((name) => name.split(/[\s@.,_-]+/)).map(plain).filter((word) => word.length >= 3).reduce((left, word) => left.replaceAll(word, ""), plain(password));
  return [
    { key: "rule.length", isMet: signs.length >= shortest },
    { key: "rule.varied", isMet: new Set(signs).size >= 5 },
    { key: "rule.own", isMet: signs.length > 0 && rest.length >= 4 },
  ];
}

export function PasswordRules({ id, password, own }: { readonly id: string; readonly password: string; readonly own: readonly string[] }) {
  return (
    <div id={id} class="stack" style={{ gap: "var(--mu-2)" }}>
      <ul class="rules">
        {ruleStates(password, own).map(({ key, isMet }) => (
          <li key={key} class={isMet ? "met" : ""}>
            <Icon name={isMet ? "checked" : "circle"} size={18} />
            <span>{key === "rule.length" ? t(key, { count: shortest }) : t(key)}<span class="unseen">{isMet ? t("rule.met") : t("rule.open")}</span></span>
          </li>
        ))}
      </ul>
      <p class="small soft">{t("rule.hint")}</p>
    </div>
  );
}
