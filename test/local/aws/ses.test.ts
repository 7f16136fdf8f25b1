import {
  CreateConfigurationSetCommand,
  GetSendQuotaCommand,
  ListIdentitiesCommand,
  ListTemplatesCommand,
  SESClient,
  SendEmailCommand,
  type SendEmailCommandInput,
  SendRawEmailCommand,
  VerifyDomainIdentityCommand,
  VerifyEmailIdentityCommand,
} from "@aws-sdk/client-ses";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { settingsOf } from "./support.ts";

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
let aws: EmbeddedAws;
let ses: SESClient;

function mailTo(address: string, changes: Partial<SendEmailCommandInput> = {}): SendEmailCommand {
  return new SendEmailCommand({
    Source: "no-reply@vestibule.example",
    Destination: { ToAddresses: [address] },
    Message: {
      Subject: { Data: "Confirm" },
      Body: { Text: { Data: "text" }, Html: { Data: "<p>html</p>" } },
    },
    ...changes,
  });
}

describe("the embedded SES", () => {
  beforeAll(async () => {
    const senderIdentities = ["vestibule.example"];
    aws = await startAws({
      port: 0,
      directory: null,
      now: () => now,
      senderIdentities,
      configurationSets: ["known"],
    });
    ses = new SESClient(settingsOf(aws.url));
  });
  beforeEach(() => aws.mailbox.clear());
  afterAll(() => aws.stop());

  test("puts messages into the mailbox, newest last, with decoded names", async () => {
    const Source = "=?UTF-8?B?VsOpc3Q=?= =?UTF-8?Q?ibule_caf=C3=A9?= <no-reply@vestibule.example>";
    const Message = {
      Subject: { Data: "Grüße <&> ✓" },
      Body: { Text: { Data: "a\nb" }, Html: { Data: "<b>" } },
    };
    const { MessageId } = await ses.send(mailTo("ada@example.com", { Source, Message }));
    await ses.send(mailTo("bob@example.com"));
    expect(aws.mailbox.list()).toEqual([
      {
        id: MessageId,
        to: "ada@example.com",
        from: "Véstibule café <no-reply@vestibule.example>",
        subject: "Grüße <&> ✓",
        text: "a\nb",
        html: "<b>",
        sentAt: "2026-01-02T03:04:05.000Z",
      },
      expect.objectContaining({ to: "bob@example.com" }),
    ]);
  });

  test("delivers a message to every recipient, including copies", async () => {
    const Destination = {
      ToAddresses: ["a@example.com", '"B, \\"C\\"" <b@example.com>'],
      BccAddresses: ["c@example.com"],
    };
    await ses.send(mailTo("", { Destination }));
    expect(aws.mailbox.list()).toMatchObject([
      { to: 'a@example.com, B, "C" <b@example.com>, c@example.com' },
    ]);
  });

  test.each([
    ["no at sign", "ada.example.com"],
    ["no local part", "@example.com"],
    ["no domain", "ada@"],
    ["a domain of one label", "ada@localhost"],
    ["a space", "a da@example.com"],
    ["two dots", "a..b@example.com"],
    ["a second address", "a@example.com, b@example.com"],
    ["a line break", "ada@example.com\r\nBcc: eve@example.com"],
    ["a line break in the name", "Ada\nBcc: eve@example.com <ada@example.com>"],
    ["a letter outside ASCII", "adä@example.com"],
    ["a comma in a name without quotes", "Lovelace, Ada <ada@example.com>"],
    ["a letter outside ASCII in the name", "Adä <ada@example.com>"],
    ["a local part over 64 characters", `${"a".repeat(65)}@example.com`],
  ])("refuses a recipient with %s", async (_, address) => {
    const sending = ses.send(mailTo(address));
    await expect(sending).rejects.toMatchObject({ name: "InvalidParameterValue" });
    expect(aws.mailbox.list()).toEqual([]);
  });

  test("refuses a line break in the subject", async () => {
    const Message = { Subject: { Data: "Hello\r\nBcc: eve@example.com" }, Body: { Text: { Data: "text" } } };
    const sending = ses.send(mailTo("ada@example.com", { Message }));
    await expect(sending).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  test("accepts 50 recipients and refuses 51", async () => {
    const ToAddresses = Array.from({ length: 51 }, (_, index) => `a${index}@example.com`);
    const sending = ses.send(mailTo("", { Destination: { ToAddresses } }));
    await expect(sending).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await ses.send(mailTo("", { Destination: { ToAddresses: ToAddresses.slice(1) } }));
    expect(aws.mailbox.list()).toHaveLength(1);
  });

  test("refuses an unverified sender until it is verified", async () => {
    const fromOther = mailTo("ada@example.com", { Source: "Other <me@other.example>" });
    await expect(ses.send(fromOther)).rejects.toMatchObject({ name: "MessageRejected" });
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: "me@other.example" }));
    await ses.send(fromOther);
    await ses.send(new VerifyDomainIdentityCommand({ Domain: "third.example" }));
    await ses.send(mailTo("ada@example.com", { Source: "me@mail.third.example" }));
    const lookalike = mailTo("ada@example.com", { Source: "me@notthird.example" });
    await expect(ses.send(lookalike)).rejects.toMatchObject({ name: "MessageRejected" });
    const { Identities } = await ses.send(new ListIdentitiesCommand({}));
    expect(Identities).toEqual(["vestibule.example", "me@other.example", "third.example"]);
  });

  test("accepts configured and created configuration sets", async () => {
    await ses.send(mailTo("ada@example.com", { ConfigurationSetName: "known" }));
    const underNew = mailTo("ada@example.com", { ConfigurationSetName: "new" });
    await expect(ses.send(underNew)).rejects.toMatchObject({ name: "ConfigurationSetDoesNotExistException" });
    await ses.send(new CreateConfigurationSetCommand({ ConfigurationSet: { Name: "new" } }));
    await ses.send(underNew);
    expect(aws.mailbox.list()).toHaveLength(2);
  });

  test("counts the last day's messages against the quota", async () => {
    await ses.send(mailTo("ada@example.com"));
    expect(await ses.send(new GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 1 });
  });

  // supabase/cli #3353: a limit of two mails an hour applied to local development too, so nobody could try a sign-up.
  test("accepts many messages to one address in one second", async () => {
    for (let mail = 1; mail <= 30; mail++) await ses.send(mailTo("ada@example.com"));
    expect(aws.mailbox.list()).toHaveLength(30);
  });

  test("refuses unsupported actions and parameters", async () => {
    const raw = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from("To: ada@example.com") } });
    await expect(ses.send(raw)).rejects.toMatchObject({ name: "InvalidAction" });
    await expect(ses.send(new ListTemplatesCommand({}))).rejects.toMatchObject({ name: "InvalidAction" });
    const tagged = mailTo("ada@example.com", { Tags: [{ Name: "kind", Value: "verify" }] });
    await expect(ses.send(tagged)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });
});
