import { afterAll, beforeAll } from "vitest";
import { runDoctor } from "../../lib/doctor/run-doctor.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { type Answers, type StandIn, startStandIn } from "./stand-in.ts";

export const domain = "sign-up.acme.test";
export const settings = { senderAddress: `no-reply@${domain}`, publicUrl: `https://${domain}` };
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1";

export const stackXml = (status: string, outputs: Record<string, string>) => {
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<Stacks><member><StackName>x</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime><Outputs>${members.join("")}</Outputs></member></Stacks>`;
};
export const outputs = {
  ApiUrl: "https://api.test",
  TableName: "accounts",
  KeyArn: keyArn,
  SenderDnsRecords: "one._domainkey.acme.test CNAME one.dkim.amazonses.com",
};
export const noStack = { error: "ValidationError", message: "Stack with id x does not exist" };
export const stacks = (status: string) => (name: string) => {
  if (name === "CDKToolkit") return stackXml("UPDATE_COMPLETE", { BootstrapVersion: "28" });
  return name === "Vestibule" ? stackXml(status, outputs) : noStack;
};

export const caller: Answers = {
  GetCallerIdentity: () => "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/ada</Arn>",
};
export const identity = {
  VerifiedForSendingStatus: true,
  VerificationStatus: "SUCCESS",
  DkimAttributes: { Status: "SUCCESS", Tokens: ["one", "two", "three"], SigningAttributesOrigin: "AWS_SES" },
};
export const alarm = (name: string, StateValue: string) => ({
  AlarmName: name,
  AlarmDescription: `About ${name}.`,
  StateValue,
});

export const allGood: Answers = {
  ...caller,
  DescribeStacks: stacks("UPDATE_COMPLETE"),
  GetAccount: () => ({
    SendingEnabled: true,
    ProductionAccessEnabled: true,
    EnforcementStatus: "HEALTHY",
    SendQuota: { Max24HourSend: 50_000 },
  }),
  // The identity of the parent domain serves the sender too.
  GetEmailIdentity: (name) => (name === "acme.test" ? identity : { error: "NotFoundException", status: 404 }),
  GetAccountSettings: () => ({ AccountLimit: { ConcurrentExecutions: 1_000 } }),
  DescribeKey: () => ({ KeyMetadata: { KeyId: "1", KeyState: "Enabled" } }),
  Query: () => ({ Items: [], Count: 0 }),
  // The last one belongs to another stage's stack.
  DescribeAlarms: () => ({
    MetricAlarms: [
      alarm("Vestibule-DeadJobsAlarm1-ABC", "OK"),
      alarm("Vestibule-dev-DeadJobsAlarm1-ABC", "ALARM"),
    ],
  }),
};

export const fresh: Answers = {
  ...caller,
  DescribeStacks: noStack,
  GetAccount: () => ({
    SendingEnabled: true,
    ProductionAccessEnabled: false,
    SendQuota: { Max24HourSend: 200 },
  }),
  GetEmailIdentity: { error: "NotFoundException", status: 404 },
  GetAccountSettings: () => ({ AccountLimit: { ConcurrentExecutions: 10 } }),
};

export const records: Record<string, string[]> = Object.fromEntries(
  identity.DkimAttributes.Tokens.map((token) => [
    `${token}._domainkey.acme.test`,
    [`${token}.dkim.amazonses.com`],
  ]),
);
export const noRecord = (code: string) => Object.assign(new Error(code), { code, syscall: "query" });
export const found = async (answers: Record<string, string[]>, name: string) => {
  const answer = answers[name];
  if (!answer) throw noRecord("ENOTFOUND");
  return answer;
};
export const fullDns = {
  lookup: (name: string) => found({ [domain]: ["192.0.2.1"] }, name),
  resolve4: (name: string) => found({ [domain]: ["192.0.2.1"] }, name),
  resolveCname: (name: string) => found(records, name),
  resolveTxt: async (name: string) => [await found({ "_dmarc.acme.test": ["v=DMARC1;", " p=reject"] }, name)],
};
export const noDns = {
  lookup: (name: string) => found({}, name),
  resolve4: (name: string) => found({}, name),
  resolveCname: (name: string) => found({}, name),
  resolveTxt: async (name: string) => [await found({}, name)],
};

export const every = (level: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, level]));

/** Starts the stand-in for the tests of a file. @returns the doctor that checks it, and its address. */
export function startDoctor() {
  let aws: StandIn;
  beforeAll(async () => {
    aws = await startStandIn();
  });
  afterAll(() => aws.stop());

  /** Runs the command. @returns its exit code, its output, and the level of each check. */
  async function doctor(
    answers: Answers,
    { dns = fullDns, set = settings as object, args = [] as string[] } = {},
  ) {
    aws.answers = answers;
    const lines: string[] = [];
    const print = (text: string) => void lines.push(text);
    const ports = { dns, readSettings: (stage?: string) => readSettings(set, stage) };
    const code = await runDoctor(["--endpoint-url", aws.url, ...args], { log: print, error: print }, ports);
    const levels = Object.fromEntries(
      lines.map((line) => [line.slice(9, 22).trim(), line.slice(0, 9).trim()]),
    );
    return { code, levels, text: lines.join("\n") };
  }

  return { doctor, url: () => aws.url };
}
