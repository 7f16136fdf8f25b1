import { escapeHtml } from "../shared/html.ts";
import type { OwnersFile } from "./mail.ts";
import { type Place, placeAfter } from "./markup.ts";

/** The placeholders of a layout. If some mails lack one, the section that it must be in. */
const placeholders = {
  subject: undefined,
  intro: undefined,
  button: "button",
  /** The target of the button. */
  link: "button",
  note: undefined,
  aside: "aside",
  asideLink: "asideLink",
  /** The target of the link after the aside. */
  asideUrl: "asideLink",
  product: undefined,
  color: undefined,
  /** Black or white, the more readable one on that colour. */
  textColor: undefined,
  language: undefined,
  /** `ltr` or `rtl`. */
  direction: undefined,
} as const;

type Placeholder = keyof typeof placeholders;

/** The values of the placeholders in one mail. */
export type Shown = { readonly [Name in Placeholder]?: string | undefined };

/**
 * Placeholders that every layout needs. A mail is useless without its links, or without advice for an unintended
 * reader.
 */
const required: readonly Placeholder[] = [
  "intro",
  "button",
  "link",
  "note",
  "aside",
  "asideLink",
  "asideUrl",
];

/** The layout of mail, unless an administrator sets another one. */
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
 * Fills a layout that {@link readMailLayout} has accepted. Every value is escaped, and not searched for placeholders. A
 * mail without a part omits its section `{{#name}}…{{/name}}`.
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

/** Reads an administrator's layout file: HTML with placeholders. */
export function readMailLayout(layout: string): OwnersFile<string> {
  const problem = problemOf(layout);
  return problem === undefined ? { ok: true, value: layout } : { ok: false, problem };
}

function problemOf(layout: string): string | undefined {
  if (/<script\b/i.test(layout)) return "has a script, which no mail program runs";
  const open: OpenSections = new Map();
  const used = new Set<string>();
  let [place, looked]: [Place, number] = ["text", 0];
  for (const { 0: tag, index } of layout.matchAll(/\{{2,}[^{}]*(?:\}\})?/g)) {
    place = placeAfter(layout.slice(looked, index), place);
    looked = index + tag.length;
    const problem = problemOfTag(tag, place, open);
    if (problem) return `line ${layout.slice(0, index).split("\n").length}: ${problem}`;
    if (place !== "comment") used.add(tag);
  }
  const [unclosed] = open.keys();
  if (unclosed) return `has {{#${unclosed}}} without {{/${unclosed}}}`;
  const missing = required.find((name) => !used.has(`{{${name}}}`));
  return missing && `lacks {{${missing}}}`;
}

/** The sections around a tag, outermost first, and the place in the HTML where each was opened. */
type OpenSections = Map<string, Place>;

/** @param open Changed by a tag that opens or closes a section. */
function problemOfTag(tag: string, place: Place, open: OpenSections): string | undefined {
  const [, sign = "", name = ""] = /^\{\{([#/]?)(\w+)\}\}$/.exec(tag) ?? [];
  const known = Object.keys(placeholders);
  const shown = tag.replace(/\s+/g, " ").slice(0, 40);
  if (!known.includes(name)) return `${shown} is no placeholder: there are ${known.join(", ")}`;
  // Escaping for HTML is not enough here: a blank in a value begins another attribute.
  if (place === "tag" || place === "value" || place === "unquoted")
    return `${shown} stands in a tag, outside of quotes`;
  const section = placeholders[name as Placeholder];
  if (sign === "/") return problemOfClosing(name, place, open);
  if (sign === "#") {
    if (section !== name || open.has(name)) return `${shown} is no section here`;
    open.set(name, place);
  } else if (section && !open.has(section)) {
    return `${shown} belongs between {{#${section}}} and {{/${section}}}, since not every mail has it`;
  }
  return undefined;
}

function problemOfClosing(name: string, place: Place, open: OpenSections): string | undefined {
  if ([...open.keys()].at(-1) !== name) return `{{/${name}}} closes a section that is not open`;
  const opened = open.get(name);
  open.delete(name);
  // Otherwise omitting the section would move the following text into a tag, or out of one.
  return opened === place
    ? undefined
    : `{{/${name}}} and {{#${name}}} have to stand both in the text, or both in the same quotes`;
}
