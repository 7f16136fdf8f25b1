import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../files.ts";

/** The mailbox keeps this many of the newest mails, so that a long-lived data directory stays small. */
export const mailboxMaxMails = 1000;

/**
 * One captured mail. `to` holds every recipient, separated by a comma and a space; `from` and `subject` are decoded;
 * `text` and `html` are empty where the mail had no such part; `sentAt` is ISO 8601.
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

/** The captured mails, newest last. */
export interface Mailbox {
  list(): Mail[];
  clear(): void;
}

/** The mailbox as SES sees it: `add` returns when the mail would survive `kill -9`. */
export interface MailStore extends Mailbox {
  add(mail: Mail): void;
}

/**
 * Opens the mailbox of a data directory (one mail a line in `mail.jsonl`, readable by its owner only), or of memory for
 * null. Writing is synchronous: a line of a few kilobytes takes some 50 µs, and order and `clear` need no lock then.
 */
export function openMailbox(directory: string | null): MailStore {
  const path = directory === null ? undefined : join(directory, "mail.jsonl");
  let mails = path === undefined ? [] : readMails(path);
  // The first mail rewrites the file, and so does the one after a failure: a torn line would swallow the next.
  let lines = Number.POSITIVE_INFINITY;
  const store = (next: Mail[], mail: Mail) => {
    if (path === undefined) return;
    const before = lines;
    lines = Number.POSITIVE_INFINITY;
    if (before < 2 * mailboxMaxMails) {
      appendFileSync(path, toLine(mail), { mode: 0o600 });
      lines = before + 1;
      return;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, next.map(toLine).join(""));
    lines = next.length;
  };
  return {
    list: () => [...mails],
    add(mail) {
      const next = [...mails.slice(1 - mailboxMaxMails), mail];
      store(next, mail);
      mails = next;
    },
    clear() {
      mails = [];
      lines = Number.POSITIVE_INFINITY;
      if (path !== undefined) rmSync(path, { force: true });
    },
  };
}

function readMails(path: string): Mail[] {
  let stored: string;
  try {
    stored = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const whole = stored.slice(0, stored.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").filter((line) => line !== "");
  return lines.slice(-mailboxMaxMails).map((line) => JSON.parse(line));
}

function toLine(mail: Mail): string {
  return `${JSON.stringify(mail)}\n`;
}
