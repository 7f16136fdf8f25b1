import type { EmailAddress } from "../account/email.ts";
import { invitationPath } from "../invitations/invitation.ts";
import { companionToken } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { paths } from "../shared/paths.ts";
import { textColorOn } from "../shared/text-color.ts";
import { fillLayout, standardLayout } from "./layout.ts";
import type { MailKind } from "./texts.ts";
import { isRightToLeft, type OwnWords, type Words, wordsFor } from "./words.ts";

/** A mail ready to be sent. */
export interface Mail {
  readonly to: EmailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** How the owner's product presents itself in mail. */
export interface MailBrand {
  readonly productName: string;
  /** CSS hex colour. */
  readonly productColor: string;
  /** Origin of every link, without a final slash; from the settings, never from a request. */
  readonly publicUrl: string;
  /** What the owner sets over our words and our layout. */
  readonly templates?: MailTemplates;
}

/** An owner's templates; what is missing is as we have it. */
export interface MailTemplates {
  readonly words?: OwnWords | undefined;
  readonly layout?: string | undefined;
}

/** Whom a mail is for. */
export interface Recipient {
  readonly to: EmailAddress;
  /** BCP 47 tag; a language that there are no words in gets English. */
  readonly language: string;
}

/**
 * The mail that asks the owner of an address to confirm it, or to say that it was not them.
 * @param token The verification token; the "this was not me" link carries its companion.
 */
export function verificationMail(brand: MailBrand, recipient: Recipient, token: string): Mail {
  const path = `${paths.verifyEmail}?token=`;
  return compose(brand, "verification", recipient, [path + token, path + companionToken(token)]);
}

const resetPath = (token: string) => `${paths.resetPassword}?token=${token}`;

/** The mail with which somebody who can read it sets a new password. */
export function resetMail(brand: MailBrand, recipient: Recipient, token: string): Mail {
  return compose(brand, "reset", recipient, [resetPath(token)]);
}

/** The notice that a password was changed, with which somebody who can read it sets another. */
export function passwordChangedMail(brand: MailBrand, recipient: Recipient, token: string): Mail {
  return compose(brand, "password-changed", recipient, [resetPath(token)]);
}

/** The mail that asks the owner of an address to confirm that an account gets it. Who reads it needs the password as well. */
export function emailChangeMail(brand: MailBrand, recipient: Recipient, token: string): Mail {
  return compose(brand, "email-change", recipient, [`${paths.confirmEmailChange}?token=${token}`]);
}

/** Tells the owner of an address that somebody wanted it for another account. It does not say who. */
export function emailWantedMail(brand: MailBrand, recipient: Recipient): Mail {
  return compose(brand, "email-wanted", recipient, [paths.forgotPassword]);
}

/** The notice, to the address that an account has, that another was asked for; its link cancels that. */
export function emailChangeNotice(brand: MailBrand, recipient: Recipient, token: string): Mail {
  return compose(brand, "email-change-notice", recipient, [`${paths.cancelEmailChange}?token=${token}`]);
}

/** The notice to the address that an account no longer has: from there nothing can be done about it. */
export function emailChangedMail(brand: MailBrand, recipient: Recipient): Mail {
  return compose(brand, "email-changed", recipient, []);
}

/** The mail that brings an invitation. `days` is how long it counts from now on. */
export function invitationMail(
  brand: MailBrand,
  recipient: Recipient,
  invitation: string,
  days: number,
): Mail {
  return compose(brand, "invitation", recipient, [invitationPath(invitation)], days);
}

/**
 * Tells the owner of an address that somebody tried to sign up with it, in place of who tried. It carries no token: its link
 * leads to where a new password is asked for.
 */
export function signUpAgainMail(brand: MailBrand, recipient: Recipient): Mail {
  return compose(brand, "sign-up-again", recipient, [paths.forgotPassword]);
}

/**
 * Lays a mail out. Nothing that anybody has written stands in it but the owner: the address may not be proven.
 * @param paths Where the button leads to, if the mail has one, and the link after it.
 * @param days How long the button's link works, for texts that ask for it.
 */
export function compose(
  brand: MailBrand,
  kind: MailKind,
  { to, language }: Recipient,
  paths: readonly [button?: string | undefined, aside?: string | undefined] = [],
  days: number = limits.invitationDays,
): Mail {
  const { words: own, layout = standardLayout } = brand.templates ?? {};
  const { tag, texts } = filled(wordsFor(kind, language, own), brand.productName, days);
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

/** Fills the placeholders of each part. A function gives the name, since a `$` in a replacement text would be an order. */
function filled({ tag, texts }: Words, productName: string, days: number): Words {
  const inDays = new Intl.NumberFormat(tag, { style: "unit", unit: "day", unitDisplay: "long" });
  const parts = Object.entries(texts).map(([part, text]: [string, string]) => [
    part,
    text.replaceAll("{days}", inDays.format(days)).replaceAll("{product}", () => productName),
  ]);
  return { tag, texts: Object.fromEntries(parts) };
}
