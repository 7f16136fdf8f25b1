import type { EmailAddress } from "../account/email.ts";
import { limits } from "../shared/limits.ts";
import { textColorOn } from "../shared/text-color.ts";
import { fillLayout, standardLayout } from "./layout.ts";
import type { Mail, MailBrand, MailName } from "./mail.ts";
import type { TextsByLanguage } from "./texts/text.ts";
import { isRightToLeft, type Words, wordsFor } from "./words.ts";

/** Our words of a mail, and the name under which an administrator sets other words. */
export interface Wording {
  readonly name: MailName;
  readonly texts: TextsByLanguage;
}

/** The reader of a mail. */
export interface Recipient {
  readonly to: EmailAddress;
  /** BCP 47 tag. A language without words gets English. */
  readonly language: string;
}

/** Paths of the button and of the link after the aside, below the public URL. */
export type LinkPaths = readonly [button?: string | undefined, aside?: string | undefined];

/**
 * Composes a mail. It contains only the administrator's text and ours, because the address may be unproven.
 * @param days How long the button's link is valid, for texts with that placeholder.
 */
export function compose(
  brand: MailBrand,
  { name, texts: ours }: Wording,
  { to, language }: Recipient,
  paths: LinkPaths = [],
  days: number = limits.invitationDays,
): Mail {
  const { words: own, layout = standardLayout } = brand.templates ?? {};
  const { tag, texts } = filled(wordsFor(ours, language, own?.[name]), brand.productName, days);
  const [link, asideUrl] = paths.map((path) => path && brand.publicUrl + path);
  const button = texts.button && [texts.button, link].join("\n");
  const aside = texts.aside && [texts.aside, asideUrl].filter(Boolean).join("\n");
  const html = fillLayout(layout, {
    ...texts,
    link,
    asideUrl,
    product: brand.productName,
    color: brand.productColor,
    textColor: textColorOn(brand.productColor),
    language: tag,
    direction: isRightToLeft(tag) ? "rtl" : "ltr",
  });
  const text = [texts.intro, button, texts.note, aside, brand.productName].filter(Boolean).join("\n\n");
  return { to, subject: texts.subject, text, html };
}

/** Fills the placeholders of each part. A function returns the name, because `$` is special in a replacement text. */
function filled({ tag, texts }: Words, productName: string, days: number): Words {
  const inDays = new Intl.NumberFormat(tag, { style: "unit", unit: "day", unitDisplay: "long" });
  const parts = Object.entries(texts).map(([part, text]: [string, string]) => [
    part,
    text.replaceAll("{days}", inDays.format(days)).replaceAll("{product}", () => productName),
  ]);
  return { tag, texts: Object.fromEntries(parts) };
}
