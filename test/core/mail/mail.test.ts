import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MailName } from "../../../lib/core/mail/mail.ts";
import { type MailRow, mails } from "../../../lib/core/mail/mails.ts";
import type { MailTexts } from "../../../lib/core/mail/texts/text.ts";
import { companionToken } from "../../../lib/core/shared/ids.ts";
import { brand, emailOf, mailWith, signUp } from "../../support/core-support.ts";
import { memoryPorts } from "../../support/memory/ports.ts";

const to = emailOf("ada@example.com");
const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";
const site = "https://harbour.example/api/v1/auth";
const verifyLink = `${site}/verify-email?token=`;

/** The links of each mail. */
const linksOf: Record<MailName, readonly string[]> = {
  "verify-email": [verifyLink + token, verifyLink + companionToken(token)],
  "reset-password": [`${site}/reset-password?token=${token}`],
  "password-changed": [`${site}/reset-password?token=${token}`],
  "sign-up-again": [`${site}/forgot-password`],
  "account-deleted": [],
  "account-disabled": [],
  "account-enabled": [],
  "session-ended-by-reuse": [`${site}/forgot-password`],
  "confirm-email-change": [`${site}/change-email?token=${token}`],
  "email-wanted": [`${site}/forgot-password`],
  "cancel-email-change": [`${site}/cancel-email-change?token=${token}`],
  "email-changed": [],
  invitation: [`https://harbour.example/register?invite=${token}`],
};

const sevenDays: Record<string, string> = {
  en: "7 days",
  fr: "7 jours",
  de: "7 Tage",
  es: "7 días",
  it: "7 giorni",
  pt: "7 dias",
};

const addressesIn = (text: string) => [...text.matchAll(/https?:\/\/[^\s"<]+/g)].map(([address]) => address);

describe.each(Object.keys(linksOf) as MailName[])("the %s mail", (name) => {
  const mailIn = (language: string, look = brand) => mailWith(token, name, { to, language }, look);
  const links = linksOf[name];
  const inEnglish: MailTexts = mails[name].texts.en;
  const languages = Object.entries<MailTexts>(mails[name].texts);

  test.each(languages)("every mail is written in %s, with all its parts", (language, texts) => {
    const mail = mailIn(language);
    const { subject, asideLink = "", ...shown } = texts;
    const filled = (words: string) =>
      words.replaceAll("{product}", "Harbour").replace("{days}", sevenDays[language] as string);
    expect(mail.subject).toBe(filled(subject));
    // Some languages have a no-break space between a number and its unit.
    for (const part of [mail.text, plain(mail.html)])
      for (const words of Object.values(shown))
        expect(part.replace(/(7)\u00a0/, "$1 ")).toContain(filled(words));
    expect(plain(mail.html)).toContain(asideLink);
    expect(mail.text + mail.html).not.toMatch(/\{\w+\}/);
    expect(mail.html).toContain(`<html lang="${language}" dir="ltr">`);
  });

  test("every mail has its own words in every language", () => {
    expect(languages.map(([language]) => language).sort()).toEqual(["de", "en", "es", "fr", "it", "pt"]);
    for (const words of Object.keys(inEnglish) as (keyof MailTexts)[])
      expect(new Set(languages.map(([, texts]) => texts[words])).size).toBe(6);
  });

  test("every mail names the product in subject and main sentence, without other placeholders", () => {
    for (const [, { subject, intro, ...others }] of languages) {
      for (const words of [subject, intro]) expect(words.split("{product}")).toHaveLength(2);
      const rest = [subject, intro, ...Object.values(others)].join().replaceAll("{product}", "");
      expect(name === "invitation" ? rest.replace("{days}", "") : rest).not.toMatch(/[{}]/);
    }
  });

  test("every mail has curly apostrophes, and no-break spaces in French", () => {
    for (const [language, texts] of languages) {
      const words = Object.values(texts).join("\n");
      expect(words).not.toMatch(/['"`]|\.\.\.| {2}| $/m);
      if (language === "fr") expect(words).not.toMatch(/[^\u202f][;?!]|[^\u00a0]:/);
      else expect(words).not.toMatch(/\s[;:?!]/);
    }
  });

  test.each([
    ["pt-BR", "pt"],
    ["de-1996", "de"],
    ["es-419", "es"],
    ["zh-Hans-CN", "en"],
    ["ja", "en"],
    ["he", "en"],
  ])("mail is written for a reader of %s in %s", (language, written) => {
    expect(mailIn(language)).toEqual(mailIn(written));
  });

  test("every mail goes only to its recipient", () => {
    expect(mailIn("en").to).toBe("ada@example.com");
    expect(Object.keys(mailIn("en")).sort()).toEqual(["html", "subject", "text", "to"]);
  });

  // GHSA-3529-5m8x-rpv3, CVE-2025-70948: the host of the link came from a request header.
  test.each(["text", "html"] as const)("every mail's links in its %s lead only to the public URL", (part) => {
    expect(addressesIn(mailIn("fr")[part])).toEqual(links);
  });

  test("every mail contains its token once, in the button's link, or not at all", () => {
    const { text, html, subject } = mailIn("en");
    const times = links.filter((link) => link.includes(token)).length;
    for (const part of [text, html]) expect(part.split(token)).toHaveLength(1 + times);
    expect(subject).not.toContain(token);
  });

  test("every mail mints a token of its own name, if any", async () => {
    const memory = memoryPorts();
    const account = await signUp(memory);
    const { link } = mails[name] as MailRow;
    const addressee = { ...account, language: "en", days: 7, account, email: async () => to };
    const secret = await link?.mint(memory, addressee, to);
    const [first] = [...memory.store.tokens.values()];
    expect(first?.purpose ?? name).toBe(name);
    expect(Boolean(secret)).toBe(links.some((path) => path.includes(token)));
  });

  test("every mail loads nothing and runs nothing", () => {
    expect(mailIn("en").html).not.toMatch(
      /<(?:img|script|link|iframe|form|svg|object)\b|url\(|@import|src=/i,
    );
  });

  test("every mail has a subject of one line", () => {
    for (const [language] of languages) expect(mailIn(language).subject).not.toMatch(/\p{Cc}/u);
  });

  test.each([
    ["markup", "A & B's <b>Shop</b>"],
    ["a quote", `"Harbour" onclick="x`],
    // String.prototype.replace interprets these patterns.
    ["dollars", "Ca$$h $& $' $` $1"],
    ["its own placeholder", "{product}"],
  ])("every mail shows a product's name as it is: %s", (_, productName) => {
    const mail = mailIn("en", { ...brand, productName });
    const intro = inEnglish.intro.replace("{product}", () => productName);
    expect(mail.subject).toBe(inEnglish.subject.replace("{product}", () => productName));
    expect(mail.text).toContain(intro);
    expect(plain(mail.html)).toContain(intro);
    if (/[<"]/.test(productName)) expect(mail.html).not.toContain(productName);
  });

  test.each([
    ["#1d4ed8", "#ffffff"],
    ["#000000", "#ffffff"],
    ["#ffff00", "#000000"],
    ["#ffffff", "#000000"],
  ])("every mail's button has the colour %s with words in %s, if any", (productColor, words) => {
    const html = mailIn("en", { ...brand, productColor }).html;
    const button = `background:${productColor};color:${words};`;
    expect(html.includes(button)).toBe(inEnglish.button !== undefined);
    expect(html.includes("<a ")).toBe(links.length > 0);
  });
});

test("each mail has a file of words by its name, and no other exists", () => {
  const files = readdirSync(join(import.meta.dirname, "../../../lib/core/mail/texts"));
  expect(files.sort()).toEqual([...Object.keys(mails), "text"].map((name) => `${name}.ts`).sort());
});

function plain(html: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return html.replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => entities[name] as string);
}
