import type { OwnTexts } from "./mail.ts";
import type { MailTexts, TextsByLanguage } from "./texts/text.ts";

/** The words of a mail, and the tag of the language that its main sentence is in. */
export interface Words {
  readonly tag: string;
  readonly texts: MailTexts;
}

/**
 * Chooses the words of a mail, each part for itself: the owner's before ours, in the nearest language before the next, and
 * English last.
 * @param language BCP 47 tag. For `zh-TW` these count in turn: `zh-TW`, `zh-Hant`, `zh`, `en`.
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

/** The languages that a mail has words in: ours, then those that an owner adds. */
export function tagsOf(ours: TextsByLanguage, own: OwnTexts = {}): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(own)])];
}

/** Whether a language is written from right to left. */
export function isRightToLeft(tag: string): boolean {
  return rightToLeft.includes(new Intl.Locale(tag).maximize().script ?? "");
}

/** ISO 15924 codes of the scripts in use today that run so. */
const rightToLeft = ["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];

/** A tag, then what is left of it. The script is added where it goes without saying: in Taiwan, Chinese is `zh-Hant`. */
function nearest(tag: string): string[] {
  const locale = new Intl.Locale(tag);
  const { language, script, region } = locale.maximize();
  return [locale.baseName, `${language}-${region}`, `${language}-${script}`, language];
}
