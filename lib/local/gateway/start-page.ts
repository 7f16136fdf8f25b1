import { paths } from "../../core/shared/paths.ts";
import type { Settings } from "../../settings/settings.ts";
import { escapeXml } from "../aws/shared/xml.ts";
import { type MailboxPage, pageOf } from "./mailbox-page.ts";
import { signUpCommand } from "./sign-up-command.ts";

/**
 * Renders links to the runner's pages, for a browser that opens the API's address.
 * @param apiUrl Without a trailing slash.
 */
export function renderStartPage(apiUrl: string, settings: Settings): MailboxPage {
  const hasPages = settings.contracts.includes("form");
  const pages = hasPages
    ? `<li><a href="${paths.signUp}">Sign up</a> or <a href="${paths.login}">log in</a>, as a person does</li>\n`
    : "";
  const command = signUpCommand(apiUrl, settings);
  const byApi = command ? `<h2>Sign up by the API</h2>\n<pre>${escapeXml(command)}</pre>` : "";
  const content = `<p>Everything runs on this machine, and no mail leaves it.</p>
<ul>
${pages}<li><a href="/_local/mailbox">Mailbox</a>: the mail that was sent</li>
<li><a href="/_local/mails">Mails</a>: a preview of all, in every language</li>
<li><a href="/_local/events.json">Events</a>: what was published, as JSON</li>
</ul>
${byApi}`;
  return pageOf("Vestibule", content);
}
