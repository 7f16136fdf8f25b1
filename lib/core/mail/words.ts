import type { MailTexts } from "./texts/text.ts";
import { type MailKind, mailTexts } from "./texts.ts";

/** Words that an owner sets over ours: by kind of mail, by BCP 47 tag, any parts of it. */
export type OwnWords = { readonly [Kind in MailKind]?: Readonly<Record<string, Partial<MailTexts>>> };

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
export function wordsFor(kind: MailKind, language: string, own: OwnWords = {}): Words {
  const ours: Readonly<Record<string, Partial<MailTexts>>> = mailTexts[kind];
  const found = [...nearest(language), "en"].flatMap((tag) => [
    { tag, texts: own[kind]?.[tag] ?? {} },
    { tag, texts: ours[tag] ?? {} },
  ]);
  const texts: MailTexts = Object.assign({}, mailTexts[kind].en, ...found.map((one) => one.texts).reverse());
  return { tag: found.find((one) => one.texts.intro)?.tag ?? "en", texts };
}

/** The languages that a kind of mail has words in: ours, then those that an owner adds. */
export function tagsOf(kind: MailKind, own: OwnWords = {}): string[] {
  return [...new Set([...Object.keys(mailTexts[kind]), ...Object.keys(own[kind] ?? {})])];
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
