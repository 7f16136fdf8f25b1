import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import type { Mailer } from "../core/ports.ts";
import { call, clientSettings } from "./calls.ts";

/** Who mail comes from, and the SES configuration set that it is sent under. */
export interface Sender {
  readonly name: string;
  readonly address: string;
  readonly configurationSet: string;
}

/** Sends mail through SES. */
export function sesMailer(sender: Sender): Mailer {
  const client = new SESClient(clientSettings);
  const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
  return {
    async send({ to, subject, text, html }) {
      const command = new SendEmailCommand({
        Source: `${encodedWords(sender.name)} <${sender.address}>`,
        Destination: { ToAddresses: [to] },
        ConfigurationSetName: sender.configurationSet,
        Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
      });
      await call("ses", "SendEmail", () => client.send(command));
    },
  };
}

const wordMaxCharacters = 11;

/** A display name that any text can be (RFC 2047, words of 75 characters at most): SES takes ASCII headers only. */
function encodedWords(name: string): string {
  const characters = [...name];
  const words = [];
  for (let start = 0; start < characters.length; start += wordMaxCharacters) {
    const part = characters.slice(start, start + wordMaxCharacters).join("");
    words.push(`=?UTF-8?B?${Buffer.from(part).toString("base64")}?=`);
  }
  return words.join(" ");
}
