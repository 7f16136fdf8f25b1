import { describe, expect, test } from "vitest";
import { type MailTemplates, resetMail, verificationMail } from "../../../lib/core/mail/mail.ts";
import { readMailWords } from "../../../lib/core/mail/read-words.ts";
import type { MailTexts } from "../../../lib/core/mail/texts/text.ts";
import { mailTexts } from "../../../lib/core/mail/texts.ts";
import { type OwnWords, tagsOf, wordsFor } from "../../../lib/core/mail/words.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { brand, emailOf } from "../../support/core-support.ts";

const to = emailOf("ada@example.com");
const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";
const { verification } = mailTexts;

/** The owner's words as they come out of the file. */
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
  wordsFor("verification", language, wordsOf(own)).texts;

describe("an owner's words", () => {
  test("stand for ours part by part, in their kind and their language alone", () => {
    const own = wordsOf({ verification: { de: { subject: "Willkommen bei {product}" } } });
    const templates: MailTemplates = { words: own };
    const mailIn = (language: string, look: typeof brand) => verificationMail(look, { to, language }, token);
    const [mine, ours] = [mailIn("de", { ...brand, templates }), mailIn("de", brand)];
    expect(mine.subject).toBe("Willkommen bei Harbour");
    expect(mine.text).toBe(ours.text);
    expect(mine.html).toBe(ours.html.replace(ours.subject, mine.subject));
    for (const language of ["en", "fr", "pt-BR"])
      expect(mailIn(language, { ...brand, templates })).toEqual(mailIn(language, brand));
    const reset = resetMail({ ...brand, templates }, { to, language: "de" }, token);
    expect(reset).toEqual(resetMail(brand, { to, language: "de" }, token));
  });

  test("of a language that we do not have are completed by the owner's English, then by ours", () => {
    const own = { verification: { pl: { intro: "Witaj w {product}." }, en: { note: "Be quick." } } };
    expect(textsIn("pl-PL", own)).toEqual({
      ...verification.en,
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
  ])("for %s are the nearest: %s", (language, subject, tag) => {
    const own = wordsOf({
      verification: {
        "pt-BR": { subject: "Brasil" },
        pt: { subject: "todos" },
        "zh-Hant": { subject: "繁體", intro: "你好" },
        zh: { subject: "中文", intro: "你好" },
      },
    });
    const { texts, tag: written } = wordsFor("verification", language, own);
    expect(texts.subject).toBe(subject ?? verification.en.subject);
    expect(written).toBe(tag);
  });

  test("say the language that the main sentence is in, and which way it runs", () => {
    const words = wordsOf({
      verification: { he: { subject: "שלום", intro: "שלום" }, ja: { subject: "今日は" } },
    });
    const htmlIn = (language: string) =>
      verificationMail({ ...brand, templates: { words } }, { to, language }, token).html;
    expect(htmlIn("he-IL")).toContain('<html lang="he" dir="rtl">');
    expect(htmlIn("ja")).toContain('<html lang="en" dir="ltr">');
  });

  test("are escaped wherever they stand, and never looked at for placeholders again", () => {
    const intro = '<script>alert(1)</script> & "x" $& $\' {product}';
    const words = wordsOf({ verification: { en: { intro, button: "<b>$1</b>", aside: "'>" } } });
    const productName = "{{intro}} {{note}} $& {product}";
    const mail = verificationMail(
      { ...brand, productName, templates: { words } },
      { to, language: "en" },
      token,
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

  test("add languages to those that a kind has, for who looks them all over", () => {
    const own = wordsOf({ reset: { "pt-BR": { note: "x" }, de: { note: "x" } } });
    expect(tagsOf("reset", own)).toEqual(["en", "fr", "de", "es", "it", "pt", "pt-BR"]);
    expect(tagsOf("verification", own)).toEqual(["en", "fr", "de", "es", "it", "pt"]);
  });

  test("may have marks of direction, which turn nothing but themselves", () => {
    const marked = { reset: { he: { subject: "\u200fשלום\u200e (1)" } } };
    expect(wordsOf(marked)).toEqual(marked);
  });

  test("may be none, and may begin with a byte order mark", () => {
    expect(readMailWords("{}")).toEqual({ ok: true, value: {} });
    expect(readMailWords('\ufeff{"reset":{}}')).toEqual({ ok: true, value: { reset: {} } });
  });

  test("may have every part of every kind", () => {
    expect(readMailWords(JSON.stringify(mailTexts))).toEqual({ ok: true, value: mailTexts });
  });
});

const subject = (text: unknown) => ({ reset: { de: { subject: text } } });
const takesSubject = "reset.de.subject takes a text of 1 to 150 characters in one line";

describe("a file of an owner's words", () => {
  test.each<[string, unknown, string]>([
    ["a list", ["reset"], "takes an object of kinds of mail"],
    ["an empty list", [], "takes an object of kinds of mail"],
    ["a number alone", 5, "takes an object of kinds of mail"],
    ["an empty list for a kind", { reset: [] }, "reset takes an object of languages"],
    ["an empty list for a language", { reset: { de: [] } }, "reset.de takes an object of parts"],
    ["null", null, "takes an object of kinds of mail"],
    [
      "an unknown kind",
      { welcome: {} },
      `welcome is no kind of mail: there are ${Object.keys(mailTexts).join(", ")}`,
    ],
    ["a kind that is no object", { reset: "x" }, "reset takes an object of languages"],
    ["null for a kind", { reset: null }, "reset takes an object of languages"],
    [
      "a language that is none",
      { reset: { english: {} } },
      'reset.english is no language tag of BCP 47, such as "pl" or "pt-BR"',
    ],
    ["an unknown language", { reset: { zz: {} } }, "reset.zz is no language"],
    // Two spellings of one tag would leave open which counts.
    ["a tag in another spelling", { reset: { "pt-br": {} } }, "reset.pt-br is no language"],
    [
      "a tag that no reader has",
      { reset: { "de-u-co-phonebk": {} } },
      "reset.de-u-co-phonebk is no language",
    ],
    ["a language that is no object", { reset: { de: "x" } }, "reset.de takes an object of parts"],
    [
      "an unknown part",
      { reset: { de: { title: "x" } } },
      "reset.de.title is no part of this mail: it has subject, intro, button, note, aside",
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
    // CVE-2021-42574: what is read is in another order than what is there.
    ...["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"].map(
      (control): [string, unknown, string] => [
        `a control of direction, U+${control.codePointAt(0)?.toString(16)}`,
        subject(`Hi ${control}moc.elpmaxe`),
        takesSubject,
      ],
    ),
    [
      "a control of direction in a sentence",
      { reset: { de: { intro: "Hi \u202ethere" } } },
      "reset.de.intro takes a text of 1 to 2000 characters in one line",
    ],
    ["what was not UTF-8", subject("Gr\ufffd\ufffde"), takesSubject],
    [
      "too long a sentence",
      { reset: { de: { intro: "x".repeat(limits.mailPartMaxCharacters + 1) } } },
      "reset.de.intro takes a text of 1 to 2000 characters in one line",
    ],
    [
      "an unknown placeholder",
      subject("Hi {name}"),
      "reset.de.subject has a placeholder other than {product}",
    ],
    ["one of the layout", subject("{{product}}"), "reset.de.subject has a placeholder other than {product}"],
    ["one in one", subject("{pro{product}duct}"), "reset.de.subject has a placeholder other than {product}"],
    ["half a placeholder", subject("{product"), "reset.de.subject has a placeholder other than {product}"],
    ["what is no JSON", "{\n'reset': 1}", "is not valid JSON: "],
    ["nothing at all", "", "is not valid JSON: "],
  ])("is refused for %s, in one line that says where", (_, input, problem) => {
    const found = problemOf(input);
    expect(found.slice(0, problem.length)).toBe(problem);
    expect(found).not.toMatch(/[\r\n]/);
  });
});
