import { escapeHtml } from "../html.ts";
import type { OwnersFile } from "./read-words.ts";

/** What a layout can show, and the section that it has to stand in where some mails do not have it. */
const placeholders = {
  subject: undefined,
  intro: undefined,
  button: "button",
  /** Where the button leads to. */
  link: "button",
  note: undefined,
  aside: "aside",
  asideLink: "asideLink",
  /** Where the link after the aside leads to. */
  asideUrl: "asideLink",
  product: undefined,
  color: undefined,
  /** Black or white, whichever is read better on that colour. */
  textColor: undefined,
  language: undefined,
  /** `ltr` or `rtl`. */
  direction: undefined,
} as const;

type Placeholder = keyof typeof placeholders;

/** What stands in for the placeholders in one mail. */
export type Shown = { readonly [Name in Placeholder]?: string | undefined };

/** What no layout may leave out: a mail without its links, or without what to do if it is not meant for one, is no use. */
const required: readonly Placeholder[] = [
  "intro",
  "button",
  "link",
  "note",
  "aside",
  "asideLink",
  "asideUrl",
];

/** The layout that mail has unless the owner sets another one. */
export const standardLayout = `<!doctype html>
<html lang="{{language}}" dir="{{direction}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{subject}}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2937;background:#ffffff">
<div style="max-width:480px;margin:0 auto">
<h1 style="font-size:20px;margin:0 0 16px">{{product}}</h1>
<p>{{intro}}</p>
{{#button}}<p><a href="{{link}}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:{{color}};color:{{textColor}};text-decoration:none;font-weight:600">{{button}}</a></p>
{{/button}}<p style="color:#4b5563">{{note}}</p>
{{#aside}}<p style="color:#4b5563">{{aside}}{{#asideLink}}<br><a href="{{asideUrl}}" style="color:#4b5563">{{asideLink}}</a>{{/asideLink}}</p>
{{/aside}}</div>
</body>
</html>
`;

/**
 * Fills a layout that {@link readMailLayout} has let pass. Every value is escaped, and none is looked at for placeholders.
 * `{{#name}}…{{/name}}` is left out of a mail that has no such part.
 */
export function fillLayout(layout: string, shown: Shown): string {
  return layout.replace(
    /\{\{#(\w+)\}\}([\s\S]*?)\{\{\/\1\}\}|\{\{(\w+)\}\}/g,
    (_, section: Placeholder | undefined, inner: string, name: Placeholder) => {
      if (section) return shown[section] ? fillLayout(inner, shown) : "";
      return escapeHtml(shown[name] ?? "");
    },
  );
}

/** Reads the file of an owner's layout: HTML with placeholders. */
export function readMailLayout(layout: string): OwnersFile<string> {
  const problem = problemOf(layout);
  return problem === undefined ? { ok: true, value: layout } : { ok: false, problem };
}

function problemOf(layout: string): string | undefined {
  // What mail programs would not run either, and where escaping for HTML is not enough.
  if (/<script\b/i.test(layout)) return "has a script, which no mail program runs";
  if (/=\s*\{\{/.test(layout)) return "has a placeholder as an attribute without quotes";
  const open: string[] = [];
  const used = new Set<string>();
  for (const { 0: tag, index } of layout.matchAll(/\{{2,}[^{}]*(?:\}\})?/g)) {
    const problem = problemOfTag(tag, open);
    if (problem) return `line ${layout.slice(0, index).split("\n").length}: ${problem}`;
    used.add(tag);
  }
  if (open.length > 0) return `has {{#${open[0]}}} without {{/${open[0]}}}`;
  const missing = required.find((name) => !used.has(`{{${name}}}`));
  return missing && `lacks {{${missing}}}`;
}

/** @param open The sections that the tag stands in, outermost first; a tag that opens or closes one changes it. */
function problemOfTag(tag: string, open: string[]): string | undefined {
  const [, sign = "", name = ""] = /^\{\{([#/]?)(\w+)\}\}$/.exec(tag) ?? [];
  const known = Object.keys(placeholders);
  const shown = tag.replace(/\s+/g, " ").slice(0, 40);
  if (!known.includes(name)) return `${shown} is no placeholder: there are ${known.join(", ")}`;
  const section = placeholders[name as Placeholder];
  if (sign === "/") return open.pop() === name ? undefined : `${shown} closes what is not open`;
  if (sign === "#") {
    if (section !== name || open.includes(name)) return `${shown} is no section here`;
    open.push(name);
  } else if (section && !open.includes(section)) {
    return `${shown} belongs between {{#${section}}} and {{/${section}}}, since not every mail has it`;
  }
  return undefined;
}
