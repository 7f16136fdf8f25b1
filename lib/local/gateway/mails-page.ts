import type { EmailAddress } from "../../core/account/email.ts";
import { compose } from "../../core/mail/compose.ts";
import type { MailBrand, MailName } from "../../core/mail/mail.ts";
import { mails } from "../../core/mail/mails.ts";
import { tagsOf, wordsFor } from "../../core/mail/words.ts";
import { escapeXml } from "../aws/shared/xml.ts";
import { frame, linked, type MailboxPage, pageOf } from "./mailbox-page.ts";

/** Renders every mail in every language as it would be sent, for an owner with custom words or a custom layout. */
export function renderMailsPage(brand: MailBrand): MailboxPage {
  const names = Object.keys(mails) as MailName[];
  const sections = names.map((name) => {
    const tags = tagsOf(mails[name].texts, brand.templates?.words?.[name]);
    return `<h2>${name}</h2>\n${tags.map((tag) => articleOf(brand, name, tag)).join("\n")}`;
  });
  const intro =
    "<p>These mails use your templates as they are now. Restart the runner to send them. The links lead nowhere.</p>";
  return pageOf("Mails", `${intro}\n${sections.join("\n")}`);
}

function articleOf(brand: MailBrand, name: MailName, tag: string): string {
  const { texts } = mails[name];
  const own = brand.templates?.words?.[name];
  const { button, asideLink } = wordsFor(texts, tag, own).texts;
  // These mails have no tokens.
  const paths = [button && "/link-of-the-button", asideLink && "/link-of-the-aside"] as const;
  const to = "reader@example.com" as EmailAddress;
  const mail = compose(brand, { name, texts }, { to, language: tag }, paths);
  const parts = Object.keys(own?.[tag] ?? {});
  const note = parts.length > 0 ? `<span>your own: ${parts.join(", ")}</span>` : "";
  return `<article>
<details>
<summary><h3 lang="${tag}">${tag}: ${escapeXml(mail.subject)}</h3>${note}</summary>
${frame(mail.html, mail.subject)}
<details class="text"><summary>Plain text</summary><pre lang="${tag}">${linked(mail.text)}</pre></details>
</details>
</article>`;
}
