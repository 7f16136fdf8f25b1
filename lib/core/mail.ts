import type { EmailAddress } from "./email.ts";
import { html, type SafeHtml } from "./html.ts";
import { companionToken } from "./ids.ts";
import { mailTexts, type VerificationTexts } from "./mail-texts.ts";
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

/**
 * The mail that asks the owner of an address to confirm it, or to say that it was not them.
 * Nothing that the person who signed up has written stands in it: the address is not proven yet.
 * @param language BCP 47 tag; a language that we do not have gets English.
 * @param token The verification token; the "this was not me" link carries its companion.
 */
export function verificationMail(brand: MailBrand, to: EmailAddress, language: string, token: string): Mail {
  const [locale, texts] = textsFor(language);
  const links = { verify: linkFor(brand, token), disown: linkFor(brand, companionToken(token)) };
  // A function, since a `$` in a replacement text would be an order.
  const fill = (text: string) => text.replaceAll("{product}", () => brand.productName);
  return {
    to,
    subject: fill(texts.subject),
    text: [
      fill(texts.intro),
      `${texts.button}:\n${links.verify}`,
      texts.expiry,
      `${texts.notMe}\n${links.disown}`,
      brand.productName,
    ].join("\n\n"),
    html: layout(brand, locale, texts, fill, links),
  };
}

function textsFor(language: string): [locale: string, texts: VerificationTexts] {
  const locale = new Intl.Locale(language).language;
  return locale in mailTexts ? [locale, mailTexts[locale as keyof typeof mailTexts]] : ["en", mailTexts.en];
}

function linkFor(brand: MailBrand, token: string): string {
  return `${brand.publicUrl}/api/v1/auth/verify-email?token=${token}`;
}

function layout(
  brand: MailBrand,
  locale: string,
  texts: VerificationTexts,
  fill: (text: string) => string,
  links: { verify: string; disown: string },
): string {
  const [color, textColor] = [brand.productColor, textColorOn(brand.productColor)];
  const page: SafeHtml = html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${fill(texts.subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2937;background:#ffffff">
<div style="max-width:480px;margin:0 auto">
<h1 style="font-size:20px;margin:0 0 16px">${brand.productName}</h1>
<p>${fill(texts.intro)}</p>
<p><a href="${links.verify}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:${color};color:${textColor};text-decoration:none;font-weight:600">${texts.button}</a></p>
<p style="color:#4b5563">${texts.expiry}</p>
<p style="color:#4b5563">${texts.notMe}<br><a href="${links.disown}" style="color:#4b5563">${texts.notMeLink}</a></p>
</div>
</body>
</html>
`;
  return page.toString();
}
