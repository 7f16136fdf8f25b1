import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import { deployedNames, readMailFiles } from "../../lib/settings/mail-files.ts";
import { readSettings, SettingsError } from "../../lib/settings/settings.ts";
import { contextIn } from "../../lib/settings/settings-file.ts";
import { at, idOf, synthesize } from "./support.ts";

const layout =
  '{{intro}}{{#button}}<a href="{{link}}">{{button}}</a>{{/button}}{{note}}{{#aside}}{{aside}}{{#asideLink}}' +
  '<a href="{{asideUrl}}">{{asideLink}}</a>{{/asideLink}}{{/aside}}';

const run = promisify(execFile);
const entry = join(import.meta.dirname, "../../bin/app.ts");

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
const names = Object.keys(contracts);
const takesContracts = `takes a list of one or more of ${quoted(names)}.`;
const othersTell = (names: string) =>
  `hideTakenEmails" in cdk.json works only for "signup": ${names} would still reveal which addresses are taken. ` +
  'Set "contracts" to ["signup"], or this to "even-if-others-tell".';
const wrong: [string, unknown, string][] = [
  [
    "a whole number",
    { throttle: { burst: 0 } },
    'throttle.burst" in cdk.json takes a whole number from 1 to 5000.',
  ],
  [
    "a number of days",
    { removeUnverifiedAfterDays: 366 },
    'removeUnverifiedAfterDays" in cdk.json takes a whole number from 0 to 365.',
  ],
  [
    "a number of mails",
    { mailsPerDay: 99 },
    'mailsPerDay" in cdk.json takes a whole number from 100 to 10000000.',
  ],
  ["no address", { alarmEmail: "ops" }, 'alarmEmail" in cdk.json takes an e-mail address in lower case.'],
  ["an unknown key", { colour: "#fff" }, 'colour" in cdk.json is not a setting.'],
  ["an unknown key within", { throttle: { rate: 1 } }, 'throttle.rate" in cdk.json is not a setting.'],
  ["no object", { throttle: 5 }, 'throttle" in cdk.json takes an object of ratePerSecond and burst.'],
  [
    "a list for an object",
    { throttle: [] },
    'throttle" in cdk.json takes an object of ratePerSecond and burst.',
  ],
  [
    "a list for an object without a default",
    { warmThroughput: [] },
    'warmThroughput" in cdk.json takes an object of readUnitsPerSecond and writeUnitsPerSecond.',
  ],
  [
    "an address with a label of 64 characters",
    { senderAddress: `me@${"a".repeat(64)}.example` },
    'senderAddress" in cdk.json takes an e-mail address in lower case.',
  ],
  [
    "a bus's address",
    { events: "arn:aws:events:eu-central-1:123456789012:event-bus/people" },
    'events" in cdk.json takes true, false or the name of an event bus, without a slash.',
  ],
  ["no bus", { events: 5 }, 'events" in cdk.json takes true, false or the name of an event bus'],
  ["an unknown contract", { contracts: ["users", "saml"] }, `contracts.1" in cdk.json ${takesContracts}`],
  ["no contract", { contracts: [] }, `contracts" in cdk.json ${takesContracts}`],
  ["an unknown way to sign up", { signUp: "closed" }, 'signUp" in cdk.json takes "open" or "by-invitation".'],
  ["contracts that are not a list", { contracts: "users" }, `contracts" in cdk.json ${takesContracts}`],
  ["an empty path of mail texts", { mailTexts: "" }, 'mailTexts" in cdk.json takes the path of a file.'],
  [
    "a path of a mail layout that is not a text",
    { mailLayout: {} },
    'mailLayout" in cdk.json takes the path of a file.',
  ],
  [
    "an origin with a path",
    { allowedOrigins: ["https://example.com/app"] },
    'allowedOrigins.0" in cdk.json takes an https origin such as https://app.example.com, without a path or a final slash.',
  ],
  // Without TLS, an attacker in the caller's network could change a page that AWS then lets in.
  [
    "an origin without TLS",
    { allowedOrigins: ["http://localhost:5173"] },
    'allowedOrigins.0" in cdk.json takes an https origin such as https://app.example.com',
  ],
  [
    "a local origin that is not on this machine",
    { localOrigins: ["http://app.example.com"] },
    'localOrigins.0" in cdk.json takes an origin of this machine such as http://localhost:5173.',
  ],
  [
    "no choice",
    { hideTakenEmails: "yes" },
    'hideTakenEmails" in cdk.json takes true, false or "even-if-others-tell".',
  ],
  [
    "hideTakenEmails although all other contracts reveal addresses",
    { hideTakenEmails: true },
    othersTell(quoted(names.filter((name) => name !== "signup"))),
  ],
  [
    "hideTakenEmails although one other contract reveals addresses",
    { hideTakenEmails: true, contracts: ["signup", "form"] },
    othersTell('"form"'),
  ],
];

describe("the CDK app", () => {
  test.each(wrong)("names the key of a wrong setting and its allowed values: %s", (_, settings, message) => {
    expect(() => readSettings(settings)).toThrow(`Setting "vestibule.${message}`);
  });

  test("ends with 1 and one line, without a stack trace, if a setting is wrong", async () => {
    const context = JSON.stringify({ vestibule: { bcryptCost: 9 } });
    const env = { ...process.env, CDK_CONTEXT_JSON: context, CDK_OUTDIR: undefined };
    const failure = await run(process.execPath, [entry], { env }).catch((error) => error);
    expect(failure).toMatchObject({
      code: 1,
      stdout: "",
      stderr: 'Setting "vestibule.bcryptCost" in cdk.json takes a whole number from 10 to 14.\n',
    });
  });

  test.each([
    "null",
    "[]",
    '"text"',
    '{"context": 5}',
    '{"context": []}',
  ])("refuses %s in cdk.json", (text) => {
    expect(() => contextIn(text)).toThrow('it takes an object with an object "context".');
  });

  test("accepts a cdk.json without a context", () => {
    expect(readSettings(contextIn("{}").vestibule)).toEqual(readSettings());
    expect(contextIn('{"context": {"vestibule": {}}}')).toEqual({ vestibule: {} });
  });

  // Without a chosen region, the CDK command names us-east-1. Only a deployment needs to know the real one.
  test.each([
    ["a variable names", { AWS_REGION: "us-east-1" }],
    ["another variable names", { AWS_DEFAULT_REGION: "us-east-1" }],
    ["an account has", { CDK_DEFAULT_ACCOUNT: "123456789012" }],
    ["nobody has named", {}],
  ])("compares the region of a certificate only with a region that %s", async (_, variables) => {
    const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
    const domain = { name: "accounts.harbour.example", certificateArn };
    const vestibule = { domain, senderAddress: "hello@harbour.example", mailTexts: "no-such-file.json" };
    const env = {
      PATH: process.env.PATH,
      CDK_CONTEXT_JSON: JSON.stringify({ vestibule }),
      CDK_DEFAULT_REGION: "us-east-1",
      ...variables,
    };
    const failure = await run(process.execPath, [entry], { env }).catch((error) => error);
    // A missing file ends the synth early, so that this test bundles nothing.
    const isCompared = Object.keys(variables).length > 0;
    expect(failure.stderr).toContain(isCompared ? "takes a certificate of us-east-1" : "no-such-file.json");
  });

  test("accepts hideTakenEmails if no other contract reveals addresses, or if the owner accepts that", () => {
    const alone = readSettings({ contracts: ["signup"], hideTakenEmails: true });
    expect(alone.hideTakenEmails).toBe(true);
    expect(readSettings({ hideTakenEmails: "even-if-others-tell" }).contracts).toEqual(names);
    expect(readSettings().hideTakenEmails).toBe(false);
  });
});

describe("the owner's mail templates", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "vestibule-templates-"));
    mkdirSync(join(directory, "mail"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(directory, name), content);
  const read = (settings: object) => readMailFiles(readSettings(settings), directory);

  test("the owner's mail templates are absent without the settings", () => {
    expect(read({})).toEqual({
      files: { mailTexts: undefined, mailLayout: undefined },
      templates: { words: undefined, layout: undefined },
    });
  });

  test("the owner's mail templates are read from a path relative to the project or from an absolute one", () => {
    const words = { "reset-password": { "pt-BR": { subject: "Olá" } } };
    put("mail/texts.json", JSON.stringify(words));
    put("mail/layout.html", layout);
    const expected = {
      files: { mailTexts: JSON.stringify(words), mailLayout: layout },
      templates: { words, layout },
    };
    expect(read({ mailTexts: "mail/texts.json", mailLayout: "./mail/layout.html" })).toEqual(expected);
    const rooted = { mailTexts: join(directory, "mail/texts.json"), mailLayout: "mail/layout.html" };
    expect(read(rooted)).toEqual(expected);
  });

  test.each([
    [
      "is missing",
      undefined,
      'Setting "vestibule.mailTexts" in cdk.json names mail/x.json, which cannot be read: ENOENT.',
    ],
    [
      "is too large",
      `{"reset-password": ${" ".repeat(262_144)}{}}`,
      'Setting "vestibule.mailTexts" in cdk.json names mail/x.json, which is over 256 KiB.',
    ],
    [
      "has CR and LF in a subject",
      JSON.stringify({ "reset-password": { de: { subject: "Hallo\r\nBcc: x@example.com" } } }),
      "mail/x.json: reset-password.de.subject takes a text of 1 to 150 characters in one line.",
    ],
    [
      "is not in UTF-8",
      Buffer.from('{"reset-password": {"de": {"subject": "Grüße"}}}', "latin1"),
      "mail/x.json: reset-password.de.subject takes a text of 1 to 150 characters in one line.",
    ],
  ])("the owner's mail templates are refused in one line that names the file if it %s", (_, content, message) => {
    if (content !== undefined) put("mail/x.json", content);
    let said = "";
    try {
      read({ mailTexts: "mail/x.json" });
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      said = (error as Error).message;
    }
    expect(said).toBe(message);
    if (content !== undefined) rmSync(join(directory, "mail/x.json"));
  });

  test("the owner's mail templates are refused if the layout has no link, or is a directory", () => {
    put("mail/x.html", layout.replace('href="{{link}}"', ""));
    expect(() => read({ mailLayout: "mail/x.html" })).toThrow("mail/x.html: lacks {{link}}.");
    expect(() => read({ mailLayout: "mail" })).toThrow("which cannot be read: EISDIR.");
  });

  test("the owner's mail templates are checked at synth, which ends with 1 and one line", async () => {
    put("mail/x.json", '{"welcome": {}}');
    const file = join(directory, "mail/x.json");
    const context = JSON.stringify({ vestibule: { mailTexts: file } });
    const env = { ...process.env, CDK_CONTEXT_JSON: context, CDK_OUTDIR: undefined };
    const failure = await run(process.execPath, [entry], { env }).catch((error) => error);
    expect(failure).toMatchObject({ code: 1, stdout: "" });
    expect(failure.stderr).toMatch(/^[^\n]+x\.json: welcome is no name of a mail: there are [^\n]+\n$/);
  });

  test("the owner's mail templates are passed only to the function that sends mail, as paths beside its code", () => {
    const variablesOf = (settings: object, name: string) =>
      at(synthesize(settings), idOf(name)).Properties.Environment.Variables;
    const settings = { mailTexts: "mail/texts.json", mailLayout: "mail/layout.html" };
    expect(variablesOf(settings, "send-mail")).toMatchObject({
      MAIL_TEXTS: `/var/task/${deployedNames.mailTexts}`,
      MAIL_LAYOUT: `/var/task/${deployedNames.mailLayout}`,
    });
    expect(variablesOf({}, "send-mail")).toMatchObject({ MAIL_TEXTS: "", MAIL_LAYOUT: "" });
    expect(variablesOf(settings, "apply-effects")).not.toHaveProperty("MAIL_TEXTS");
  });
});
