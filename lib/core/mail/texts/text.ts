/*
 * Readers are addressed as mail of a service addresses them: vous, Sie, usted; tu in Italian; in European Portuguese the
 * third person, without a pronoun. French has a no-break space before a colon (\u00a0) and a narrow one before ? ! ; (\u202f).
 */

/** The languages that we have mail in, by their ISO 639-1 codes. */
type MailLanguage = "en" | "fr" | "de" | "es" | "it" | "pt";

/** The words of one mail in one language, in the order in which they are read. `{product}` is the product's name. */
export interface MailTexts {
  readonly subject: string;
  readonly intro: string;
  /** On the button, before its link, if there is anything to press. */
  readonly button?: string;
  readonly note: string;
  /** What to do for whom this mail is not meant. */
  readonly aside?: string;
  /** On the link that follows that, if one does. */
  readonly asideLink?: string;
}

/** A mail in every language. */
export type TextsByLanguage = Readonly<Record<MailLanguage, MailTexts>>;
