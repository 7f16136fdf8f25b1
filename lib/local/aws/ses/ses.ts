import { randomUUID } from "node:crypto";
import { type Files, openFiles } from "../shared/files.ts";
import { AwsError, own } from "../shared/protocol.ts";
import type { QueryService } from "../shared/query-protocol.ts";
import type { XmlValue } from "../shared/xml.ts";
import { type Address, formatAddress, invalidParameter, parseAddress, refuseControls } from "./addresses.ts";
import { type Identities, openIdentities } from "./identities.ts";
import type { MailStore } from "./mailbox.ts";

const recipientsMax = 50; // SES quotas, recipients per message
const messageMaxBytes = 10 * 1024 * 1024; // SES v1 quotas, message size
const dayMs = 24 * 60 * 60 * 1000;

/** Initial identities and configuration sets, and the folder for further ones. */
export interface SesOptions {
  directory: string | null;
  mailbox: MailStore;
  identities: string[];
  configurationSets: string[];
  now: () => number;
}

interface Context {
  identities: Identities;
  mailbox: MailStore;
  now: () => number;
}
type Action = (context: Context, fields: URLSearchParams) => XmlValue | Promise<XmlValue>;

/**
 * Opens SES v1. Messages go only into the mailbox. As in a real account outside the sandbox, a sender must be a
 * verified identity (otherwise `MessageRejected`), but a recipient need not be. An identity is verified as soon as a
 * caller requests it.
 */
export async function openSes({ directory, mailbox, now, ...configured }: SesOptions): Promise<QueryService> {
  const files: Files = openFiles(directory);
  const identities = await openIdentities(files, configured);
  return {
    async call(name, fields) {
      const action = own(sesActions, name);
      if (action === undefined) {
        throw new AwsError("InvalidAction", `Could not find operation ${name} for version 2010-12-01`);
      }
      return action({ identities, mailbox, now }, fields);
    },
  };
}

export const sesActions: Record<string, Action> = {
  SendEmail: sendEmail,
  async VerifyEmailIdentity({ identities }, fields) {
    await identities.verify(parseAddress(required(fields, "EmailAddress")).address);
    return {};
  },
  async VerifyDomainIdentity({ identities }, fields) {
    const domain = required(fields, "Domain");
    parseAddress(`postmaster@${domain}`);
    await identities.verify(domain);
    return { VerificationToken: "verified-by-the-embedded-endpoint" };
  },
  ListIdentities({ identities }, fields) {
    const kind = fields.get("IdentityType");
    const isWanted = (identity: string) =>
      kind === null || (kind === "EmailAddress") === identity.includes("@");
    return { Identities: { member: identities.list().filter(isWanted) } };
  },
  GetSendQuota({ mailbox, now }) {
    const dayAgo = new Date(now() - dayMs).toISOString();
    const sent = mailbox.list().filter(({ sentAt }) => sentAt > dayAgo).length;
    return { Max24HourSend: "50000.0", MaxSendRate: "14.0", SentLast24Hours: sent.toFixed(1) };
  },
  async CreateConfigurationSet({ identities }, fields) {
    const name = required(fields, "ConfigurationSet.Name");
    if (!/^[\w-]{1,64}$/.test(name)) {
      throw new AwsError("InvalidConfigurationSet", `Invalid configuration set name <${name}>.`);
    }
    if (identities.hasConfigurationSet(name)) {
      const message = `Configuration set <${name}> already exists.`;
      throw new AwsError("ConfigurationSetAlreadyExists", message);
    }
    await identities.addConfigurationSet(name);
    return {};
  },
};

const sendEmailField =
  /^(Action|Version|Source|ConfigurationSetName|Destination\.(To|Cc|Bcc)Addresses\.member\.\d+|Message\.(Subject|Body\.(Text|Html))\.(Data|Charset))$/;

function sendEmail(context: Context, fields: URLSearchParams): XmlValue {
  const unknown = [...fields.keys()].find((name) => !sendEmailField.test(name));
  if (unknown !== undefined) throw invalidParameter(`The embedded SES does not support ${unknown}.`);
  const source = parseAddress(required(fields, "Source"));
  const recipients = ["To", "Cc", "Bcc"].flatMap((kind) => members(fields, `Destination.${kind}Addresses`));
  const subject = fields.get("Message.Subject.Data");
  const text = fields.get("Message.Body.Text.Data");
  const html = fields.get("Message.Body.Html.Data");
  if (subject === null || (text === null && html === null)) throw missing("Message");
  refuseControls(subject, "Subject");
  checkSending(context, fields, source, Buffer.byteLength(`${text}${html}`));
  return deliver(context, source, recipients, { subject, text: text ?? "", html: html ?? "" });
}

function checkSending(context: Context, fields: URLSearchParams, source: Address, sizeBytes: number): void {
  const configurationSet = fields.get("ConfigurationSetName");
  if (configurationSet !== null && !context.identities.hasConfigurationSet(configurationSet)) {
    const message = `Configuration set <${configurationSet}> does not exist.`;
    throw new AwsError("ConfigurationSetDoesNotExist", message);
  }
  if (sizeBytes > messageMaxBytes) {
    throw invalidParameter(`Message length is more than ${messageMaxBytes} bytes long.`);
  }
  if (!context.identities.mayNameAsSender(source.address)) {
    const message = "Email address is not verified. The following identities failed the check:";
    throw new AwsError("MessageRejected", `${message} ${source.address}`);
  }
}

function deliver(
  { mailbox, now }: Context,
  source: Address,
  recipients: string[],
  message: { subject: string; text: string; html: string },
): XmlValue {
  if (recipients.length === 0) throw invalidParameter("Missing destination.");
  if (recipients.length > recipientsMax) throw invalidParameter(`Recipient count exceeds ${recipientsMax}.`);
  const to = recipients.map((recipient) => formatAddress(parseAddress(recipient))).join(", ");
  const id = randomUUID();
  mailbox.add({ id, to, from: formatAddress(source), ...message, sentAt: new Date(now()).toISOString() });
  return { MessageId: id };
}

function members(fields: URLSearchParams, name: string): string[] {
  const found: string[] = [];
  for (let number = 1; ; number += 1) {
    const value = fields.get(`${name}.member.${number}`);
    if (value === null) return found;
    found.push(value);
  }
}

function required(fields: URLSearchParams, name: string): string {
  const value = fields.get(name);
  if (value === null || value === "") throw missing(name);
  return value;
}

function missing(name: string): AwsError {
  return new AwsError("ValidationError", `1 validation error detected: ${name}: Member must not be null`);
}
