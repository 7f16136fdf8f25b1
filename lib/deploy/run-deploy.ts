import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { refuseUndeployable, untouchedSender } from "../infra/deployable.ts";
import { stackNameOf } from "../manifest/stage-names.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { readSettingsFile } from "../settings/settings-file.ts";
import { type DeployCommand, readDeployCommand } from "./command-line.ts";
import { cloudFormationStacks, type Stacks, wasNeverMade } from "./stacks.ts";

/** The tools of a deployment, which tests replace. */
export interface DeployTools {
  readonly readSettings: (stage?: string) => Settings;
  readonly openStacks: (choice: Pick<DeployCommand, "profile" | "region">) => Stacks;
  /** Runs the CDK command. @returns its exit code. */
  readonly runCdk: (args: readonly string[]) => Promise<number>;
}

/**
 * Deploys, with the arguments of `cdk deploy`. It first checks the settings and the stack: CloudFormation cannot replace a
 * stack whose first deployment failed as long as the stack is protected.
 * @returns the exit code of `cdk deploy`, or 1 after a line that names a wrong setting.
 */
export async function runDeploy(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  output: Pick<Console, "log" | "error">,
  tools: DeployTools = realTools,
): Promise<number> {
  try {
    const command = readDeployCommand(args);
    if (!command.help) await prepare(command, variables, output, tools);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    output.error(error.message);
    return 1;
  }
  return await tools.runCdk(["deploy", ...args]);
}

async function prepare(
  { stage, profile, region = "" }: DeployCommand,
  variables: NodeJS.ProcessEnv,
  output: Pick<Console, "log" | "error">,
  { readSettings, openStacks }: DeployTools,
): Promise<void> {
  const chosen = region || variables.AWS_REGION || variables.AWS_DEFAULT_REGION;
  const settings = readSettings(stage);
  const untouched = untouchedSender(settings);
  if (untouched) throw untouched;
  refuseUndeployable(settings, chosen);
  const stacks = openStacks({ ...(profile && { profile }), ...(chosen && { region: chosen }) });
  await allowReplacement(stacks, stackNameOf(stage), output);
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

const realTools: DeployTools = { readSettings: readSettingsFile, openStacks: cloudFormationStacks, runCdk };

async function runCdk(args: readonly string[]): Promise<number> {
  const cdk = createRequire(import.meta.url).resolve("aws-cdk/bin/cdk");
  // Ctrl-C reaches both processes. This process waits for the CDK, which reports the state of the deployment.
  process.on("SIGINT", () => {});
  const child = spawn(process.execPath, [cdk, ...args], { cwd: project, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
