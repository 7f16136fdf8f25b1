import { appendFile, mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Mail, mailboxMaxMails, openMailbox } from "../../../lib/local/aws/ses/mailbox.ts";
import { pageMaxMails, renderMailboxPage } from "../../../lib/local/gateway/mailbox-page.ts";
import { temporaryDirectory } from "../aws/support.ts";

function someMail(changes: Partial<Mail> = {}): Mail {
  const sentAt = "2026-01-02T03:04:05.000Z";
  const addresses = { to: "ada@example.com", from: "no-reply@vestibule.example" };
  return { id: "1", ...addresses, subject: "Confirm", text: "text", html: "", sentAt, ...changes };
}

describe("the mailbox", () => {
  test("keeps the newest 1,000 mails and drops a partial line", async () => {
    const directory = await temporaryDirectory();
    const mailbox = openMailbox(directory);
    for (let id = 1; id <= 2 * mailboxMaxMails + 5; id += 1) mailbox.add(someMail({ id: String(id) }));
    await appendFile(join(directory, "mail.jsonl"), '{"id":"cut');
    const reopened = openMailbox(directory);
    reopened.add(someMail({ id: "last" }));
    const ids = openMailbox(directory)
      .list()
      .map(({ id }) => id);
    reopened.clear();
    const afterClearing = openMailbox(directory).list();
    expect(ids).toHaveLength(mailboxMaxMails);
    expect([ids[0], ids.at(-2), ids.at(-1)]).toEqual(["1007", "2005", "last"]);
    expect(afterClearing).toEqual([]);
  });

  test("rewrites its file after a failed write, which may leave a partial line", async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, "mail.jsonl");
    const mailbox = openMailbox(directory);
    mailbox.add(someMail({ id: "1" }));
    await rm(file);
    await mkdir(file);
    expect(() => mailbox.add(someMail({ id: "2" }))).toThrow(/EISDIR/);
    await rmdir(file);
    await writeFile(file, '{"id":"2');
    mailbox.add(someMail({ id: "3" }));
    const ids = openMailbox(directory)
      .list()
      .map(({ id }) => id);
    expect(ids).toEqual(["1", "3"]);
  });

  test("shows mail on a page without running its scripts", () => {
    const hostile = `"></iframe><script>alert(1)</script>`;
    const mails = [
      someMail({ subject: "older" }),
      someMail({ subject: hostile, html: hostile, text: hostile }),
    ];
    const { html, contentSecurityPolicy } = renderMailboxPage(mails);
    expect(html).not.toContain("<script");
    expect(html.match(/<\/iframe>/g)).toHaveLength(1);
    expect(html).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(html.indexOf("script")).toBeLessThan(html.indexOf("older"));
    expect(contentSecurityPolicy).toMatch(/^default-src 'none'/);
    expect(contentSecurityPolicy).not.toContain("script-src");
  });

  test("links addresses in plain text without the full stop", () => {
    const { html } = renderMailboxPage([someMail({ text: "Open http://localhost:3000/a?b=1&c=2. Bye" })]);
    expect(html).toContain('<a href="http://localhost:3000/a?b=1&#38;c=2" target="_blank"');
    expect(html).toContain("</a>. Bye");
  });

  test("explains an empty mailbox, and says on a full page what is left out", () => {
    expect(renderMailboxPage([]).html).toContain("No mail yet");
    const { html } = renderMailboxPage(Array.from({ length: pageMaxMails + 2 }, () => someMail()));
    expect(html.match(/<article>/g)).toHaveLength(pageMaxMails);
    expect(html).toContain("2 older");
  });
});
