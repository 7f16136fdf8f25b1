import { join } from "node:path";
import { type NewestLines, openNewestLines } from "../shared/newest-lines.ts";

/** The mailbox keeps this many of the newest mails, so that an old data directory stays small. */
export const mailboxMaxMails = 1000;

/**
 * A captured mail. `to` lists every recipient, separated by a comma and a space. `from` and `subject` are decoded.
 * `text` and `html` are empty if the mail has no such part. `sentAt` is ISO 8601.
 */
export interface Mail {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  sentAt: string;
}

/** Captured mail, newest last. */
export type Mailbox = Pick<MailStore, "list" | "clear">;

/** The mailbox as SES uses it. `add` returns when the mail would survive `kill -9`. */
export type MailStore = NewestLines<Mail>;

/** Opens the mailbox: `mail.jsonl` in a data directory, or memory for null. */
export function openMailbox(directory: string | null): MailStore {
  return openNewestLines(directory === null ? undefined : join(directory, "mail.jsonl"), mailboxMaxMails);
}
