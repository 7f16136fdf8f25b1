import { describe, expect, test } from "vitest";
import type { MailTemplates, OwnWords } from "../../../lib/core/mail/mail.ts";
import { mails } from "../../../lib/core/mail/mails.ts";
import { readMailWords } from "../../../lib/core/mail/read-words.ts";
import type { MailTexts } from "../../../lib/core/mail/texts/text.ts";
import { tagsOf, wordsFor } from "../../../lib/core/mail/words.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { brand, emailOf, mailWith } from "../../support/core-support.ts";

const to = emailOf("ada@example.com");
const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";
const { texts: ours } = mails["verify-email"];
const mailTexts = Object.fromEntries(Object.entries(mails).map(([name, { texts }]) => [name, texts]));

/** Reads an administrator's words from a file. */
function wordsOf(input: unknown): OwnWords {
  const result = readMailWords(JSON.stringify(input));
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

function problemOf(input: unknown): string {
  const result = readMailWords(typeof input === "string" ? input : JSON.stringify(input));
  if (result.ok) throw new Error("was taken");
  return result.problem;
}

const textsIn = (language: string, own: unknown): MailTexts =>
  wordsFor(ours, language, wordsOf(own)["verify-email"]).texts;

describe("an administrator's words", () => {
  test("an administrator's words replace ours part by part, only in their mail and language", () => {
    const own = wordsOf({ "verify-email": { de: { subject: "Willkommen bei {product}" } } });
    const templates: MailTemplates = { words: own };
    const mailIn = (language: string, look: typeof brand) =>
      mailWith(token, "verify-email", { to, language }, look);
    const [mine, ours] = [mailIn("de", { ...brand, templates }), mailIn("de", brand)];
    expect(mine.subject).toBe("Willkommen bei Harbour");
    expect(mine.text).toBe(ours.text);
    expect(mine.html).toBe(ours.html.replace(ours.subject, mine.subject));
    for (const language of ["en", "fr", "pt-BR"])
      expect(mailIn(language, { ...brand, templates })).toEqual(mailIn(language, brand));
    const reset = mailWith(token, "reset-password", { to, language: "de" }, { ...brand, templates });
    expect(reset).toEqual(mailWith(token, "reset-password", { to, language: "de" }));
  });

  test("an administrator's words are completed by their English and then by ours", () => {
    const own = { "verify-email": { pl: { intro: "Witaj w {product}." }, en: { note: "Be quick." } } };
    expect(textsIn("pl-PL", own)).toEqual({
      ...ours.en,
      intro: "Witaj w {product}.",
      note: "Be quick.",
    });
  });

  test.each([
    ["pt-BR", "Brasil", "pt"],
    ["pt-PT", "todos", "pt"],
    ["pt", "todos", "pt"],
    ["zh-TW", "繁體", "zh-Hant"],
    ["zh-Hant-HK", "繁體", "zh-Hant"],
    ["zh-CN", "中文", "zh"],
    ["zh-Hans", "中文", "zh"],
    ["nl", undefined, "en"],
  ])("an administrator's words for %s come from the nearest language: %s", (language, subject, tag) => {
    const own = wordsOf({
      "verify-email": {
        "pt-BR": { subject: "Brasil" },
        pt: { subject: "todos" },
        "zh-Hant": { subject: "繁體", intro: "你好" },
        zh: { subject: "中文", intro: "你好" },
      },
    });
    const { texts, tag: written } = wordsFor(ours, language, own["verify-email"]);
    expect(texts.subject).toBe(subject ?? ours.en.subject);
    expect(written).toBe(tag);
  });

  test("an administrator's words set the language and direction of the main sentence", () => {
    const words = wordsOf({
      "verify-email": { he: { subject: "שלום", intro: "שלום" }, ja: { subject: "今日は" } },
    });
    const htmlIn = (language: string) =>
      mailWith(token, "verify-email", { to, language }, { ...brand, templates: { words } }).html;
    expect(htmlIn("he-IL")).toContain('<html lang="he" dir="rtl">');
    expect(htmlIn("ja")).toContain('<html lang="en" dir="ltr">');
  });

  test("an administrator's words are escaped everywhere, and not searched again for placeholders", () => {
    const intro = '<script>alert(1)</script> & "x" $& $\' {product}';
    const words = wordsOf({ "verify-email": { en: { intro, button: "<b>$1</b>", aside: "'>" } } });
    const productName = "{{intro}} {{note}} $& {product}";
    const mail = mailWith(
      token,
      "verify-email",
      { to, language: "en" },
      { ...brand, productName, templates: { words } },
    );
    expect(mail.html).not.toMatch(/<script|<b>|'>/);
    expect(mail.html).toContain(
      "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; $&amp; $&#39; {{intro}} {{note}} $&amp; {product}</p>",
    );
    expect(mail.html).toContain(
      `<h1 style="font-size:20px;margin:0 0 16px">{{intro}} {{note}} $&amp; {product}</h1>`,
    );
    expect(mail.html).toContain(">&lt;b&gt;$1&lt;/b&gt;</a>");
    expect(mail.text).toContain(intro.replace("{product}", () => productName));
  });

  test("an administrator's words add their languages to those of our mail", () => {
    const own = wordsOf({ "reset-password": { "pt-BR": { note: "x" }, de: { note: "x" } } });
    const { texts } = mails["reset-password"];
    expect(tagsOf(texts, own["reset-password"])).toEqual(["en", "fr", "de", "es", "it", "pt", "pt-BR"]);
    expect(tagsOf(ours, own["verify-email"])).toEqual(["en", "fr", "de", "es", "it", "pt"]);
  });

  test("an administrator's words may contain direction marks, which affect no following text", () => {
    const marked = { "reset-password": { he: { subject: "\u200fשלום\u200e (1)" } } };
    expect(wordsOf(marked)).toEqual(marked);
  });

  test("an administrator's words may be empty, and may begin with a byte order mark", () => {
    expect(readMailWords("{}")).toEqual({ ok: true, value: {} });
    expect(readMailWords('\ufeff{"reset-password":{}}')).toEqual({
      ok: true,
      value: { "reset-password": {} },
    });
  });

  test("an administrator's words may contain every part of every mail", () => {
    expect(readMailWords(JSON.stringify(mailTexts))).toEqual({ ok: true, value: mailTexts });
  });
});

const subject = (text: unknown) => ({ "reset-password": { de: { subject: text } } });
const takesSubject = "reset-password.de.subject takes a text of 1 to 150 characters in one line";

describe("a file of an administrator's words", () => {
  test.each<[string, unknown, string]>([
    ["a list", ["reset-password"], "takes an object of names of mails"],
    ["an empty list", [], "takes an object of names of mails"],
    ["a number alone", 5, "takes an object of names of mails"],
    ["an empty list for a kind", { "reset-password": [] }, "reset-password takes an object of languages"],
    [
      "an empty list for a language",
      { "reset-password": { de: [] } },
      "reset-password.de takes an object of parts",
    ],
    ["null", null, "takes an object of names of mails"],
    [
      "an unknown kind",
      { welcome: {} },
      `welcome is no name of a mail: there are ${Object.keys(mailTexts).join(", ")}`,
    ],
    ["a kind that is no object", { "reset-password": "x" }, "reset-password takes an object of languages"],
    ["null for a kind", { "reset-password": null }, "reset-password takes an object of languages"],
    [
      "a language that is none",
      { "reset-password": { english: {} } },
      'reset-password.english is no language tag of BCP 47, such as "pl" or "pt-BR"',
    ],
    ["an unknown language", { "reset-password": { zz: {} } }, "reset-password.zz is no language"],
    // With two spellings of one tag, it would be unclear which is valid.
    [
      "a tag in another spelling",
      { "reset-password": { "pt-br": {} } },
      "reset-password.pt-br is no language",
    ],
    [
      "a tag that no reader has",
      { "reset-password": { "de-u-co-phonebk": {} } },
      "reset-password.de-u-co-phonebk is no language",
    ],
    [
      "a language that is no object",
      { "reset-password": { de: "x" } },
      "reset-password.de takes an object of parts",
    ],
    [
      "an unknown part",
      { "reset-password": { de: { title: "x" } } },
      "reset-password.de.title is no part of this mail: it has subject, intro, button, note, aside",
    ],
    [
      "a button for a mail that leads nowhere",
      { "account-disabled": { en: { button: "x" } } },
      "account-disabled.en.button is no part of this mail: it has subject, intro, note, aside",
    ],
    ["a number", subject(5), takesSubject],
    ["null for a part", subject(null), takesSubject],
    ["nothing", subject(""), takesSubject],
    ["a blank", subject(" "), takesSubject],
    ["too long a subject", subject("x".repeat(limits.mailSubjectMaxCharacters + 1)), takesSubject],
    // ory/kratos x/email_fuzz_test: a line break in a subject begins another header.
    ["CR and LF in a subject", subject("Hi\r\nBcc: x@example.com"), takesSubject],
    ["LF in a subject", subject("Hi\nBcc: x@example.com"), takesSubject],
    ["CR in a subject", subject("Hi\rBcc: x@example.com"), takesSubject],
    ["another line break", subject("Hi\u2028there"), takesSubject],
    ["NUL", subject("Hi\0"), takesSubject],
    ["a lone surrogate", subject("Hi \ud800"), takesSubject],
    // CVE-2021-42574: text that shows in another order than it is stored.
    ...["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"].map(
      (control): [string, unknown, string] => [
        `a control of direction, U+${control.codePointAt(0)?.toString(16)}`,
        subject(`Hi ${control}moc.elpmaxe`),
        takesSubject,
      ],
    ),
    [
      "a control of direction in a sentence",
      { "reset-password": { de: { intro: "Hi \u202ethere" } } },
      "reset-password.de.intro takes a text of 1 to 2000 characters in one line",
    ],
    ["what was not UTF-8", subject("Gr\ufffd\ufffde"), takesSubject],
    [
      "too long a sentence",
      { "reset-password": { de: { intro: "x".repeat(limits.mailPartMaxCharacters + 1) } } },
      "reset-password.de.intro takes a text of 1 to 2000 characters in one line",
    ],
    [
      "an unknown placeholder",
      subject("Hi {name}"),
      "reset-password.de.subject has a placeholder other than {product}",
    ],
    [
      "one of the layout",
      subject("{{product}}"),
      "reset-password.de.subject has a placeholder other than {product}",
    ],
    [
      "one in one",
      subject("{pro{product}duct}"),
      "reset-password.de.subject has a placeholder other than {product}",
    ],
    [
      "half a placeholder",
      subject("{product"),
      "reset-password.de.subject has a placeholder other than {product}",
    ],
    ["what is no JSON", "{\n'reset': 1}", "is not valid JSON: "],
    ["nothing at all", "", "is not valid JSON: "],
  ])("refuses a file of words for %s, in one line with the place", (_, input, problem) => {
    const found = problemOf(input);
    expect(found.slice(0, problem.length)).toBe(problem);
    expect(found).not.toMatch(/[\r\n]/);
  });
});
