import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { placeOf } from "../../lib/admin/place.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "vestibule-aws-"));
const [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE] = [join(folder, "config"), join(folder, "credentials")];
writeFileSync(AWS_CONFIG_FILE, '[default]\n[profile work]\nregion = eu-central-1\n[profile "my own"]\n');
writeFileSync(AWS_SHARED_CREDENTIALS_FILE, "[old]\n");
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command outside any account. @returns all its output. */
async function run(args: readonly string[], variables: NodeJS.ProcessEnv): Promise<string> {
  const files = { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_EC2_METADATA_DISABLED: "true" };
  const env = { PATH: process.env.PATH, ...files, ...variables };
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(process.execPath, args, { cwd: root, env }, (_, stdout, stderr) => resolve(stdout + stderr));
  return await promise;
}

const commands: [name: string, ...args: string[]][] = [
  ["deploy", "bin/deploy.ts"],
  ["doctor", "bin/doctor.ts"],
  ["smoke", "bin/smoke.ts"],
  ["admin", "bin/admin.ts", "adopt-table", "--table", "t"],
];

const cases: [title: string, options: string[], variables: NodeJS.ProcessEnv, words: string][] = [
  ["no region", [], {}, "Which region? Say --region NAME, or set AWS_REGION."],
  [
    "a profile without a region",
    ["--profile", "my own"],
    {},
    "Which region? Say --region NAME, or set AWS_REGION.",
  ],
  [
    "no credentials",
    [],
    { AWS_DEFAULT_REGION: "eu-central-1" },
    "No credentials: run aws configure, or name a profile with --profile.",
  ],
  [
    "a profile without credentials",
    ["--profile", "work"],
    {},
    "No credentials: run aws configure, or name a profile with --profile.",
  ],
  ["an option with a profile that does not exist", ["--profile", "wrok"], {}, "There is no profile wrok: "],
  [
    "a variable with a profile that does not exist",
    ["--region", "eu-central-1"],
    { AWS_PROFILE: "wrok" },
    "There is no profile wrok: ",
  ],
  [
    "a region that is none",
    ["--region", "eu central"],
    {},
    "These credentials or this region cannot be used: ",
  ],
];

describe.each(commands)("npm run %s", (_, ...args) => {
  test.each(cases)("says in one line what to do with %s", async (__, options, variables, words) => {
    const said = (await run([...args, ...options], variables)).replace(/^problem +account +/, "");
    expect(said.startsWith(words), said).toBe(true);
    expect(said.trim().split("\n")).toHaveLength(1);
  });
});

describe("the place of a deployment", () => {
  test("has the profile of AWS_DEFAULT_PROFILE, unless another variable takes precedence", () => {
    const variables = { AWS_DEFAULT_PROFILE: "work" };
    expect(placeOf({}, variables)).toEqual({ profile: "work" });
    expect(placeOf({ profile: "home" }, variables)).toEqual({ profile: "home" });
    expect(placeOf({}, { ...variables, AWS_PROFILE: "home" })).toEqual({});
    expect(placeOf({}, { ...variables, AWS_ACCESS_KEY_ID: "x" })).toEqual({});
  });
});
