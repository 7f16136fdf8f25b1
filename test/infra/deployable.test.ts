import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refuseUndeployable, untouchedSender } from "../../lib/infra/deployable.ts";
import { environmentOf } from "../../lib/infra/environment-size.ts";
import { refuseUntouchedSender } from "../../lib/infra/sender.ts";
import { rowsOf } from "../../lib/manifest/platform.ts";
import { valuesOf } from "../../lib/manifest/variables.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { sources } from "../support/sources.ts";
import { at, idOf, makeStack, synthesize } from "./support.ts";

const refuse = (input: unknown, region?: string) => () => refuseUndeployable(readSettings(input), region);
const provider = (domain: string) =>
  `Setting "vestibule.senderAddress" in cdk.json takes an address of a domain of yours, since ${domain} is its provider's: or verify this one address with SES, and set "senderIdentity" to "existing".`;

const untouched =
  'Setting "vestibule.senderAddress" in cdk.json is still no-reply@vestibule.example, from which no mail goes out: set an address of a domain of yours.';

/** The messages for the CDK command in the stack's metadata. */
function noted(input: unknown, account: string | undefined) {
  const { stack } = makeStack(input);
  refuseUntouchedSender(stack, readSettings(input), account);
  const of = (type: string) => stack.node.metadata.filter((one) => one.type === type).map(({ data }) => data);
  return { errors: of("aws:cdk:error"), warnings: of("aws:cdk:warning") };
}

describe("a deployment", () => {
  test.each([
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.de",
    "yahoo.com",
    "yahoo.co.uk",
    "icloud.com",
    "me.com",
    "gmx.de",
    "web.de",
    "proton.me",
    "aol.com",
  ])("refuses to make the identity of %s, since the domain is a mail provider's", (domain) => {
    expect(refuse({ senderAddress: `me@${domain}` })).toThrow(provider(domain));
    expect(refuse({ senderAddress: `me@${domain}`, senderIdentity: "existing" })).not.toThrow();
  });

  test.each([
    "harbour.example",
    "mygmail.com",
    "gmail.com.harbour.org",
    "mail.harbour.com",
    "yahoo.harbour.com",
  ])("makes the identity of %s", (domain) => {
    expect(refuse({ senderAddress: `me@${domain}` })).not.toThrow();
  });

  test.each([
    "ap-east-1",
    "ap-southeast-7",
    "eu-south-2",
    "mx-central-1",
    "cn-north-1",
  ])("refuses the region %s, which has no SES", (region) => {
    const line = `Region ${region} has no SES, by which mail is sent: choose another by --region or AWS_REGION.`;
    expect(refuse({}, region)).toThrow(line);
  });

  test("accepts every other region, and an unknown one", () => {
    expect(refuse({}, "eu-central-1")).not.toThrow();
    expect(refuse({})).not.toThrow();
  });

  test("refuses to reserve more executions than an AWS account has", () => {
    // There are 34 functions with all contracts. With fewer contracts, each may reserve more.
    expect(refuse({ reservedConcurrency: 100 })).toThrow(
      /^Setting "vestibule\.reservedConcurrency" in cdk\.json reserves \d+00 executions for \d+ functions, of 900 that an account can reserve: set (\d+) or less\.$/,
    );
    let most = "";
    try {
      refuse({ reservedConcurrency: 100 })();
    } catch (error) {
      most = /set (\d+) or/.exec((error as Error).message)?.[1] ?? "";
    }
    expect(refuse({ reservedConcurrency: Number(most) })).not.toThrow();
    expect(refuse({ reservedConcurrency: Number(most) + 1 })).toThrow();
    expect(refuse({ reservedConcurrency: Number(most) + 1, contracts: ["token"] })).not.toThrow();
  });

  const many = Array.from({ length: 900 }, (_, index) => `name-${index}`);
  const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
  test.each<[key: string, own: object]>([
    ["senderAddress", { senderAddress: "me@gmail.com" }],
    ["reservedConcurrency", { reservedConcurrency: 900 }],
    ["domain.certificateArn", { domain: { name: "a.harbour.example", certificateArn } }],
    ["reservedUsernames", { reservedUsernames: many }],
    ["mailTexts", { mailTexts: "no-such-file.json" }],
    ["mailLayout", { mailLayout: "docs" }],
  ])("names the stage of a refused %s if the stage sets it", (key, own) => {
    const plain = { senderAddress: "hello@harbour.example" };
    const check = (input: unknown, stage?: string) => () =>
      refuseUndeployable(readSettings(input, stage), "us-east-1");
    const staged = { ...plain, stages: { dev: own } };
    expect(check(staged, "dev")).toThrow(`Setting "vestibule.stages.dev.${key}" in cdk.json`);
    expect(check({ ...plain, ...own })).toThrow(`Setting "vestibule.${key}" in cdk.json`);
    // A stage takes over neither a domain nor the right to make the identity of the plain stack's sender.
    if (/^(domain|sender)/.test(key)) return;
    const inherited = { ...plain, ...own, stages: { dev: { productName: "Dev" } } };
    expect(check(inherited, "dev")).toThrow(`Setting "vestibule.${key}" in cdk.json`);
  });

  test("names the stage of a default sender only if the stage sets it", () => {
    const senderAddress = "no-reply@vestibule.example";
    const own = { senderAddress: "hello@harbour.example", stages: { dev: { senderAddress } } };
    expect(untouchedSender(readSettings(own, "dev"))?.message).toContain(
      '"vestibule.stages.dev.senderAddress"',
    );
    const inherited = readSettings({ stages: { dev: {} } }, "dev");
    expect(untouchedSender(inherited)?.message).toContain('"vestibule.senderAddress"');
  });

  test("refuses the default sender of cdk.json, and a synth without an AWS account gets a warning", () => {
    expect(noted({}, "123456789012")).toEqual({ errors: [untouched], warnings: [] });
    const warned = noted({}, undefined);
    expect(warned).toMatchObject({ errors: [], warnings: [expect.stringContaining(untouched)] });
    const set = { senderAddress: "hello@harbour.example" };
    expect(noted(set, "123456789012")).toEqual({ errors: [], warnings: [] });
  });

  test("a deployment is accepted once the sender is set, although an earlier synth has left its report", () => {
    const { app, stack } = makeStack();
    refuseUntouchedSender(stack, readSettings(), "123456789012");
    const report = join(app.outdir, "validation-report.json");
    expect(() => app.synth()).toThrow("from which no mail goes out");
    expect(existsSync(report)).toBe(true);
    makeStack({ senderAddress: "hello@harbour.example" }).app.synth();
    expect(existsSync(report)).toBe(false);
  });

  test.each([
    ["reservedUsernames", Array.from({ length: 900 }, (_, index) => `name-${index}`), "register-username"],
    [
      "allowedOrigins",
      Array.from({ length: 120 }, (_, index) => `https://app-${index}.harbour.example`),
      "[a-z-]+",
    ],
    [
      "registrationRoles",
      Array.from({ length: 300 }, (_, index) => `a-longer-role-${index}`),
      "register-username",
    ],
  ])("refuses variables above Lambda's limit because of %s", (setting, list, name) => {
    expect(refuse({ [setting]: list })).toThrow(
      new RegExp(
        `^Setting "vestibule\\.${setting}" in cdk\\.json makes \\d+ bytes of variables for the function ${name}, and Lambda takes 4096: shorten it\\.$`,
      ),
    );
    expect(refuse({ [setting]: list.slice(0, 50) })).not.toThrow();
  });

  test("measures all variables of the template", () => {
    const template = synthesize({});
    for (const { name, needs } of rowsOf(readSettings({}).contracts)) {
      const { Variables } = at(template, idOf(name)).Properties.Environment;
      expect(Object.keys(Variables).sort()).toEqual(
        Object.keys(environmentOf(valuesOf(needs, sources))).sort(),
      );
    }
  });
});
