import type { Mailbox } from "../aws/ses/mailbox.ts";
import type { Answer } from "./answer.ts";
import { localAnswer } from "./local-answer.ts";
import { type MailboxPage, renderMailboxPage } from "./mailbox-page.ts";

/** The path of captured mail. No contract can use it. */
const mailboxPath = "/_local/mailbox";

/** Returns captured mail as a page or as JSON, or empties the mailbox. Returns undefined for any other path. */
export function answerMailbox(mailbox: Mailbox, method: string, path: string): Answer | undefined {
  if (path === mailboxPath && method === "GET") {
    return answerPage(renderMailboxPage(mailbox.list()));
  }
  if (path === `${mailboxPath}.json` && method === "GET") {
    return localAnswer(200, "application/json", JSON.stringify(mailbox.list()));
  }
  if (path === mailboxPath && method === "DELETE") {
    mailbox.clear();
    return localAnswer(204, "text/plain", "");
  }
  return undefined;
}

/** Answers with a page and its content security policy. */
export function answerPage({ html, contentSecurityPolicy }: MailboxPage): Answer {
  return localAnswer(200, "text/html; charset=utf-8", html, {
    "content-security-policy": contentSecurityPolicy,
  });
}
