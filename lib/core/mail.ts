import type { EmailAddress } from "./email.ts";
import { html, type SafeHtml } from "./html.ts";
import { companionToken } from "./ids.ts";
import { type MailKind, type MailLanguage, type MailTexts, mailTexts } from "./mail-texts.ts";
import { textColorOn } from "./text-color.ts";

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
}

/** Whom a mail is for. */
export interface Recipient {
  readonly to: EmailAddress;
  /** BCP 47 tag; a language that we do not have gets English. */
  readonly language: string;
}

/**
 * The mail that asks the owner of an address to confirm it, or to say that it was not them.
 * @param token The verification token; the "this was not me" link carries its companion.
 */
export function verificationMail(brand: MailBrand, recipient: Recipient, token: string): Mail {
  const path = "/api/v1/auth/verify-email?token=";
  return compose(brand, "verification", recipient, [path + token, path + companionToken(token)]);
}

/** The mail with which somebody who can read it sets a new password. */
export function resetMail(brand: MailBrand, recipient: Recipient, token: string): Mail {
  return compose(brand, "reset", recipient, [`/api/v1/auth/reset-password?token=${token}`]);
}

/** The notice that a password was changed. It carries no token: its link leads to where one is asked for. */
export function passwordChangedMail(brand: MailBrand, recipient: Recipient): Mail {
  return compose(brand, "password-changed", recipient, ["/api/v1/auth/forgot-password"]);
}

/**
 * Tells the owner of an address that somebody tried to sign up with it, in place of who tried. It carries no token: its link
 * leads to where a new password is asked for.
 */
export function signUpAgainMail(brand: MailBrand, recipient: Recipient): Mail {
  return compose(brand, "sign-up-again", recipient, ["/api/v1/auth/forgot-password"]);
}

/**
 * Lays a mail out. Nothing that anybody has written stands in it but the product's name: the address may not be proven.
 * @param paths Where the button leads to, and the link after it if the mail has one.
 */
function compose(
  brand: MailBrand,
  kind: MailKind,
  { to, language }: Recipient,
  [button, aside]: readonly [string, string?],
): Mail {
  const [locale, words] = textsFor(kind, language);
  // A function, since a `$` in a replacement text would be an order.
  const fill = (text: string) => text.replaceAll("{product}", () => brand.productName);
  const texts: MailTexts = { ...words, subject: fill(words.subject), intro: fill(words.intro) };
  const links = { button: brand.publicUrl + button, aside: aside && brand.publicUrl + aside };
  const after = texts.aside && [texts.aside, links.aside].filter(Boolean).join("\n");
  return {
    to,
    subject: texts.subject,
    text: [texts.intro, `${texts.button}:\n${links.button}`, texts.note, after, brand.productName]
      .filter(Boolean)
      .join("\n\n"),
    html: layout(brand, locale, texts, links).toString(),
  };
}

function textsFor(kind: MailKind, language: string): [locale: string, texts: MailTexts] {
  const texts = mailTexts[kind];
  const locale = new Intl.Locale(language).language;
  return locale in texts ? [locale, texts[locale as MailLanguage]] : ["en", texts.en];
}

function layout(
  brand: MailBrand,
  locale: string,
  texts: MailTexts,
  links: { readonly button: string; readonly aside: string | undefined },
): SafeHtml {
  const [color, textColor] = [brand.productColor, textColorOn(brand.productColor)];
  const { aside = "", asideLink = "" } = texts;
  const link = links.aside
    ? html`<br><a href="${links.aside}" style="color:#4b5563">${asideLink}</a>`
    : html``;
  return html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${texts.subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2937;background:#ffffff">
<div style="max-width:480px;margin:0 auto">
<h1 style="font-size:20px;margin:0 0 16px">${brand.productName}</h1>
<p>${texts.intro}</p>
<p><a href="${links.button}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:${color};color:${textColor};text-decoration:none;font-weight:600">${texts.button}</a></p>
<p style="color:#4b5563">${texts.note}</p>
${aside ? html`<p style="color:#4b5563">${aside}${link}</p>` : html``}
</div>
</body>
</html>
`;
}
