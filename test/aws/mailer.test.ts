import { once } from "node:events";
import { createServer } from "node:http";
import { text as readText } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { sesMailer } from "../../lib/aws/mailer.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { configurationSet } from "../../lib/local/environments/resources.ts";
import { senderAddress, startEmbedded } from "./table/embedded.ts";
import { useAws } from "./table/engine.ts";

const embedded = startEmbedded();
const mail = {
  to: "ada@example.com" as EmailAddress,
  subject: "Bestätigen Sie Ihre Adresse für Café “Ünï”",
  text: "Grüße\n.\nzweite Zeile & mehr = gut",
  html: "<p>Grüße &amp; mehr</p>",
};
const send = (name: string) => sesMailer({ name, address: senderAddress, configurationSet }).send(mail);

const names = [
  ["plain", "Vestibule"],
  ["with a comma and quotes", 'Ada, "Countess" of \\Lovelace'],
  ["with a dot and brackets", "Acme Inc. (Europe) <beta>"],
  ["that looks encoded", "=?UTF-8?B?QUJD?="],
  ["of 60 letters", "Product ".repeat(8).slice(0, 60)],
  ["not in ASCII", "Café Zürich"],
  ["of 60 accented letters", "ü".repeat(60)],
  ["in Japanese, 45 characters long", "日本語の名前".repeat(8).slice(0, 45)],
  ["with emoji", "Party 🎉👩‍👩‍👧‍👦 App"],
] as const;

describe("the mailer", () => {
  afterEach(() => embedded.aws.mailbox.clear());

  test("the mailer sends text, HTML, subject and recipient unchanged", async () => {
    await send("Vestibule");
    expect(embedded.aws.mailbox.list()).toEqual([
      expect.objectContaining({ ...mail, from: `Vestibule <${senderAddress}>` }),
    ]);
  });

  test.each(names)("shows the complete product name %s", async (_, name) => {
    await send(name);
    expect(embedded.aws.mailbox.list()[0]?.from).toBe(`${name} <${senderAddress}>`);
  });

  test.each([
    ...names,
    ["of 60 emoji", "🎉".repeat(60)],
    ["of 300 letters", "x".repeat(300)],
  ] as const)("encodes a product name %s in ASCII words of at most 75 characters, in 320 bytes altogether", async (_, name) => {
    const fields = await sentFields(() => send(name));
    const source = fields.get("Source") ?? "";
    expect(source).toMatch(/^[ -~]+$/);
    expect(source.length).toBeLessThanOrEqual(320);
    expect(source.endsWith(` <${senderAddress}>`)).toBe(true);
    for (const word of source.match(/=\?.*?\?=(?= |$)/g) ?? []) expect(word.length).toBeLessThanOrEqual(75);
  });

  test("the mailer cuts a product name too long for SES between two characters", async () => {
    await send("🎉".repeat(60));
    expect(embedded.aws.mailbox.list()[0]?.from).toMatch(new RegExp(`^(🎉){30,60} <${senderAddress}>$`, "u"));
  });

  test("keeps a product name from adding a header", async () => {
    const fields = await sentFields(() => send("Vestibule\r\nBcc: eve@example.com"));
    expect(fields.get("Source")).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?= <[^<>]+>$/);
  });

  test("the mailer sends with the configuration set", async () => {
    const fields = await sentFields(() => send("Vestibule"));
    expect(fields.get("ConfigurationSetName")).toBe(configurationSet);
    expect(fields.get("Destination.ToAddresses.member.1")).toBe(mail.to);
  });

  test("reports a sender that SES does not know as a fault that is not retryable", async () => {
    const unknown = sesMailer({ name: "Vestibule", address: "eve@elsewhere.example", configurationSet });
    await expect(unknown.send(mail)).rejects.toMatchObject({
      message: "ses SendEmail: MessageRejected",
      retryable: false,
    });
  });
});

/** Captures the request of a message, by the names of SES's Query protocol. */
async function sentFields(act: () => Promise<void>): Promise<URLSearchParams> {
  let body = "";
  const server = createServer(async (request, response) => {
    body = await readText(request);
    response.setHeader("content-type", "text/xml");
    response.end(
      "<SendEmailResponse><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>",
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  useAws(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  try {
    await act();
  } finally {
    useAws(embedded.aws.url);
    server.closeAllConnections();
    server.close();
  }
  return new URLSearchParams(body);
}
