import { passwordChangedTexts } from "./mail-texts-password-changed.ts";
import { resetTexts } from "./mail-texts-reset.ts";
import { signUpAgainTexts } from "./mail-texts-sign-up-again.ts";
import { verificationTexts } from "./mail-texts-verification.ts";

/** The languages that we have mail in, by their ISO 639-1 codes. */
export type MailLanguage = "en" | "fr" | "de" | "es" | "it" | "pt";

/** The words of one kind of mail in one language, in the order in which they are read. `{product}` is the product's name. */
export interface MailTexts {
  readonly subject: string;
  readonly intro: string;
  /** On the button, before its link. */
  readonly button: string;
  readonly note: string;
  /** What to do for whom this mail is not meant. */
  readonly aside?: string;
  /** On the link that follows that, if one does. */
  readonly asideLink?: string;
}

/** A kind of mail in every language. */
export type TextsByLanguage = Readonly<Record<MailLanguage, MailTexts>>;

/** Every kind of mail. */
export const mailTexts = {
  verification: verificationTexts,
  reset: resetTexts,
  "password-changed": passwordChangedTexts,
  "sign-up-again": signUpAgainTexts,
} as const satisfies Record<string, TextsByLanguage>;

export type MailKind = keyof typeof mailTexts;
