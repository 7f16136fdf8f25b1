import { ListTablesCommand, RestoreTableToPointInTimeCommand } from "@aws-sdk/client-dynamodb";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { SESClient, VerifyDomainIdentityCommand } from "@aws-sdk/client-ses";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { runAdmin } from "../../lib/admin/run-admin.ts";
import { openClient } from "../../lib/aws/table/table.ts";
import { runDoctor } from "../../lib/doctor/run-doctor.ts";
import type { Dns } from "../../lib/doctor/surroundings.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { runSmoke } from "../../lib/smoke/run-smoke.ts";
import { useAws } from "../aws/table/engine.ts";
import { eventually } from "../support/api.ts";
import { liveADay } from "../support/everyday.ts";
import type { Person } from "../support/people.ts";
import { readTable } from "../support/table.ts";
import { openProject } from "./cdk.ts";
import { answeredDifferently } from "./gaps.ts";
import { servedAt, withReachableOutputs } from "./served.ts";
import { deleteAccount, exportOf, filesIn, openStage, type Stage, senderDomain, settings } from "./stage.ts";

const awsUrl = inject("awsUrl");

/** Two stacks side by side. Each test continues with the state that the previous one left. */
const stages: readonly Stage[] = [openStage(awsUrl, undefined), openStage(awsUrl, "dev")];
const first = stages[0] as Stage;

beforeAll(async () => {
  useAws(awsUrl);
  await new SESClient().send(new VerifyDomainIdentityCommand({ Domain: senderDomain }));
  expect(await openProject(awsUrl, "none").bootstrap()).toContain("bootstrapped");
});

describe("a deployed stack", () => {
  let owner: Person;
  let home: string;
  let kept: { bucketName: string; keyArn: string };

  test.each(
    stages,
  )("deploys a stack with one command, and tells the API its address: $stack", async (stage) => {
    await stage.deploy();
    const { status, json } = await stage.site.send("/.well-known/openid-configuration");
    expect([status, json.issuer]).toEqual([200, stage.outputs.ApiUrl]);
  });

  test.each(stages)("serves a day of accounts of all contracts: $stack", ({ people }) => liveADay(people));

  test("keeps an account in the stack's table, bucket and key, without a plain email", async () => {
    owner = await first.people.verified("signup");
    const held = await exportOf(first, owner);
    expect(held.account.email).toBe(owner.email);
    home = held.home.prefix;
    expect(await filesIn(first, home)).toEqual([`${home}default`]);
    const items = await readTable(awsUrl, first.outputs.TableName);
    expect(items.map(({ pk }) => pk)).toContain(`ACCOUNT#${held.account.id}`);
    expect(JSON.stringify(items)).not.toContain(owner.email);
  });

  test("removes a deleted account with its home", async () => {
    const leaver = await first.people.verified("users");
    const { home } = await exportOf(first, leaver);
    await deleteAccount(first, leaver);
    await eventually("the home to go", async () => (await filesIn(first, home.prefix)).length === 0);
    const { email, password } = leaver;
    expect((await first.site.post("/api/v1/auth/login", { email, password })).status).toBe(401);
  });

  test.each(stages)("passes npm run doctor, except for gaps of MiniStack and the test: $stack", async ({
    stack,
    stageOption,
  }) => {
    const args = ["--endpoint-url", awsUrl, ...stageOption];
    const { code, text } = await printed((output) =>
      runDoctor(args, output, { dns: noDns, readSettings: read }),
    );
    expect(text).toMatch(/^ok +settings/m);
    expect(text).toMatch(new RegExp(`^ok +stack +${stack} is CREATE_COMPLETE`, "m"));
    expect(text).toMatch(/^ok +key/m);
    expect(text).toMatch(/^ok +dead jobs/m);
    expect(code, text).toBeLessThan(2);
  });

  test.each(stages)("passes npm run smoke: $stack", async ({ outputs, site }) => {
    await site.endRateWindows();
    const args = ["--url", await servedAt(awsUrl, outputs), "--contract", "users"];
    const { code, text } = await printed((output) => runSmoke(args, output));
    expect([code, text]).toEqual([0, expect.stringContaining("All is well, through the contract users.")]);
  });

  test.each(
    stages,
  )("passes npm run smoke with the address from its stack's outputs: $stack", async (stage) => {
    await stage.site.endRateWindows();
    const endpoint = await withReachableOutputs(awsUrl, stage.outputs);
    const args = [...stage.stageOption, "--contract", "users", "--endpoint-url", endpoint];
    const { code, text } = await printed((output) => runSmoke(args, output, read));
    expect([code, text]).toEqual([0, expect.stringContaining("All is well, through the contract users.")]);
  });

  test.each(answeredDifferently)("answers as MiniStack does: $request", async ({
    path,
    method,
    ministack,
  }) => {
    const headers = { origin: "https://app.example.com", "access-control-request-method": "POST" };
    expect((await first.site.send(path, { method, headers })).status).toBe(ministack);
  });

  test("changes a setting with another deployment, and keeps accounts and address", async () => {
    const { ApiUrl, TableName } = first.outputs;
    await first.deploy({ productName: "Atrium" });
    expect(first.outputs).toMatchObject({ ApiUrl, TableName });
    expect((await first.site.send("/login")).text).toContain("Log in · Atrium");
    await first.people.logIn(owner);
  });

  test("refuses to destroy a protected stack", async () => {
    await expect(first.destroy()).rejects.toThrow("TerminationProtection");
    await first.people.logIn(owner);
  });

  test("keeps table, bucket and key of a destroyed stack", async () => {
    await endProtection(first.stack);
    await first.destroy();
    expect((await first.site.send("/login")).status).toBe(404);
    const { TableNames } = await openClient().send(new ListTablesCommand());
    expect(TableNames).toContain(first.outputs.TableName);
    expect(await filesIn(first, home)).toEqual([`${home}default`]);
    const key = { KeyId: first.outputs.KeyArn };
    const { KeyMetadata } = await new KMSClient().send(new DescribeKeyCommand(key));
    expect(KeyMetadata?.KeyState).toBe("Enabled");
  });

  test("deploys a stack again on the kept table, bucket and key", async () => {
    const { TableName, BucketName: bucketName, KeyArn: keyArn } = first.outputs;
    const { setting } = await adopt(TableName);
    expect((await adopt(TableName)).words).toContain("Nothing was changed.");
    kept = { bucketName, keyArn };
    await first.deploy({ existingData: { ...setting, ...kept } });
    expect(first.outputs).toMatchObject({ TableName, BucketName: bucketName, KeyArn: keyArn });
    expect((await exportOf(first, owner)).home.prefix).toBe(home);
    await first.people.verified("signup");
  });

  test("moves a stack to a table that was restored to a point in time", async () => {
    const late = await first.people.verified("users");
    const [SourceTableName, TargetTableName] = [first.outputs.TableName, "restored"];
    const restore = { SourceTableName, TargetTableName, UseLatestRestorableTime: true };
    await openClient().send(new RestoreTableToPointInTimeCommand(restore));
    await deleteAccount(first, late);
    const { setting, words } = await adopt(TargetTableName);
    expect(words).toContain("Switched on: stream, time to live, point-in-time recovery.");
    await first.deploy({ existingData: { ...setting, ...kept } });
    expect(first.outputs.TableName).toBe(TargetTableName);
    for (const person of [owner, late])
      expect((await exportOf(first, person)).account.email).toBe(person.email);
    await first.people.verified("signup");
  });
});

/** Reads settings as the commands read them from cdk.json. */
const read = (stage?: string) => readSettings(settings, stage);

/**
 * Runs a command.
 * @returns its exit code and output.
 */
async function printed(run: (output: Pick<Console, "log" | "error">) => Promise<number>) {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  return { code: await run({ log: print, error: print }), text: lines.join("\n") };
}

/** Asks no name server. */
const noDns: Dns = {
  lookup: async () => ({}),
  resolve4: async () => [],
  resolveCname: async () => [],
  resolveTxt: async () => [],
};

/**
 * Runs `npm run admin -- adopt-table`.
 * @returns its output, and the setting in it.
 */
async function adopt(table: string) {
  const said: string[] = [];
  const print = (text: string) => void said.push(text);
  expect(await runAdmin(["adopt-table", "--table", table], process.env, { log: print, error: print })).toBe(
    0,
  );
  const words = said.join("\n");
  const setting = JSON.parse(/"existingData": (\{.+\})/s.exec(words)?.[1] ?? "{}");
  return { words, setting };
}

/** Ends the termination protection, as `aws cloudformation update-termination-protection` does. */
async function endProtection(StackName: string): Promise<void> {
  const Action = "UpdateTerminationProtection";
  const body = new URLSearchParams({ Action, StackName, EnableTerminationProtection: "false" });
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request";
  const { status } = await fetch(awsUrl, { method: "POST", headers: { authorization }, body });
  expect(status).toBe(200);
}
