import type { EmailAddress } from "../../core/account/email.ts";
import { compose, type MailBrand } from "../../core/mail/mail.ts";
import { type MailKind, mailTexts } from "../../core/mail/texts.ts";
import { tagsOf, wordsFor } from "../../core/mail/words.ts";
import { escapeXml } from "../aws/shared/xml.ts";
import { frame, linked, type MailboxPage, pageOf } from "./mailbox-page.ts";

/** Lays out every kind of mail in every language as it would go out, for an owner who sets words or a layout of their own. */
export function renderMailsPage(brand: MailBrand): MailboxPage {
  const kinds = Object.keys(mailTexts) as MailKind[];
  const sections = kinds.map((kind) => {
    const mails = tagsOf(kind, brand.templates?.words).map((tag) => articleOf(brand, kind, tag));
    return `<h2>${kind}</h2>\n${mails.join("\n")}`;
  });
  const intro =
    "<p>With the templates as they are now; restart to have them sent. The links lead nowhere.</p>";
  return pageOf("Mails", `${intro}\n${sections.join("\n")}`);
}

function articleOf(brand: MailBrand, kind: MailKind, tag: string): string {
  const { button, asideLink } = wordsFor(kind, tag, brand.templates?.words).texts;
  // Where they lead to is decided where each kind is sent.
  const paths = [button && "/link-of-the-button", asideLink && "/link-of-the-aside"] as const;
  const to = "reader@example.com" as EmailAddress;
  const mail = compose(brand, kind, { to, language: tag }, paths);
  const own = Object.keys(brand.templates?.words?.[kind]?.[tag] ?? {});
  const note = own.length > 0 ? `<span>your own: ${own.join(", ")}</span>` : "";
  return `<article>
<details>
<summary><h3 lang="${tag}">${tag}: ${escapeXml(mail.subject)}</h3>${note}</summary>
${frame(mail.html, mail.subject)}
<details class="text"><summary>Plain text</summary><pre lang="${tag}">${linked(mail.text)}</pre></details>
</details>
</article>`;
}
