import type { Mailbox } from "../aws/ses/mailbox.ts";
import type { Answer } from "./answer.ts";
import { type MailboxPage, renderMailboxPage } from "./mailbox-page.ts";

/** Where the captured mail is shown; no contract can take this path. */
const mailboxPath = "/_local/mailbox";

/** Answers the captured mail as a page or as JSON, or empties the mailbox; undefined for any other path. */
export function answerMailbox(mailbox: Mailbox, method: string, path: string): Answer | undefined {
  if (path === mailboxPath && method === "GET") {
    return answerPage(renderMailboxPage(mailbox.list()));
  }
  if (path === `${mailboxPath}.json` && method === "GET") {
    return answer(200, "application/json", JSON.stringify(mailbox.list()));
  }
  if (path === mailboxPath && method === "DELETE") {
    mailbox.clear();
    return answer(204, "text/plain", "");
  }
  return undefined;
}

/** Answers with a page and the policy that it has to be served with. */
export function answerPage({ html, contentSecurityPolicy }: MailboxPage): Answer {
  return answer(200, "text/html; charset=utf-8", html, { "content-security-policy": contentSecurityPolicy });
}

function answer(
  status: number,
  contentType: string,
  body: string,
  more: Record<string, string> = {},
): Answer {
  const headers = {
    "content-type": contentType,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return { status, headers: { ...headers, ...more }, body: Buffer.from(body) };
}
