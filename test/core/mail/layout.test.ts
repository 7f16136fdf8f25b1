import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fillLayout, readMailLayout, standardLayout } from "../../../lib/core/mail/layout.ts";
import { readMailWords } from "../../../lib/core/mail/read-words.ts";
import { brand, emailOf, mailWith } from "../../support/core-support.ts";

const recipient = { to: emailOf("ada@example.com"), language: "en" };
const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";

/** The smallest layout that is accepted. */
const least =
  '{{intro}}|{{#button}}<a href="{{link}}">{{button}}</a>{{/button}}|{{note}}|' +
  '{{#aside}}{{aside}}{{#asideLink}}<a href="{{asideUrl}}">{{asideLink}}</a>{{/asideLink}}{{/aside}}';

const withLayout = { ...brand, templates: { layout: least } };

describe("an administrator's layout", () => {
  test("an administrator's layout replaces ours, with the parts of each mail", () => {
    const site = "https://harbour.example/api/v1/auth";
    const [intro, button, note, aside] = mailWith(token, "verify-email", recipient, withLayout).html.split(
      "|",
    );
    expect(intro).toMatch(/^Somebody signed up for Harbour/);
    expect(button).toBe(`<a href="${site}/verify-email?token=${token}">Confirm e-mail address</a>`);
    expect(note).toBe("The link works once, for 24 hours.");
    expect(aside).toMatch(/again:<a href="https:\/\/harbour\.example[^"]+">This was not me<\/a>$/);
    expect(mailWith(token, "reset-password", recipient, withLayout).html).toMatch(
      /\|This was not you\?[^<]+$/,
    );
    expect(mailWith(token, "account-enabled", recipient, withLayout).html).toMatch(/^[^|]+\|\|[^|]+\|$/);
  });

  test("an administrator's layout leaves subject and plain text as they are", () => {
    const { html, ...others } = mailWith(token, "verify-email", recipient, withLayout);
    expect(mailWith(token, "verify-email", recipient)).toMatchObject(others);
    expect(html).not.toContain("<!doctype");
  });

  test("an administrator's layout shows product, colours and language in their placeholders", () => {
    const layout = `${least}{{product}} {{color}} {{textColor}} {{language}} {{direction}} {{subject}}`;
    const look = { ...brand, templates: { layout } };
    const mail = mailWith(token, "reset-password", { ...recipient, language: "fr-CA" }, look);
    expect(mail.html).toMatch(
      /Harbour #1d4ed8 #ffffff fr ltr Choisissez un nouveau mot de passe pour Harbour$/,
    );
  });

  test("an administrator's layout escapes values, and replaces no placeholders or patterns in them", () => {
    const productName = `<script>{{note}}{{#aside}}$& $' "`;
    const html = fillLayout('<p title="{{product}}">{{product}}</p>{{#aside}}{{aside}}{{/aside}}', {
      product: productName,
      note: "note",
      aside: "{{/aside}}{{product}}",
    });
    const shown = "&lt;script&gt;{{note}}{{#aside}}$&amp; $&#39; &quot;";
    expect(html).toBe(`<p title="${shown}">${shown}</p>{{/aside}}{{product}}`);
  });

  test.each([
    ["ours", standardLayout],
    ["the smallest", least],
    ["one with a style sheet", `<style>@media(x){.a{background:{{color}}}}</style>${least}`],
    ["one with a part in a comment as well", `<!-- {{note}} <p title={{note}}> -->${least}`],
    ["one with a doctype of its own", `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x">${least}`],
    ["one for Outlook", `<!--[if mso]><i>{{note}}</i><![endif]--><![if !mso]>{{note}}<![endif]>${least}`],
    ["one with quotes in quotes", `<p title = "it's {{product}}" class='"{{color}}"'>${least}</p>`],
    ["one with a less-than sign", `1 < 2 {{product}} <3 {{product}}${least}`],
    ["one with a section in quotes", `<p title="{{#aside}}{{aside}}{{/aside}}">${least}</p>`],
    ["one that shows a part twice", `${least}{{subject}}{{subject}}{{#button}}{{link}}{{/button}}`],
  ])("an administrator's layout is accepted: %s", (_, layout) => {
    expect(readMailLayout(layout)).toEqual({ ok: true, value: layout });
  });

  const without = (text: string) => least.replace(text, "");

  test.each([
    [
      "an unknown placeholder",
      `${least}\n{{footer}}`,
      "line 2: {{footer}} is no placeholder: there are subject, ",
    ],
    ["an unescaped one", `${least}{{{intro}}}`, "line 1: {{{intro}} is no placeholder"],
    ["the other unescaped one", `${least}{{&intro}}`, "line 1: {{&intro}} is no placeholder"],
    ["a name of JavaScript's own", `${least}{{constructor}}`, "line 1: {{constructor}} is no placeholder"],
    ["half a placeholder", `${least}{{intro`, "line 1: {{intro is no placeholder"],
    ["no main sentence", without("{{intro}}"), "lacks {{intro}}"],
    ["no link", without("{{link}}"), "lacks {{link}}"],
    ["no way to say that it was not me", without("{{asideUrl}}"), "lacks {{asideUrl}}"],
    ["nothing at all", "", "lacks {{intro}}"],
    [
      "a button in a mail that has none",
      `${least}<a href="{{link}}">`,
      "line 1: {{link}} belongs between {{#button}} and {{/button}}, since not every mail has it",
    ],
    ["an open section", `${least}{{#aside}}`, "has {{#aside}} without {{/aside}}"],
    [
      "sections that cross",
      `${least}{{#aside}}{{#button}}{{/aside}}{{/button}}`,
      "line 1: {{/aside}} closes",
    ],
    [
      "a section in itself",
      `${least}{{#aside}}{{#aside}}{{/aside}}{{/aside}}`,
      "line 1: {{#aside}} is no section",
    ],
    [
      "a section of what every mail has",
      `${least}{{#intro}}{{/intro}}`,
      "line 1: {{#intro}} is no section here",
    ],
    ["a script", `${least}<SCRIPT src=x>`, "has a script"],
    [
      "an attribute without quotes",
      `${least}<p title= {{product}}>`,
      "line 1: {{product}} stands in a tag, outside of quotes",
    ],
    ...[
      "<p title=a{{product}}>",
      "<p title=a{{product}} class='x'>",
      "<p title= a={{product}}>",
      '<p title=a"{{product}}">',
      "<p title=it's{{product}}'>",
      '<p title="a" {{product}}>',
      '<p title="a"{{product}}>',
      "<p {{product}}='a'>",
      "<{{product}}>",
      "</{{product}}>",
      "<!{{product}}>",
      "<p\t{{product}}\t>",
      '<p title="a>b" class={{product}}>',
      "<p title='\"'{{product}}>",
      "<!--> <p title={{product}}> -->",
      "<!-- --!><p title={{product}}>",
      "<p {{#aside}}title='a'{{/aside}}>",
    ].map((markup) => [
      markup,
      `${least}${markup}`,
      `line 1: {{${/\{\{(.+?)\}\}/.exec(markup)?.[1]}}} stands in`,
    ]),
    [
      "a section that ends in a tag and begins in the text",
      `${least}{{#aside}}<p title="{{/aside}}">`,
      "line 1: {{/aside}} and {{#aside}} have to stand both in the text, or",
    ],
    ["a part in a comment alone", `${without("{{note}}")}<!-- {{note}} -->`, "lacks {{note}}"],
    ["all of it in a comment", `<!-- ${least} -->`, "lacks {{intro}}"],
  ])("an administrator's layout is refused with %s", (_, layout, problem) => {
    const result = readMailLayout(layout);
    expect(result.ok ? "taken" : result.problem.slice(0, problem.length)).toBe(problem);
    expect(result).not.toMatchObject({ problem: expect.stringMatching(/[\r\n]/) });
  });

  test("an administrator's layout is accepted as docs/operations.md shows it, with the words there", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/operations.md"), "utf8");
    const block = (language: string) =>
      new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? "";
    expect(readMailLayout(block("html"))).toMatchObject({ ok: true });
    expect(readMailWords(block("json"))).toMatchObject({ ok: true, value: { "verify-email": { pl: {} } } });
  });
});
