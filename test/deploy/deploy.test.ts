import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDeployCommand } from "../../lib/deploy/command-line.ts";
import { type DeployTools, runDeploy } from "../../lib/deploy/run-deploy.ts";
import type { FoundStack, Stacks } from "../../lib/deploy/stacks.ts";
import { readSettings } from "../../lib/settings/settings.ts";

const settings = { senderAddress: "hello@harbour.example", stages: { dev: { bcryptCost: 10 } } };

interface Played {
  readonly input?: unknown;
  readonly stack?: FoundStack;
  /** CloudFormation's answers in place of the default. */
  readonly fault?: Error;
  readonly variables?: NodeJS.ProcessEnv;
  readonly exitCode?: number;
}

/** Deploys with a stand-in for CloudFormation and the CDK command, which record their calls in order. */
async function deploy(
  args: string[],
  { input = settings, stack, fault, variables = {}, exitCode = 0 }: Played = {},
) {
  const done: string[] = [];
  const note = (line: string) => void done.push(line);
  const stacks: Stacks = {
    async find(name) {
      note(`find ${name}`);
      if (fault) throw fault;
      return stack;
    },
    async unprotect(name) {
      note(`unprotect ${name}`);
    },
  };
  const tools: DeployTools = {
    readSettings: (stage) => readSettings(input, stage),
    openStacks: (choice) => {
      note(`open ${JSON.stringify(choice)}`);
      return stacks;
    },
    runCdk: async (cdkArguments) => {
      note(`cdk ${cdkArguments.join(" ")}`);
      return exitCode;
    },
  };
  const print = (line: string) => note(`say ${line}`);
  const code = await runDeploy(args, variables, { log: print, error: print }, tools);
  return { code, done };
}

const failed = { status: "ROLLBACK_COMPLETE", isProtected: true };

describe("npm run deploy", () => {
  test.each([
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "CREATE_FAILED",
    "REVIEW_IN_PROGRESS",
  ])("switches off the protection of a stack that was never made: %s", async (status) => {
    const { code, done } = await deploy([], { stack: { status, isProtected: true } });
    expect(code).toBe(0);
    expect(done).toEqual([
      "open {}",
      "find Vestibule",
      "unprotect Vestibule",
      `say Vestibule was never made (${status}). Its termination protection is off, so that it can be replaced.`,
      "cdk deploy",
    ]);
  });

  test.each([
    "CREATE_COMPLETE",
    "CREATE_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "DELETE_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
  ])("keeps the protection of a stack in any other state: %s", async (status) => {
    const { done } = await deploy([], { stack: { status, isProtected: true } });
    expect(done).toEqual(["open {}", "find Vestibule", "cdk deploy"]);
  });

  test("changes nothing if there is no stack or no protection", async () => {
    const alone = ["open {}", "find Vestibule", "cdk deploy"];
    expect((await deploy([])).done).toEqual(alone);
    expect((await deploy([], { stack: { ...failed, isProtected: false } })).done).toEqual(alone);
  });

  test("passes its arguments on, and checks the stack that they name", async () => {
    const args = [
      "-c",
      "stage=dev",
      "--profile",
      "work",
      "--region=eu-central-1",
      "--require-approval",
      "never",
    ];
    const { done } = await deploy(args, { stack: failed });
    expect(done).toEqual([
      'open {"profile":"work","region":"eu-central-1"}',
      "find Vestibule-dev",
      "unprotect Vestibule-dev",
      expect.stringMatching(/^say Vestibule-dev was never made/),
      "cdk deploy -c stage=dev --profile work --region=eu-central-1 --require-approval never",
    ]);
  });

  test("takes the region from the environment, as the CDK command does", async () => {
    const variables = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-west-2" };
    expect((await deploy([], { variables })).done[0]).toBe('open {"region":"eu-west-1"}');
    expect((await deploy([], { variables: { AWS_DEFAULT_REGION: "us-west-2" } })).done[0]).toBe(
      'open {"region":"us-west-2"}',
    );
  });

  test("goes on if it may not read the stack, and says so in one line", async () => {
    const { code, done } = await deploy([], { fault: new Error("You are not authorized\nat once") });
    expect(code).toBe(0);
    expect(done).toEqual([
      "open {}",
      "find Vestibule",
      "say Vestibule could not be looked at before: You are not authorized",
      "cdk deploy",
    ]);
  });

  test("ends with the exit code of the CDK command", async () => {
    expect((await deploy([], { exitCode: 3 })).code).toBe(3);
  });

  test("shows the usage without reading settings or calling AWS", async () => {
    expect((await deploy(["--help"], { input: {} })).done).toEqual(["cdk deploy --help"]);
  });

  test.each<[string, string[], Played, string]>([
    [
      "the default sender of cdk.json",
      [],
      { input: {} },
      'Setting "vestibule.senderAddress" in cdk.json is still no-reply@vestibule.example, from which no mail goes out: set an address of a domain of yours.',
    ],
    [
      "an unknown stage",
      ["--context", "stage=prod"],
      {},
      'There is no stage "prod" in cdk.json: "stages" has dev.',
    ],
    [
      "a stage with an empty name",
      ["-cstage="],
      {},
      'The name of the stage is empty. In cdk.json "stages" has dev.',
    ],
    [
      "a region without SES",
      ["--region", "ap-east-1"],
      {},
      "Region ap-east-1 has no SES, by which mail is sent: choose another by --region or AWS_REGION.",
    ],
  ])("refuses %s in one line, before it calls AWS or the CDK", async (_, args, played, line) => {
    expect(await deploy(args, played)).toEqual({ code: 1, done: [`say ${line}`] });
  });

  test.each([
    [["-c", "stage=dev"], "dev"],
    [["-cstage=dev"], "dev"],
    [["-c=stage=dev"], "dev"],
    [["--context=stage=dev"], "dev"],
    [["-c", "samLocal=true", "-c", "stage=dev"], "dev"],
    [["-c", "stage=dev", "-c", "stage=prod"], "prod"],
    [["-c", "backstage=dev"], undefined],
    [["stage=dev"], undefined],
  ])("reads the stage of %j as the CDK command does", (args, stage) => {
    expect(readDeployCommand(args).stage).toBe(stage);
  });

  // The CDK ignores an option that it does not know, and would deploy the plain stack.
  test.each([[["--stage", "dev"]], [["--stage=dev"]]])("refuses %j in one line", async (args) => {
    expect(await deploy(args)).toEqual({
      code: 1,
      done: ["say A deployment names its stage as the CDK does: -c stage=NAME."],
    });
  });

  test("runs as a program that refuses in one line and shows the usage of the CDK command", () => {
    const run = (...args: string[]) => {
      const root = join(import.meta.dirname, "../..");
      return spawnSync(process.execPath, ["bin/deploy.ts", ...args], { cwd: root, encoding: "utf8" });
    };
    const { status, stdout, stderr } = run("-c", "stage=");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe('The name of the stage is empty. In cdk.json there is none under "stages".\n');
    expect(run("--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("cdk deploy [STACKS..]"),
    });
  }, 60_000);
});
