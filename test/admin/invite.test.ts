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

describe("the command line of invitations", () => {
  test("makes one for whoever has it, for a week, unless it is told otherwise", () => {
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

  test("mails one in English, or in another of the six languages, with the key of the option or the environment", () => {
    const mailing = ["invite", "--email", "ada@example.com", "--send"];
    const to = "ada@example.com";
    expect(read(...mailing, "--key", "k")).toMatchObject({ mail: { to, language: "en", key: "k" } });
    const variables = { KEY_ARN: "arn", TABLE_NAME: "t" };
    expect(readCommand([...mailing, "--language", "pt"], variables)).toMatchObject({
      mail: { to, language: "pt", key: "arn" },
    });
  });

  test("takes one back as it was printed", () => {
    expect(read("revoke-invitation", invitation)).toEqual({
      name: "revoke-invitation",
      table: "t",
      invitation,
    });
  });

  const to = ["--email", "ada@example.com"];
  test.each<[string, string[], RegExp]>([
    ["an address that is none", ["invite", "--email", "ada"], /^"ada" is no e-mail address/],
    ["an address without its option", ["invite", "ada@example.com"], /^invite takes options only/],
    ["no day", ["invite", "--days", "0"], /^--days takes a whole number from 1 to 90/],
    ["a day too many", ["invite", "--days", "91"], /^--days takes/],
    ["days that are no number", ["invite", "--days", "1e1"], /^--days takes/],
    ["mail to nobody", ["invite", "--send", "--key", "k"], /^To whom\?/],
    ["mail without a key", ["invite", ...to, "--send"], /^Which key\?/],
    [
      "an unknown language",
      ["invite", ...to, "--send", "--key", "k", "--language", "no language"],
      /^--language takes/,
    ],
    ["a language of no mail", ["invite", ...to, "--language", "de"], /^--language is about the mail/],
    ["a public URL that is none", ["invite", "--public-url", "a.example"], /^--public-url takes an origin/],
    ["a public URL of another kind", ["invite", "--public-url", "ftp://a.example"], /^--public-url takes/],
    ["no invitation", ["revoke-invitation"], /^Which invitation\?/],
    ["half an invitation", ["revoke-invitation", invitation.slice(16)], /^Which invitation\?/],
    [
      "days of an account",
      ["show", "ada@example.com", "--days", "7"],
      /^--days goes with invite, not with show/,
    ],
    ["mail of a revocation", ["revoke-invitation", invitation, "--send"], /^--send goes with invite/],
  ])("refuses %s, in one line that says why", (_, args, words) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(words);
  });

  test.each([
    ["while sign-ups are open", {}, [], /^Sign-ups are open: nobody needs one/],
    [
      "by mail without a page to lead to",
      { signUp: "by-invitation", contracts: ["users"] },
      [...to, "--send", "--key", "k"],
      /^--send mails a link to the page of the contract form/,
    ],
  ])("makes none %s", async (_, settings, options, words) => {
    const said: string[] = [];
    const output = { log: () => {}, error: (text: string) => void said.push(text) };
    const args = ["invite", "--table", "t", ...options];
    expect(await runAdmin(args, {}, output, () => readSettings(settings))).toBe(2);
    expect(said.join()).toMatch(words);
  });

  test("goes by the settings of the stage that --stage names", async () => {
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

  test("says which setting is wrong, if one is", async () => {
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

describe("the words of an invitation", () => {
  const minted = { invitation, validUntil: Date.UTC(2026, 10, 27, 12) };

  test("show it with its link, for whom it is and how long", () => {
    expect(invitationLines(minted, true, "https://a.example").split("\n")).toEqual([
      `Invitation ${invitation}`,
      `  link           https://a.example/register?invite=${invitation}`,
      "  counts         once, for this address alone, until 2026-11-27T12:00:00.000Z",
      "It is shown only now: what is stored is its hash.",
      `To take it back: npm run admin -- revoke-invitation ${invitation}, with the same options.`,
    ]);
  });

  test("show no link where there is no page", () => {
    const text = invitationLines(minted, false, undefined);
    expect(text).not.toContain("link");
    expect(text).toContain("for whoever has it");
  });

  test.each([
    [["invite"], /nobody has seen it/],
    [["invite", "--email", "ada@example.com", "--send", "--key", "k"], /a second one, and both count/],
    [["revoke-invitation", invitation], /a repeat does no harm/],
  ])("say what a repeat of %j does where the answer may have been lost", (args, words) => {
    const fault = new DependencyFault("dynamodb", "PutItem", true, "InternalServerError");
    const text = explain(fault, read(...args) as Command);
    expect(text).toMatch(words);
    expect(text.includes("no harm")).toBe(args[0] !== "invite");
  });

  test("say of a key that cannot be used what to look at", () => {
    const command = { name: "revoke-invitation", table: "t", invitation } as const;
    for (const kind of ["NotFoundException", "AccessDeniedException"])
      expect(explain(new DependencyFault("kms", "Encrypt", false, kind), command)).toContain("no such key");
  });
});
