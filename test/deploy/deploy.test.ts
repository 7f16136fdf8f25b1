import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { locate } from "../../lib/admin/place.ts";
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
  /** The region of the profile. */
  readonly ofProfile?: string;
}

/** Deploys with a stand-in for CloudFormation and the CDK command, which record their calls in order. */
async function deploy(
  args: string[],
  {
    input = settings,
    stack,
    fault,
    variables = { AWS_REGION: "eu-central-1" },
    exitCode = 0,
    ofProfile,
  }: Played = {},
) {
  const done: string[] = [];
  const regions: (string | undefined)[] = [];
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
    locate: ({ profile, region = ofProfile }) =>
      locate(
        {
          config: {
            region: region === undefined ? fails("Region is missing") : async () => region,
            credentials:
              profile === "empty"
                ? fails("Could not load credentials from any providers")
                : async () => "keys",
          },
        },
        profile,
        { AWS_CONFIG_FILE: configFile },
      ),
    openStacks: (choice) => {
      note(`open ${JSON.stringify(choice)}`);
      return stacks;
    },
    runCdk: async (cdkArguments, region) => {
      regions.push(region);
      note(`cdk ${cdkArguments.join(" ")}`);
      return exitCode;
    },
  };
  const print = (line: string) => note(`say ${line}`);
  const code = await runDeploy(args, variables, { log: print, error: print }, tools);
  return { code, done, regions };
}

const fails = (message: string) => async () => {
  throw new Error(message);
};

const opened = 'open {"region":"eu-central-1"}';

const failed = { status: "ROLLBACK_COMPLETE", isProtected: true };

const configFile = join(mkdtempSync(join(tmpdir(), "vestibule-aws-")), "config");
writeFileSync(configFile, "[default]\n[profile empty]\n");
afterAll(() => rmSync(dirname(configFile), { recursive: true }));

/** A variable that npm sets, its value, the option's name, and the option as the command takes it. */
const misplaced = [
  ["npm_config_call", "stage=dev", "stage", "-c stage=dev"],
  ["npm_config_stage", "dev", "stage", "-c stage=dev"],
  ["npm_config_stage", "true", "stage", "-c stage=NAME"],
  ["npm_config_region", "eu-central-1", "region", "--region eu-central-1"],
  ["npm_config_profile", "work", "profile", "--profile work"],
] as const;

describe("npm run deploy", () => {
  test.each([
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "CREATE_FAILED",
    "REVIEW_IN_PROGRESS",
  ])("npm run deploy switches off the protection of a stack that was never made: %s", async (status) => {
    const { code, done } = await deploy([], { stack: { status, isProtected: true } });
    expect(code).toBe(0);
    expect(done).toEqual([
      opened,
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
  ])("npm run deploy keeps the protection of a stack in any other state: %s", async (status) => {
    const { done } = await deploy([], { stack: { status, isProtected: true } });
    expect(done).toEqual([opened, "find Vestibule", "cdk deploy"]);
  });

  test("npm run deploy leaves protection alone if there is no stack or no protection", async () => {
    const alone = [opened, "find Vestibule", "cdk deploy"];
    expect((await deploy([])).done).toEqual(alone);
    expect((await deploy([], { stack: { ...failed, isProtected: false } })).done).toEqual(alone);
  });

  test("npm run deploy passes its arguments on, and checks the stack that they name", async () => {
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

  test("npm run deploy takes the region from the environment, as the CDK command does", async () => {
    const variables = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-west-2" };
    expect((await deploy([], { variables })).done[0]).toBe('open {"region":"eu-west-1"}');
    expect((await deploy([], { variables: { AWS_DEFAULT_REGION: "us-west-2" } })).done[0]).toBe(
      'open {"region":"us-west-2"}',
    );
  });

  test("npm run deploy takes the region of the profile, and tells the CDK command the region that it has checked", async () => {
    const { done, regions } = await deploy(["--profile", "work"], { variables: {}, ofProfile: "eu-north-1" });
    expect(done[0]).toBe('open {"profile":"work","region":"eu-north-1"}');
    expect(regions).toEqual(["eu-north-1"]);
    expect((await deploy(["--help"], { variables: {} })).regions).toEqual([undefined]);
  });

  test("npm run deploy goes on if it may not read the stack, and says so in one line", async () => {
    const { code, done } = await deploy([], { fault: new Error("You are not authorized\nat once") });
    expect(code).toBe(0);
    expect(done).toEqual([
      opened,
      "find Vestibule",
      "say Vestibule could not be looked at before: You are not authorized",
      "cdk deploy",
    ]);
  });

  test("npm run deploy ends with the exit code of the CDK command", async () => {
    expect((await deploy([], { exitCode: 3 })).code).toBe(3);
  });

  test("npm run deploy -- --help shows the usage without reading settings or calling AWS", async () => {
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
    [
      "a file of mail texts that is not there",
      [],
      { input: { ...settings, mailTexts: "no-such-file.json" } },
      'Setting "vestibule.mailTexts" in cdk.json names no-such-file.json, which cannot be read: ENOENT.',
    ],
    ["an empty region", ["--region", ""], {}, "--region has no value. Is a shell variable empty?"],
    ["an empty profile", ["--profile="], {}, "--profile has no value. Is a shell variable empty?"],
    // The CDK would deploy to us-east-1.
    [
      "a deployment without a region",
      [],
      { variables: {} },
      "Which region? Say --region NAME, or set AWS_REGION.",
    ],
    [
      "a profile without credentials",
      ["--profile", "empty"],
      {},
      "No credentials: run aws configure, or name a profile with --profile.",
    ],
    [
      "a profile that does not exist",
      ["--profile", "wrok"],
      { variables: {} },
      "There is no profile wrok: aws configure list-profiles shows yours, and aws configure --profile wrok makes it.",
    ],
    // npm takes the options before the two hyphens, and the CDK would deploy the plain stack.
    ...misplaced.map(([variable, value, name, option]): [string, string[], Played, string] => [
      `${option} without the two hyphens before it`,
      [],
      { variables: { AWS_REGION: "eu-central-1", [variable]: value } },
      `npm took the option for the ${name} itself. Put -- before it: npm run deploy -- ${option}`,
    ]),
  ])("refuses %s in one line, before it calls AWS or the CDK", async (_, args, played, line) => {
    expect(await deploy(args, played)).toEqual({ code: 1, done: [`say ${line}`], regions: [] });
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
      regions: [],
    });
  });

  test("npm run deploy is a program that refuses in one line and shows the usage of the CDK command", () => {
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
