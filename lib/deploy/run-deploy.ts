import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { placeOf, refuseMisplaced } from "../admin/place.ts";
import { UsageError } from "../admin/usage.ts";
import { refuseDeployment } from "../infra/deployable.ts";
import { stackNameOf } from "../manifest/stage-names.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { readSettingsFile } from "../settings/settings-file.ts";
import { type DeployCommand, readDeployCommand } from "./command-line.ts";
import { cloudFormationStacks, locateStacks, type Stacks, wasNeverMade } from "./stacks.ts";

type Choice = Pick<DeployCommand, "profile" | "region">;

/** The tools of a deployment, which tests replace. */
export interface DeployTools {
  readonly readSettings: (stage?: string) => Settings;
  /** Finds the region, and checks that there are credentials. @throws UsageError */
  readonly locate: (choice: Choice) => Promise<string>;
  readonly openStacks: (choice: Choice) => Stacks;
  /** Runs the CDK command. @param region Undefined for the usage. @returns its exit code. */
  readonly runCdk: (args: readonly string[], region?: string) => Promise<number>;
}

/**
 * Deploys, with the arguments of `cdk deploy`. It first checks the settings and the stack: CloudFormation cannot replace a
 * stack whose first deployment failed as long as the stack is protected.
 * @returns the exit code of `cdk deploy`, or 1 after a line that names a wrong setting or option.
 */
export async function runDeploy(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  output: Pick<Console, "log" | "error">,
  tools: DeployTools = realTools,
): Promise<number> {
  const all = ["deploy", ...args];
  try {
    refuseMisplaced("deploy", variables);
    const command = readDeployCommand(args);
    if (command.help) return await tools.runCdk(all);
    return await tools.runCdk(all, await prepare(command, variables, output, tools));
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof UsageError)) throw error;
    output.error(error.message);
    return 1;
  }
}

/** Checks the settings and the stack. @returns the region. */
async function prepare(
  { stage, ...given }: DeployCommand,
  variables: NodeJS.ProcessEnv,
  output: Pick<Console, "log" | "error">,
  { readSettings, locate, openStacks }: DeployTools,
): Promise<string> {
  const settings = readSettings(stage);
  const choice = placeOf(given, variables);
  // Without a region, the CDK would deploy to us-east-1.
  const region = await locate(choice);
  refuseDeployment(settings, region);
  await allowReplacement(openStacks({ ...choice, region }), stackNameOf(stage), output);
  return region;
}

/** Switches off the protection of a stack that was never made. If it cannot read the stack, the deployment goes on. */
async function allowReplacement(
  stacks: Stacks,
  name: string,
  output: Pick<Console, "log" | "error">,
): Promise<void> {
  try {
    const stack = await stacks.find(name);
    if (!stack?.isProtected || !wasNeverMade(stack.status)) return;
    await stacks.unprotect(name);
    output.log(
      `${name} was never made (${stack.status}). Its termination protection is off, so that it can be replaced.`,
    );
  } catch (error) {
    output.error(`${name} could not be looked at before: ${(error as Error).message.split("\n")[0]}`);
  }
}

const project = fileURLToPath(new URL("../..", import.meta.url));

const realTools: DeployTools = {
  readSettings: readSettingsFile,
  locate: locateStacks,
  openStacks: cloudFormationStacks,
  runCdk,
};

async function runCdk(args: readonly string[], region?: string): Promise<number> {
  const cdk = createRequire(import.meta.url).resolve("aws-cdk/bin/cdk");
  // Ctrl-C reaches both processes. This process waits for the CDK, which reports the state of the deployment.
  process.on("SIGINT", () => {});
  const env = { ...process.env, ...(region !== undefined && { AWS_REGION: region }) };
  const child = spawn(process.execPath, [cdk, ...args], { cwd: project, env, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
