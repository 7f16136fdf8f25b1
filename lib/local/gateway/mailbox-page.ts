import type { Mail } from "../aws/ses/mailbox.ts";
import { escapeXml } from "../aws/shared/xml.ts";

/** The page shows at most this many mails, the newest. A thousand frames would make a browser crawl. */
export const pageMaxMails = 100;

export interface MailboxPage {
  html: string;
  contentSecurityPolicy: string;
}

/**
 * Renders captured mail, newest first, for users who try a sign-up without a mail server. A mail's HTML is in a frame
 * without scripts, forms or an origin. Its links open in a new tab.
 * @param mails Newest last.
 */
export function renderMailboxPage(mails: readonly Mail[]): MailboxPage {
  const shown = mails.slice(-pageMaxMails).reverse();
  const content =
    shown.length === 0 ? emptyPage : shown.map((mail, index) => article(mail, index === 0)).join("\n");
  const rest = mails.length - shown.length;
  const older =
    rest === 0 ? "" : `<p>${rest} older in <a href="mailbox.json">mailbox.json</a>, together with these.</p>`;
  const counted = mails.length === 1 ? "1 mail" : `${mails.length} mails`;
  const head = `<p>${counted} · <a href="">Load again</a> · <a href="mails">Preview of all mails</a></p>`;
  return pageOf("Mailbox", `${content}\n${older}`, head);
}

/**
 * Renders a page of mails with its policy.
 * @param more Content beside the heading.
 */
export function pageOf(title: string, content: string, more = ""): MailboxPage {
  return { html: layout(title, content, more), contentSecurityPolicy: policy };
}

// Frames by srcdoc inherit this policy, and mails have inline styles. Hence `unsafe-inline`, for styles only.
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const emptyPage = `<section class="empty">
<h2>No mail yet</h2>
<p>Mail that Vestibule sends on this machine is kept here and goes nowhere else. Sign up, or ask for a new password, and
load this page again.</p>
</section>`;

function article(mail: Mail, isOpen: boolean): string {
  const subject = mail.subject === "" ? "(no subject)" : mail.subject;
  const text = mail.text === "" ? "" : `<pre>${linked(mail.text)}</pre>`;
  const plain =
    text === "" || mail.html === ""
      ? text
      : `<details class="text"><summary>Plain text</summary>${text}</details>`;
  return `<article>
<details${isOpen ? " open" : ""}>
<summary><h2>${escapeXml(subject)}</h2><span>To ${escapeXml(mail.to)}</span>
<time datetime="${escapeXml(mail.sentAt)}">${escapeXml(readableTime(mail.sentAt))}</time></summary>
<p class="from">From ${escapeXml(mail.from)}</p>
${mail.html === "" ? "" : frame(mail.html, subject)}
${plain}
</details>
</article>`;
}

/** Renders a mail's HTML in a sandboxed frame. */
export function frame(mailHtml: string, subject: string): string {
  const source = `<!doctype html><base target="_blank">${mailHtml}`;
  return (
    '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" loading="lazy" ' +
    `title="${escapeXml(`Mail: ${subject}`)}" srcdoc="${escapeXml(source)}"></iframe>`
  );
}

/**
 * Escapes a text and turns its web addresses into links. Punctuation at a sentence's end is not part of the address.
 */
export function linked(text: string): string {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/);
  return pieces
    .map((piece, index) =>
      index % 2 === 0
        ? escapeXml(piece)
        : `<a href="${escapeXml(piece)}" target="_blank" rel="noopener noreferrer">${escapeXml(piece)}</a>`,
    )
    .join("");
}

function readableTime(sentAt: string): string {
  return `${sentAt.slice(0, 19).replace("T", " ")} UTC`;
}

function layout(title: string, content: string, more: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header><h1>${title}</h1>${more}</header>
<main>
${content}
</main>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#d0d5dd, #3f4651); --soft: light-dark(#52606d, #a3adb8); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 48rem; padding: 1.5rem 1rem 4rem; font: 1rem/1.5 system-ui, sans-serif; }
body { background: Canvas; color: CanvasText; }
header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2, h3 { font-size: 1.0625rem; margin: 0; flex: 1 1 100%; overflow-wrap: anywhere; }
p { margin: .5rem 0; }
ul { margin: 1rem 0 1.5rem; padding-left: 1.25rem; }
article, .empty { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: 1rem; }
.empty { text-align: center; padding: 3rem 1.5rem; }
article > details > summary { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
summary { cursor: pointer; }
summary span, summary time, .from { color: var(--soft); overflow-wrap: anywhere; }
iframe { width: 100%; height: 26rem; margin: .5rem 0; border: 1px solid var(--line); border-radius: .375rem; }
iframe { background: #fff; color-scheme: light; resize: vertical; }
pre { margin: .5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .9375rem/1.5 ui-monospace, monospace; }
:focus-visible { outline: 3px solid CanvasText; outline-offset: 2px; }
`;
