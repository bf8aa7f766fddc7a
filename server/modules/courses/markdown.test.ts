import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { picturesOf, render } from "./markdown.ts";

const sha = "a".repeat(64);
const picture = picturesOf([{ sha256: sha, name: "plan of floor.png", type: "image/png" }, { sha256: "b".repeat(64), name: "rules.pdf", type: "application/pdf" }], (s) => `/api/files/${s}`);
const html = (markdown: string): string => render(markdown, picture).html;

const tags = new Set(["p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "a", "span", "img", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "div"]);
const attributes: Readonly<Record<string, RegExp>> = {
  dir: /^(auto|ltr)$/, class: /^(align-(start|center|end)|picture-missing|table-wrap)$/, href: /^(https?:\/\/|mailto:)/i, rel: /^noopener noreferrer$/, target: /^_blank$/,
  src: /^\/api\/files\/[0-9a-f]{64}$/, alt: /^[^<>"]*$/, title: /^[^<>"]*$/, loading: /^lazy$/, start: /^\d+$/,
};

/** Every tag and attribute of the output is one of ours; returns what is not. */
function foreign(out: string): string[] {
  const faults: string[] = [];
  const rest = out.replace(/<(\/?)([a-z0-9]+)((?: [a-z]+="[^"<>]*")*)>/g, (_, _close, tag: string, list: string) => {
    if (!tags.has(tag)) faults.push(`<${tag}>`);
    for (const [, name = "", value = ""] of list.matchAll(/ ([a-z]+)="([^"]*)"/g)) if (!attributes[name]?.test(value)) faults.push(`${tag} ${name}=${value}`);
    return "";
  });
  if (/[<>]/.test(rest)) faults.push(`loose: ${rest.slice(0, 100)}`);
  return faults;
}

const corpus = [
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "a <b onclick=alert(1)>b</b>", "<!--><script>x</script-->", "<a href='javascript:x'>x</a>",
  "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\nscript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](&#x6A;avascript&colon;alert(1))", "[x](\u0001javascript:alert(1))", "[x](%6aavascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:msgbox)", "[x](file:///etc/passwd)", "[x](//evil.example/x)", "[x](/api/courses)", "[x](#a)", "[x](blob:https://a/b)", "[x](https:evil)", "[x](ftp://a)",
  "<javascript:alert(1)>", "<data:text/html,x>", "<https://ok.example/\"onmouseover=alert(1)>", "[x](https://a.example \"t\" onclick=x)", "[x](https://a.example '\"><script>')",
  "![x](javascript:alert(1))", "![x](data:image/svg+xml;base64,AAAA)", "![x](https://evil.example/track.png)", "![\"><script>alert(1)</script>](file:" + sha + ")", "![a](file:" + sha + " \"t\"\"><x\")", "![x](file:../../etc/passwd)",
  "[![x](file:" + sha + ")](javascript:alert(1))", "[a]: javascript:alert(1)\n\n[a]", "[a]: https://ok.example 'x\" onload=\"y'\n\n[a]",
  "```\"><script>\nalert(1)\n```", "```js onload=x\n</code></pre><script>\n```", "`</code><script>`", "|a|b|\n|:--|--:|\n|<script>|\"onload=|", "# <script>\n\n## x {onclick=y}", "1) <x>\n\n99999999999. y", "&lt;script&gt;&#60;script&#62;", "\u202e<script>",
];

describe("markdown", () => {
  it.each(corpus)("puts out nothing but its own tags: %j", (source) => { expect(foreign(html(source))).toEqual([]); });

  it("stays within its own tags for any text", () => {
    const piece = fc.oneof(fc.constantFrom(...corpus, "[", "](", ")", "<", ">", "\"", "`", "```\n", "|", "\n", "\n\n", "  ", "> ", "- ", "* ", "**", "_", "~~", "!", "&", "\\", "http://", "javascript:"), fc.string({ maxLength: 12 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => { expect(foreign(html(pieces.join("")))).toEqual([]); }), { numRuns: 500 });
  });

  it("keeps ordinary writing: headings one level down, tables, lists, links, own pictures by hash and by name", () => {
    const out = html(`# Title\n\n###### Deep\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n3. x\n\n[site](https://a.example/?q=1&r=2) <mailto:a@b.example>\n\n![Plan](file:${sha}) ![Floor](plan%20of%20floor.png) ![B](<plan of floor.png>)`);
    expect(out).toContain("<h2 dir=\"auto\">Title</h2>");
    expect(out).toContain("<h6 dir=\"auto\">Deep</h6>");
    expect(out).toContain("<th class=\"align-start\" dir=\"auto\">a</th>");
    expect(out).toContain("<ol start=\"3\">");
    expect(out).toContain("<a href=\"https://a.example/?q=1&amp;r=2\" rel=\"noopener noreferrer\" target=\"_blank\">site</a>");
    expect(out.match(new RegExp(`<img src="/api/files/${sha}"`, "g"))).toHaveLength(3);
  });

  it("tells the author what it refused", () => {
    const told = render("[a](javascript:x) ![b](nowhere.png) ![](file:" + sha + ") ![c](rules.pdf)", picture);
    expect(told.unsafe).toEqual(["javascript:x"]);
    expect(told.missing).toEqual(["nowhere.png", "rules.pdf"]);
    expect(told.noAlt).toBe(1);
  });

  // Bounds are wide: they tell quadratic growth from linear, not fast from slow.
  it.each([
    ["quotes", ">".repeat(100_000)], ["lists", "- ".repeat(100_000)], ["brackets", "[".repeat(100_000)], ["link openings", "[a](".repeat(50_000)], ["pictures", "![".repeat(100_000)], ["stars", "*a ".repeat(66_000)], ["mixed emphasis", "*_".repeat(100_000)],
    ["backticks", Array.from({ length: 600 }, (_, i) => "`".repeat(i)).join("a")], ["entities", "&".repeat(200_000)], ["angles", "<".repeat(200_000)], ["comments", "<!--".repeat(50_000)], ["references", Array.from({ length: 5_000 }, (_, i) => `[${i}]: x`).join("\n") + "[0]".repeat(20_000)],
    ["table", "|".repeat(1_000) + "\n" + "|-".repeat(1_000) + "|\n" + "|\n".repeat(50_000)], ["nested quotes and lists", "> - ".repeat(2_000) + "x"], ["parentheses", "[a](" + "(".repeat(190_000)], ["escapes", "\\".repeat(200_000)],
  ])("renders hostile %s in bounded time", (_, source) => {
    const started = performance.now();
    html(source.slice(0, 200_000));
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
