import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The mailbox keeps this many of the newest mails, so that a long-lived data directory stays small. */
export const MAILBOX_MAX_MAILS = 1000;

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
  // The first mail rewrites the file: a line that a kill tore would otherwise swallow it.
  let lines = Number.POSITIVE_INFINITY;
  const store = (next: Mail[], mail: Mail) => {
    if (path === undefined || directory === null) return;
    if (lines < 2 * MAILBOX_MAX_MAILS) {
      appendFileSync(path, toLine(mail), { mode: 0o600 });
      lines += 1;
      return;
    }
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    replaceFile(path, next.map(toLine).join(""));
    lines = next.length;
  };
  return {
    list: () => [...mails],
    add(mail) {
      const next = [...mails.slice(1 - MAILBOX_MAX_MAILS), mail];
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
  return lines.slice(-MAILBOX_MAX_MAILS).map((line) => JSON.parse(line));
}

function replaceFile(path: string, content: string): void {
  writeFileSync(`${path}.tmp`, content, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function toLine(mail: Mail): string {
  return `${JSON.stringify(mail)}\n`;
}
