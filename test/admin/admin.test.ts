import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCommand } from "../../lib/admin/command-line.ts";
import { clientConfigOf } from "../../lib/admin/endpoint.ts";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { commands, UsageError } from "../../lib/admin/usage.ts";
import { accountLines, explain } from "../../lib/admin/words.ts";
import { DependencyFault } from "../../lib/core/shared/refusals.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { newAccount } from "../aws/table/records.ts";

const id = "019b0000-0000-7000-8000-000000000001";
const command = { name: "show", who: { id }, table: "accounts" } as const;

describe("the command line of npm run admin", () => {
  test("accepts an id or an address in any usual spelling", () => {
    expect(readCommand(["show", id, "--table", "accounts"], {})).toEqual(command);
    expect(readCommand(["disable", " Ada@Example.com ", "--table=accounts"], {})).toMatchObject({
      name: "disable",
      who: { email: "ada@example.com" },
    });
  });

  test("takes the table from the environment, unless the option names one", () => {
    const variables = { TABLE_NAME: "accounts" };
    expect(readCommand(["show", id], variables)).toEqual(command);
    expect(readCommand(["show", id, "--table", "other"], variables)).toMatchObject({ table: "other" });
  });

  test("takes endpoint and table of the local runner by --local", () => {
    const local = { ...command, table: "vestibule", endpointUrl: "http://127.0.0.1:4566" };
    expect(readCommand(["show", id, "--local"], { TABLE_NAME: "accounts" })).toEqual(local);
    const port = { AWS_PORT: "5001" };
    expect(readCommand(["show", id, "--local"], port)).toMatchObject({
      endpointUrl: "http://127.0.0.1:5001",
    });
  });

  test.each(Object.entries(commands))("shows one example of %s by its --help", async (name, {
    does,
    example,
  }) => {
    const said: string[] = [];
    const output = { log: (text: string) => void said.push(text), error: () => {} };
    expect(await runAdmin([name, "--help"], {}, output)).toBe(0);
    expect(said.join().split("\n\n").slice(0, 3)).toEqual([
      expect.stringMatching(`^Usage: npm run admin -- ${name} `),
      `${does.charAt(0).toUpperCase()}${does.slice(1)}.`,
      `Example: npm run admin -- ${example}`,
    ]);
    expect(readCommand(example.split(" "), {})).toMatchObject({ name });
  });

  test("lists every command in its general --help", async () => {
    const said: string[] = [];
    expect(await runAdmin(["--help"], {}, { log: (text) => void said.push(text), error: () => {} })).toBe(0);
    for (const name of Object.keys(commands)) expect(said.join()).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test.each<[string, string[], RegExp]>([
    ["no table", ["delete", id], /^Which table\?/],
    ["an empty table", ["delete", id, "--table", ""], /^--table has no value\. Is a shell variable empty\?$/],
    ["no account", ["delete", "--table", "t"], /^Which account\?/],
    ["two accounts", ["delete", id, id, "--table", "t"], /^Name one account at a time/],
    [
      "a text that is neither id nor address",
      ["show", "ada", "--table", "t"],
      /^"ada" is neither an account id nor an email address/,
    ],
    ["an unknown command", ["destroy", id, "--table", "t"], /^"destroy" is not a command/],
    ["an unknown option", ["show", id, "--tabel", "t"], /--tabel/],
    ["--local with a table", ["show", id, "--table", "t", "--local"], /leave out --table/],
    ["--local with a region", ["show", id, "--region", "r", "--local"], /leave out --region/],
    [
      "an option of invite beside --local",
      ["show", id, "--local", "--days", "7"],
      /^--days goes with invite/,
    ],
    ["an endpoint that is not a URL", ["show", id, "--table", "t", "--endpoint-url", "here"], /takes a URL/],
  ])("refuses %s in one line that says why", (_, args, words) => {
    expect(() => readCommand(args, {})).toThrow(UsageError);
    expect(() => readCommand(args, {})).toThrow(words);
    try {
      readCommand(args, {});
    } catch (error) {
      expect((error as Error).message).not.toContain("\n");
    }
  });

  test("sends no real credentials to an endpoint on this machine", async () => {
    const variables: NodeJS.ProcessEnv = {
      AWS_PROFILE: "work",
      AWS_ACCESS_KEY_ID: "AKIAREAL",
      AWS_SECRET_ACCESS_KEY: "real",
      AWS_SESSION_TOKEN: "real",
    };
    const said: string[] = [];
    const print = (text: string) => void said.push(text);
    // Nothing listens on port 9. The SDK reads the real environment, from which no endpoint of AWS can be reached either.
    const before = { ...process.env };
    process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:9";
    Object.assign(process.env, {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
    });
    const args = ["show", id, "--table", "t", "--endpoint-url", "http://127.0.0.1:9"];
    expect(await runAdmin(args, variables, { log: print, error: print })).toBe(1);
    process.env = before;
    expect(JSON.stringify(variables)).not.toMatch(/real|work/i);
    expect(said.join()).toContain("Nothing answers at http://127.0.0.1:9.");
  });

  test("prefers the options' profile and region to those of the environment", async () => {
    const variables: NodeJS.ProcessEnv = { AWS_PROFILE: "work", AWS_REGION: "us-east-1" };
    const output = { log: () => {}, error: () => {} };
    const args = ["invite", "--table", "t", "--profile", "home", "--region", "eu-central-1"];
    expect(await runAdmin(args, variables, output)).toBe(2);
    expect(variables).toEqual({ AWS_PROFILE: "home", AWS_REGION: "eu-central-1" });
  });

  test.each([
    ["show", id],
    ["audit", id],
    ["disable", id],
    ["enable", id],
    ["delete", id],
    ["invite"],
    ["revoke-invitation", "0".repeat(32)],
    ["adopt-table"],
  ])("%s refuses a stage that cdk.json does not have", async (...command) => {
    const said: string[] = [];
    const print = (text: string) => void said.push(text);
    const read = (stage?: string) => readSettings({ stages: { dev: {} } }, stage);
    const args = [...command, "--table", "t", "--stage", "qa", "--endpoint-url", "http://127.0.0.1:9"];
    expect(await runAdmin(args, {}, { log: print, error: print }, read)).toBe(2);
    expect(said).toEqual(['There is no stage "qa" in cdk.json: "stages" has dev.']);
  });

  test("takes the region from AWS_DEFAULT_REGION too, which the SDK does not read", async () => {
    const variables: NodeJS.ProcessEnv = { AWS_DEFAULT_REGION: "eu-west-1" };
    expect(clientConfigOf({}, variables)).toMatchObject({ region: "eu-west-1" });
    expect(clientConfigOf({ region: "eu-central-1" }, variables)).toMatchObject({ region: "eu-central-1" });
    expect(clientConfigOf({ endpointUrl: "http://127.0.0.1:9" }, variables)).toMatchObject({
      region: "us-east-1",
    });
    const output = { log: () => {}, error: () => {} };
    await runAdmin(["invite", "--table", "t"], variables, output, () => readSettings({}));
    expect(variables.AWS_REGION).toBe("eu-west-1");
  });

  test("runs as a program that shows its usage and refuses to guess a table", () => {
    const run = (...args: string[]) => {
      const root = join(import.meta.dirname, "../..");
      const env = { PATH: process.env.PATH };
      return spawnSync(process.execPath, ["bin/admin.ts", ...args], { cwd: root, env, encoding: "utf8" });
    };
    const [shown, refused] = [run(), run("show", id)];
    expect([shown.status, shown.stderr]).toEqual([0, ""]);
    expect(shown.stdout).toMatch(/^Usage: npm run admin/);
    expect([refused.status, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(/^Which table\?/);
  });
});

describe("the output of npm run admin", () => {
  test("shows an account's state, without hashes or ciphertext", () => {
    const removedAt = "2026-11-20T12:00:00.000Z";
    const text = accountLines(newAccount({ isActive: false, removedAt, username: "Ada" }), 0);
    expect(text).toContain(`  state          deleted by an administrator at ${removedAt}\n`);
    expect(text).toContain("  username       Ada\n");
    expect(text).not.toMatch(/\$2b|hash|cipher/i);
  });

  test("tells how to start the local runner if it does not answer", () => {
    const fault = new DependencyFault("dynamodb", "GetItem", true, "ECONNREFUSED");
    const local = { ...command, endpointUrl: "http://127.0.0.1:4566" };
    expect(explain(fault, local)).toContain(
      "Nothing answers at http://127.0.0.1:4566. Start the local runner",
    );
  });

  test.each([
    ["ResourceNotFoundException", 'There is no table "accounts"'],
    ["AccessDeniedException", "may not use"],
    ["CredentialsProviderError", "AWS_PROFILE"],
    ["ExpiredTokenException", "--profile or AWS_PROFILE"],
    ["ECONNREFUSED", "Is there a network"],
    ["TimeoutError", "Is there a network"],
    ["Error", "Try again"],
    ["TransactionConflict", "Try again"],
  ])("explains how to go on after %s", (kind, words) => {
    const fault = new DependencyFault("dynamodb", "GetItem", false, kind);
    expect(explain(fault, command)).toContain(words);
  });
});
