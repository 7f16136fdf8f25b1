import { describe, expect, test } from "vitest";
import { type Command, readCommand } from "../../lib/admin/command-line.ts";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { UsageError } from "../../lib/admin/usage.ts";
import { explain, invitationLines } from "../../lib/admin/words.ts";
import { DependencyFault } from "../../lib/core/shared/refusals.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { readSettingsFile } from "../../lib/settings/settings-file.ts";

const invitation = "0123456789abcdef0123456789abcdef";
const read = (...args: string[]) => readCommand([...args, "--table", "t"], {});

describe("the command line of npm run admin -- invite", () => {
  test("makes an invitation for anybody and for a week by default", () => {
    expect(read("invite")).toEqual({ name: "invite", table: "t", days: 7 });
    expect(
      read("invite", "--email", " Ada@Example.com", "--days", "90", "--public-url", "https://a.example/"),
    ).toEqual({
      name: "invite",
      table: "t",
      days: 90,
      email: "ada@example.com",
      publicUrl: "https://a.example",
    });
  });

  test("mails an invitation in English or another of the six languages, with the key of the option or the environment", () => {
    const mailing = ["invite", "--email", "ada@example.com", "--send"];
    const to = "ada@example.com";
    expect(read(...mailing, "--key", "k")).toMatchObject({ mail: { to, language: "en", key: "k" } });
    const variables = { KEY_ARN: "arn", TABLE_NAME: "t" };
    expect(readCommand([...mailing, "--language", "pt"], variables)).toMatchObject({
      mail: { to, language: "pt", key: "arn" },
    });
  });

  test("makes an invitation of the local runner by --local, with its page, table and key", () => {
    expect(readCommand(["invite", "--local"], {})).toMatchObject({
      table: "vestibule",
      endpointUrl: "http://127.0.0.1:4566",
      publicUrl: "http://127.0.0.1:3000",
    });
    const mailing = ["invite", "--email", "ada@example.com", "--send", "--local"];
    const ports = { PORT: "5000", AWS_PORT: "5001", KEY_ARN: "real" };
    expect(readCommand(mailing, ports)).toMatchObject({
      endpointUrl: "http://127.0.0.1:5001",
      publicUrl: "http://127.0.0.1:5000",
      mail: { to: "ada@example.com", key: "alias/vestibule" },
    });
  });

  test("revokes an invitation in its printed form", () => {
    expect(read("revoke-invitation", invitation)).toEqual({
      name: "revoke-invitation",
      table: "t",
      invitation,
    });
  });

  const to = ["--email", "ada@example.com"];
  test.each<[string, string[], RegExp]>([
    ["an invalid address", ["invite", "--email", "ada"], /^"ada" is not an email address/],
    ["an address without its option", ["invite", "ada@example.com"], /^invite takes options only/],
    ["no day", ["invite", "--days", "0"], /^--days takes a whole number from 1 to 90/],
    ["a day too many", ["invite", "--days", "91"], /^--days takes/],
    ["days that are not a number", ["invite", "--days", "1e1"], /^--days takes/],
    ["mail to nobody", ["invite", "--send", "--key", "k"], /^--send needs --email ADDRESS/],
    ["mail without a key", ["invite", ...to, "--send"], /^Which key\?/],
    [
      "an unknown language",
      ["invite", ...to, "--send", "--key", "k", "--language", "no language"],
      /^--language takes/,
    ],
    ["a language without a mail", ["invite", ...to, "--language", "de"], /^--language goes with --send only/],
    ["an invalid public URL", ["invite", "--public-url", "a.example"], /^--public-url takes an origin/],
    ["a public URL of another kind", ["invite", "--public-url", "ftp://a.example"], /^--public-url takes/],
    ["no invitation", ["revoke-invitation"], /^Which invitation\?/],
    ["half an invitation", ["revoke-invitation", invitation.slice(16)], /^Which invitation\?/],
    [
      "days of an account",
      ["show", "ada@example.com", "--days", "7"],
      /^--days goes with invite, not with show/,
    ],
    ["mail of a revocation", ["revoke-invitation", invitation, "--send"], /^--send goes with invite/],
  ])("refuses %s in one line that says why", (_, args, words) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(words);
  });

  test.each([
    ["while sign-ups are open", {}, [], /^Sign-ups are open: nobody needs an invitation/],
    [
      "by mail without a page to lead to",
      { signUp: "by-invitation", contracts: ["users"] },
      [...to, "--send", "--key", "k"],
      /^--send mails a link to the page of the contract form/,
    ],
  ])("makes no invitation %s", async (_, settings, options, words) => {
    const said: string[] = [];
    const output = { log: () => {}, error: (text: string) => void said.push(text) };
    const args = ["invite", "--table", "t", ...options];
    expect(await runAdmin(args, {}, output, () => readSettings(settings))).toBe(2);
    expect(said.join()).toMatch(words);
  });

  test("uses the settings of the stage that --stage names", async () => {
    const said: string[] = [];
    const output = { log: () => {}, error: (text: string) => void said.push(text) };
    const settings = { signUp: "by-invitation", stages: { dev: { signUp: "open" } } };
    const args = ["invite", "--table", "t", "--stage", "dev"];
    expect(await runAdmin(args, {}, output, (stage) => readSettings(settings, stage))).toBe(2);
    expect(await runAdmin(args, {}, output)).toBe(2);
    expect(said).toEqual([
      expect.stringContaining("by-invitation"),
      'There is no stage "dev" in cdk.json: there is none under "stages".',
    ]);
  });

  test("names a wrong setting", async () => {
    const said: string[] = [];
    const output = { log: () => {}, error: (text: string) => void said.push(text) };
    const code = await runAdmin(["invite", "--table", "t"], {}, output, () =>
      readSettings({ signUp: "closed" }),
    );
    expect(code).toBe(2);
    expect(said).toEqual(['Setting "vestibule.signUp" in cdk.json takes "open" or "by-invitation".']);
    expect(readSettingsFile().signUp).toBe("open");
  });
});

describe("the output of npm run admin -- invite", () => {
  const minted = { invitation, validUntil: Date.UTC(2026, 10, 27, 12) };

  test("shows the invitation with its link, its addressee and its expiry", () => {
    expect(invitationLines(minted, true, "https://a.example").split("\n")).toEqual([
      `Invitation ${invitation}`,
      `  link           https://a.example/register?invite=${invitation}`,
      "  valid          once, for this address only, until 2026-11-27T12:00:00.000Z",
      "It is shown only now: the table stores its hash.",
      `To revoke it, run: npm run admin -- revoke-invitation ${invitation} (with the --table or --local of this command)`,
    ]);
  });

  test("shows no link if there is no sign-up page", () => {
    const text = invitationLines(minted, false, undefined);
    expect(text).not.toContain("link");
    expect(text).toContain("for anybody with the code");
  });

  test.each([
    [["invite"], /nobody has seen it/],
    [["invite", "--email", "ada@example.com", "--send", "--key", "k"], /a second one, and both are valid/],
    [["revoke-invitation", invitation], /this command is safe to repeat/],
  ])("says what a retry of %j does if the response may have been lost", (args, words) => {
    const fault = new DependencyFault("dynamodb", "PutItem", true, "InternalServerError");
    const text = explain(fault, read(...args) as Command);
    expect(text).toMatch(words);
    expect(text.includes("safe to repeat")).toBe(args[0] !== "invite");
  });

  test("explains how to go on if the KMS key cannot be used", () => {
    const command = { name: "revoke-invitation", table: "t", invitation } as const;
    for (const kind of ["NotFoundException", "AccessDeniedException"])
      expect(explain(new DependencyFault("kms", "Encrypt", false, kind), command)).toContain("no such key");
  });
});
