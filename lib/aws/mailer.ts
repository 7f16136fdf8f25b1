import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import type { Mailer } from "../core/mail/mailer.ts";
import { call, clientSettings } from "./calls.ts";

/** The sender of every message, and the SES configuration set that messages are sent under. */
export interface Sender {
  readonly name: string;
  readonly address: string;
  readonly configurationSet: string;
}

/** Sends mail through SES. */
export function sesMailer(sender: Sender): Mailer {
  const client = new SESClient(clientSettings);
  const source = mailbox(sender);
  const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
  return {
    async send({ to, subject, text, html }) {
      const command = new SendEmailCommand({
        Source: source,
        Destination: { ToAddresses: [to] },
        ConfigurationSetName: sender.configurationSet,
        Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
      });
      await call("ses", "SendEmail", () => client.send(command));
    },
  };
}

/** SES refuses a longer address, name and angle brackets included. SES documents this limit nowhere. */
const mailboxMaxBytes = 320;
/** This many bytes make an encoded word of 72 characters. RFC 2047 allows 75. */
const wordMaxBytes = 45;

/** Writes an address with a display name in ASCII, as SES requires. A name that is too long for SES is cut. */
function mailbox({ name, address }: Pick<Sender, "name" | "address">): string {
  const room = mailboxMaxBytes - address.length - " <>".length;
  return `${displayName(name, room)} <${address}>`;
}

function displayName(name: string, room: number): string {
  const quoted = `"${name.replace(/["\\]/g, "\\$&")}"`;
  const isPlain = /^[ -~]*$/.test(name) && !name.includes("=?");
  return isPlain && quoted.length <= room ? quoted : encodedWords(name, room);
}

/** Writes a text in encoded words (RFC 2047). Characters at its end that exceed the room are cut. */
function encodedWords(text: string, room: number): string {
  const words = [""];
  for (const character of text) {
    const longer = words.at(-1) + character;
    if (Buffer.byteLength(longer) <= wordMaxBytes) words.splice(-1, 1, longer);
    else words.push(character);
  }
  const encoded = words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
  const isTooLong = encoded.length > room && text !== "";
  return isTooLong ? encodedWords([...text].slice(0, -1).join(""), room) : encoded;
}
