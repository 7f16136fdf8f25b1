/*
 * Forms of address follow the mail of services: vous, Sie, usted; tu in Italian; in European Portuguese the third
 * person, without a pronoun. French has a no-break space before a colon (\u00a0) and a narrow one before ? ! ;
 * (\u202f).
 */

/** The languages of our mail, by ISO 639-1 code. */
type MailLanguage = "en" | "fr" | "de" | "es" | "it" | "pt";

/** The words of one mail in one language, in reading order. `{product}` is the product's name. */
export interface MailTexts {
  readonly subject: string;
  readonly intro: string;
  /** The label of the button, if the mail has one. */
  readonly button?: string;
  readonly note: string;
  /** Advice for an unintended reader. */
  readonly aside?: string;
  /** The label of the link after the aside, if there is one. */
  readonly asideLink?: string;
}

/** A mail in every language. */
export type TextsByLanguage = Readonly<Record<MailLanguage, MailTexts>>;
