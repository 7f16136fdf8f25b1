import { describe, expect, test } from "vitest";
import { companionToken } from "../../lib/core/ids.ts";
import { type Mail, verificationMail } from "../../lib/core/mail.ts";
import { mailTexts, type VerificationTexts } from "../../lib/core/mail-texts.ts";
import { brand, emailOf } from "./core-support.ts";

const to = emailOf("ada@example.com");
const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";
const mailIn = (language: string, look = brand): Mail => verificationMail(look, to, language, token);
const linkTo = (used: string) => `https://harbour.example/api/v1/auth/verify-email?token=${used}`;
const languages = Object.entries<VerificationTexts>(mailTexts);
const addressesIn = (text: string) => [...text.matchAll(/https?:\/\/[^\s"<]+/g)].map(([address]) => address);

describe("the verification mail", () => {
  test.each(languages)("is written in %s, in all its parts", (language, texts) => {
    const mail = mailIn(language);
    expect(mail.subject).toBe(texts.subject.replace("{product}", "Harbour"));
    for (const part of [mail.text, plain(mail.html)])
      for (const words of Object.values(texts)) {
        if (words === texts.subject || words === texts.notMeLink) continue;
        expect(part).toContain(words.replace("{product}", "Harbour"));
      }
    expect(plain(mail.html)).toContain(texts.notMeLink);
    expect(mail.html).toContain(`<html lang="${language}">`);
  });

  test("says something of its own in every language", () => {
    expect(languages.map(([language]) => language).sort()).toEqual(["de", "en", "es", "fr", "it", "pt"]);
    for (const words of Object.keys(mailTexts.en) as (keyof VerificationTexts)[])
      expect(new Set(languages.map(([, texts]) => texts[words])).size).toBe(6);
  });

  test.each([
    ["pt-BR", "pt"],
    ["de-1996", "de"],
    ["es-419", "es"],
    ["zh-Hans-CN", "en"],
    ["ja", "en"],
    ["he", "en"],
  ])("for %s is written in %s", (language, written) => {
    expect(mailIn(language)).toEqual(mailIn(written));
  });

  test("goes to the address that signed up, and to nobody else", () => {
    expect(mailIn("en").to).toBe("ada@example.com");
    expect(Object.keys(mailIn("en")).sort()).toEqual(["html", "subject", "text", "to"]);
  });

  // GHSA-3529-5m8x-rpv3, CVE-2025-70948: the host of the link came from a request header.
  test.each([
    "text",
    "html",
  ] as const)("has two links in its %s, both to the public URL of the settings, and no other address", (part) => {
    expect(addressesIn(mailIn("fr")[part])).toEqual([linkTo(token), linkTo(companionToken(token))]);
  });

  test("carries the token once, in the link that confirms", () => {
    const { text, html, subject } = mailIn("en");
    for (const part of [text, html]) expect(part.split(token)).toHaveLength(2);
    expect(subject).not.toContain(token);
  });

  test("loads nothing and runs nothing", () => {
    expect(mailIn("en").html).not.toMatch(
      /<(?:img|script|link|iframe|form|svg|object)\b|url\(|@import|src=/i,
    );
  });

  test("has a subject of one line", () => {
    for (const [language] of languages) expect(mailIn(language).subject).not.toMatch(/\p{Cc}/u);
  });

  test.each([
    ["markup", "A & B's <b>Shop</b>"],
    ["a quote", `"Harbour" onclick="x`],
    // String.prototype.replace reads these as orders.
    ["dollars", "Ca$$h $& $' $` $1"],
    ["its own placeholder", "{product}"],
  ])("shows a product's name as it is: %s", (_, productName) => {
    const mail = mailIn("en", { ...brand, productName });
    const intro = mailTexts.en.intro.replace("{product}", () => productName);
    expect(mail.subject).toBe(mailTexts.en.subject.replace("{product}", () => productName));
    expect(mail.text).toContain(intro);
    expect(plain(mail.html)).toContain(intro);
    if (/[<"]/.test(productName)) expect(mail.html).not.toContain(productName);
  });

  test.each([
    ["#1d4ed8", "#ffffff"],
    ["#000000", "#ffffff"],
    ["#ffff00", "#000000"],
    ["#ffffff", "#000000"],
  ])("has a button of the product's colour %s with words in %s", (productColor, words) => {
    const html = mailIn("en", { ...brand, productColor }).html;
    expect(html).toContain(`background:${productColor};color:${words};`);
  });
});

function plain(html: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return html.replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => entities[name] as string);
}
