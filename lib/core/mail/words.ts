import type { OwnTexts } from "./mail.ts";
import type { MailTexts, TextsByLanguage } from "./texts/text.ts";

/** The words of a mail, and the language tag of its main sentence. */
export interface Words {
  readonly tag: string;
  readonly texts: MailTexts;
}

/**
 * Chooses the words of a mail, part by part. The nearest language comes first, and English last. Within a language the
 * administrator's words come before ours.
 * @param language BCP 47 tag. For `zh-TW` the order is `zh-TW`, `zh-Hant`, `zh`, `en`.
 */
export function wordsFor(ours: TextsByLanguage, language: string, own: OwnTexts = {}): Words {
  const byTag: OwnTexts = ours;
  const found = [...nearest(language), "en"].flatMap((tag) => [
    { tag, texts: own[tag] ?? {} },
    { tag, texts: byTag[tag] ?? {} },
  ]);
  const texts: MailTexts = Object.assign({}, ours.en, ...found.map((one) => one.texts).reverse());
  return { tag: found.find((one) => one.texts.intro)?.tag ?? "en", texts };
}

/** Lists the languages of a mail's words: ours, then those that an administrator adds. */
export function tagsOf(ours: TextsByLanguage, own: OwnTexts = {}): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(own)])];
}

/** Tells whether a language is written from right to left. */
export function isRightToLeft(tag: string): boolean {
  return rightToLeft.includes(new Intl.Locale(tag).maximize().script ?? "");
}

/** ISO 15924 codes of the right-to-left scripts in use today. */
const rightToLeft = ["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];

/** Lists a tag, then its shorter forms. The script is added if it is implied: Chinese in Taiwan is `zh-Hant`. */
function nearest(tag: string): string[] {
  const locale = new Intl.Locale(tag);
  const { language, script, region } = locale.maximize();
  return [locale.baseName, `${language}-${region}`, `${language}-${script}`, language];
}
