import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startAws } from "../../lib/local/aws/server.ts";
import {
  alarm,
  allGood,
  caller,
  domain,
  every,
  fresh,
  identity,
  noDns,
  settings,
  stacks,
  stackXml,
  startDoctor,
} from "./played.ts";
import type { Answers } from "./stand-in.ts";

const { doctor, url } = startDoctor();

describe("npm run doctor", () => {
  test("finds no problem in a healthy deployment", async () => {
    const { code, levels, text } = await doctor(allGood);
    expect(levels).toEqual(
      every(
        "ok",
        ...["account", "settings", "bootstrap", "stack", "sender", "sending", "dkim", "dmarc", "address"],
        ...["key", "concurrency", "dead jobs", "alarms"],
      ),
    );
    expect(code).toBe(0);
    expect(text).toContain("123456789012 in us-east-1, as arn:aws:iam::123456789012:user/ada");
    expect(text).toContain("UPDATE_COMPLETE: https://api.test");
    expect(text.split("\n")).toHaveLength(13);
  });

  test("lists the first steps for a new AWS account", async () => {
    const { code, levels, text } = await doctor(fresh, { dns: noDns });
    expect(levels).toEqual({
      ...every("ok", "account", "settings"),
      ...every("problem", "bootstrap", "stack", "address"),
      ...every("warning", "sender", "sending", "dmarc", "concurrency"),
      ...every("skipped", "dkim", "key", "dead jobs", "alarms"),
    });
    expect(code).toBe(1);
    expect(text).toContain(`AWS_ENDPOINT_URL=${url()} npx cdk bootstrap`);
    expect(text).toContain("npm run deploy\n");
    expect(text).toContain("200 mails a day, to verified addresses only");
    expect(text).toContain('"mailsPerDay" is 25000, but SES sends 200 in 24 hours.');
    expect(text).toContain('Set "mailsPerDay" in cdk.json to 100, ');
    expect(text).toContain(`_dmarc.${domain} TXT "v=DMARC1; p=none"`);
    expect(text).toContain("--quota-code L-B99A9384");
  });

  test("names the missing permission of each check, and goes on", async () => {
    const operations = Object.keys(allGood).filter((name) => name !== "GetCallerIdentity");
    const denied = Object.fromEntries(
      operations.map((name) => [name, { error: "AccessDeniedException", status: 403 }]),
    );
    const { code, levels, text } = await doctor({ ...denied, ...caller });
    expect(levels).toMatchObject(
      every("warning", "bootstrap", "stack", "sender", "sending", "dkim", "key", "concurrency", "alarms"),
    );
    expect(levels).toMatchObject(every("ok", "account", "dmarc", "address"));
    expect(code).toBe(0);
    for (const permission of [
      "cloudformation:DescribeStacks",
      "ses:GetAccount",
      "ses:GetEmailIdentity",
      "lambda:GetAccountSettings",
    ])
      expect(text).toContain(`These credentials lack ${permission}.`);
  });

  test.each([
    ["DescribeKey", "kms:DescribeKey"],
    ["Query", "dynamodb:Query"],
    ["DescribeAlarms", "cloudwatch:DescribeAlarms"],
  ])("reports that %s needs %s", async (operation, permission) => {
    const { text } = await doctor({ ...allGood, [operation]: { error: "AccessDeniedException" } });
    expect(text).toContain(`These credentials lack ${permission}.`);
  });

  test.each<[string, Answers, string, string, RegExp]>([
    [
      "an old bootstrap",
      { DescribeStacks: () => stackXml("CREATE_COMPLETE", { BootstrapVersion: "5" }) },
      "bootstrap",
      "problem",
      /npx cdk bootstrap/,
    ],
    [
      "a first deployment that failed",
      { DescribeStacks: stacks("ROLLBACK_COMPLETE") },
      "stack",
      "problem",
      /describe-stack-events .*\n.*npm run deploy/,
    ],
    [
      "a stack that was never made",
      { DescribeStacks: stacks("CREATE_FAILED") },
      "stack",
      "problem",
      /is CREATE_FAILED: its first deployment failed/,
    ],
    [
      "a deployment that failed",
      { DescribeStacks: stacks("UPDATE_ROLLBACK_COMPLETE") },
      "stack",
      "warning",
      /describe-stack-events/,
    ],
    [
      "a deployment in progress",
      { DescribeStacks: stacks("UPDATE_IN_PROGRESS") },
      "stack",
      "warning",
      /Check again/,
    ],
    [
      "a deletion that failed",
      { DescribeStacks: stacks("DELETE_FAILED") },
      "stack",
      "problem",
      /DELETE_FAILED/,
    ],
    [
      "a change set that was never run",
      { DescribeStacks: stacks("REVIEW_IN_PROGRESS") },
      "stack",
      "problem",
      /There is no stack Vestibule/,
    ],
    [
      "an unverified identity",
      {
        GetEmailIdentity: () => ({
          ...identity,
          VerifiedForSendingStatus: false,
          VerificationStatus: "PENDING",
        }),
      },
      "sender",
      "problem",
      /not verified sign-up\.acme\.test yet \(PENDING\)/,
    ],
    [
      "an unverified address",
      {
        GetEmailIdentity: (name) =>
          name.includes("@")
            ? { VerificationStatus: "PENDING" }
            : { error: "NotFoundException", status: 404 },
      },
      "sender",
      "problem",
      /Open the link in the mail of SES to no-reply@sign-up\.acme\.test/,
    ],
    [
      "mail without DKIM",
      { GetEmailIdentity: () => ({ ...identity, DkimAttributes: { Status: "NOT_STARTED" } }) },
      "sender",
      "warning",
      /not sign/,
    ],
    [
      "a missing identity",
      { GetEmailIdentity: { error: "NotFoundException" } },
      "sender",
      "problem",
      /create-email-identity --email-identity sign-up\.acme\.test/,
    ],
    [
      "sending paused by SES",
      { GetAccount: () => ({ SendingEnabled: false, EnforcementStatus: "SHUTDOWN" }) },
      "sending",
      "problem",
      /SHUTDOWN/,
    ],
    [
      "a quota below mailsPerDay",
      {
        GetAccount: () => ({
          SendingEnabled: true,
          ProductionAccessEnabled: true,
          SendQuota: { Max24HourSend: 10_000 },
        }),
      },
      "sending",
      "warning",
      /to 5000/,
    ],
    [
      "a key that is scheduled for deletion",
      { DescribeKey: () => ({ KeyMetadata: { KeyState: "PendingDeletion" } }) },
      "key",
      "problem",
      /cancel-key-deletion --key-id arn/,
    ],
    [
      "a disabled key",
      { DescribeKey: () => ({ KeyMetadata: { KeyState: "Disabled" } }) },
      "key",
      "problem",
      /enable-key/,
    ],
    [
      "dead mail",
      { Query: (asked) => ({ Items: asked.includes("mail#dead") ? [{ pk: { S: "x" } }] : [] }) },
      "dead jobs",
      "problem",
      /1 of mail, 0 of other.*"mail#dead"/s,
    ],
    [
      "a large number of dead effects",
      {
        Query: (asked) => ({
          Items: asked.includes("effects#dead") ? Array(101).fill({ pk: { S: "x" } }) : [],
        }),
      },
      "dead jobs",
      "problem",
      /0 of mail, more than 100 of other.*"effects#dead"/s,
    ],
    [
      "an alarm in state ALARM",
      { DescribeAlarms: () => ({ MetricAlarms: [alarm("Vestibule-ServerErrorsAlarm2-X", "ALARM")] }) },
      "alarms",
      "problem",
      /1 of 1 alarms: About Vestibule-ServerErrorsAlarm2-X\./,
    ],
    [
      "a failure of AWS",
      { DescribeKey: { error: "KMSInternalException" } },
      "key",
      "problem",
      /KMSInternalException/,
    ],
    [
      "an endpoint without the service",
      { DescribeAlarms: { error: "UnknownOperationException" } },
      "alarms",
      "skipped",
      /no cloudwatch DescribeAlarms/,
    ],
  ])("reports %s", async (_, changed, name, level, words) => {
    const { code, levels, text } = await doctor({ ...allGood, ...changed });
    expect(levels[name]).toBe(level);
    expect(text).toMatch(words);
    if (level === "problem") expect(code).toBe(1);
  });

  test("reports a sender that is still the example, and reservations above the AWS account's limit", async () => {
    const { levels, text } = await doctor(allGood, { set: { reservedConcurrency: 40 } });
    expect(levels).toMatchObject({
      sender: "problem",
      dmarc: "skipped",
      address: "skipped",
      concurrency: "problem",
    });
    expect(text).toMatch(/still no-reply@vestibule\.example/);
    expect(text).toMatch(/^problem +settings +Setting "vestibule\.senderAddress" in cdk\.json is still/m);
    expect(text).toMatch(/would reserve 1360 concurrent executions\. The account has 1000/);
  });

  test.each([
    [
      "the address of a provider",
      { senderAddress: "me@gmail.com" },
      "us-east-1",
      'takes an address of a domain of yours, since gmail.com is its provider\'s: or verify this one address with SES, and set "senderIdentity" to "existing".',
    ],
    ["more executions than an account has", { ...settings, reservedConcurrency: 900 }, "us-east-1", "900"],
    [
      "a list that overflows the variables",
      { ...settings, reservedUsernames: Array.from({ length: 900 }, (_, index) => `name-${index}`) },
      "us-east-1",
      "bytes of variables for the function register-username, and Lambda takes 4096",
    ],
    [
      "a file that is not there",
      { ...settings, mailTexts: "no-such-file.json" },
      "us-east-1",
      "names no-such-file.json, which cannot be read: ENOENT.",
    ],
    ["a region without SES", settings, "ap-east-1", "Region ap-east-1 has no SES"],
  ])("does not suggest to deploy %s, and prints the line of the refusal", async (_, set, region, words) => {
    const { code, levels, text } = await doctor(fresh, { set, dns: noDns, args: ["--region", region] });
    expect([code, levels.settings, levels.stack]).toEqual([1, "problem", "problem"]);
    expect(text).toContain(words);
    expect(text).not.toContain("npm run deploy");
  });

  test("checks the stack of a stage, and repeats the options in the suggested commands", async () => {
    const set = { ...settings, stages: { dev: {} } };
    const { text } = await doctor(allGood, { set, args: ["--stage", "dev", "--region", "eu-central-1"] });
    expect(text).toContain("123456789012 in eu-central-1");
    expect(text).toContain("There is no stack Vestibule-dev");
    expect(text).toContain(
      `AWS_ENDPOINT_URL=${url()} npm run deploy -- -c stage=dev --region eu-central-1\n`,
    );
    const plain = await doctor(fresh, {
      dns: noDns,
      args: ["--profile", "work", "--region", "eu-central-1"],
    });
    const place = "--profile work --region eu-central-1";
    expect(plain.text).toContain(`AWS_ENDPOINT_URL=${url()} npx cdk bootstrap ${place}\n`);
    expect(plain.text).toContain(`AWS_ENDPOINT_URL=${url()} npm run deploy -- ${place}\n`);
    expect(plain.text).toContain(
      `aws sesv2 create-email-identity --email-identity YOU@YOUR.SITE ${place} --endpoint-url ${url()}\n`,
    );
  });

  test("skips checks that the local runner's endpoint does not support", async () => {
    const local = await startAws({ port: 0, directory: null });
    const { code, levels, text } = await doctor({}, { args: ["--endpoint-url", local.url] });
    await local.stop();
    expect(text).toContain("000000000000 in us-east-1, as arn:aws:iam::000000000000:root");
    expect(levels).toMatchObject(every("skipped", "bootstrap", "stack", "sending", "concurrency", "alarms"));
    expect(code).toBe(0);
  });

  test.each([
    ["ExpiredToken", /knows no such credentials.*aws sso login/s],
    ["InvalidClientTokenId", /knows no such credentials/],
  ])("ends after %s, since all other checks need credentials", async (error, words) => {
    const { code, levels, text } = await doctor({ ...allGood, GetCallerIdentity: { error, status: 403 } });
    expect([code, levels]).toEqual([1, { account: "problem" }]);
    expect(text).toMatch(words);
  });

  test("does not take an endpoint that serves pages for AWS", async () => {
    const page = createServer((_, response) => void response.end("<html><body>Hello</body></html>"));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const { code, text } = await doctor(allGood, { args: ["--endpoint-url", url] });
    page.close();
    expect(code).toBe(1);
    expect(text).toMatch(/^problem +account +This endpoint does not answer as AWS does/);
  });

  test("names an endpoint that does not answer", async () => {
    const args = ["--endpoint-url", "http://127.0.0.1:9"];
    const { code, text } = await doctor(allGood, { args });
    expect(code).toBe(1);
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:9 does not answer for sts/);
  });

  test.each([
    [["--stage", "../x"], /^There is no stage "\.\.\/x" in cdk\.json: "stages" has dev, prod\.$/],
    [["--stage", ""], /^--stage has no value\. Is a shell variable empty\?$/],
    [["--endpoint-url", "here"], /--endpoint-url takes/],
    [["--tabel", "t"], /--tabel/],
  ])("refuses the arguments %j in one line that says why", async (args, words) => {
    const set = { ...settings, stages: { dev: {}, prod: {} } };
    const { code, text } = await doctor(allGood, { args, set });
    expect([code, text]).toEqual([2, expect.stringMatching(words)]);
    expect(text).not.toContain("\n");
  });

  test("refuses wrong settings", async () => {
    const { code, text } = await doctor(allGood, { set: { contracts: [] } });
    expect([code, text]).toEqual([2, expect.stringContaining("vestibule.contracts")]);
  });

  test("runs as a program", () => {
    const root = join(import.meta.dirname, "../..");
    const env = { PATH: process.env.PATH };
    const shown = spawnSync(process.execPath, ["bin/doctor.ts", "--help"], {
      cwd: root,
      env,
      encoding: "utf8",
    });
    expect([shown.status, shown.stderr]).toEqual([0, ""]);
    expect(shown.stdout).toMatch(/^Usage: npm run doctor/);
  });
});
