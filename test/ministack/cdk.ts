import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { type DeployTools, runDeploy } from "../../lib/deploy/run-deploy.ts";
import { cloudFormationStacks } from "../../lib/deploy/stacks.ts";
import { accountId, region } from "../../lib/local/aws/shared/protocol.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { variablesFor } from "../aws/table/engine.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Outputs of a deployed stack. */
export interface Outputs {
  readonly ApiUrl: string;
  readonly TableName: string;
  readonly BucketName: string;
  readonly KeyArn: string;
}

/** A folder with its own `cdk.json`, from which the CDK commands deploy this project. */
export interface Project {
  /**
   * Prepares the AWS account.
   * @returns the command's output.
   */
  bootstrap(): Promise<string>;
  /**
   * Deploys with these settings.
   * @returns the stack's outputs.
   */
  deploy(settings: object): Promise<Outputs>;
  /**
   * Runs `npm run deploy` with these settings. The command inspects the stack first.
   * @returns its exit code and output.
   */
  deployByScript(settings: object): Promise<{ readonly code: number; readonly text: string }>;
  /**
   * Destroys the stack.
   * @throws Error with the command's output.
   */
  destroy(): Promise<string>;
}

/**
 * Opens a project.
 * @param stack The name of its stack.
 * @param options Further options of the CDK commands, such as `-c stage=dev`.
 */
export function openProject(awsUrl: string, stack: string, options: readonly string[] = []): Project {
  const folder = mkdtempSync(join(inject("folder"), "project-"));
  const write = (settings: object) => {
    const file = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8"));
    const app = `"${process.execPath}" "${join(import.meta.dirname, "app.ts")}"`;
    const context = { ...file.context, vestibule: settings };
    writeFileSync(join(folder, "cdk.json"), JSON.stringify({ ...file, app, context }));
  };
  const cdk = async (...args: readonly string[]) => {
    const command = [join(root, "node_modules/aws-cdk/bin/cdk"), ...args, ...options];
    const env = { ...process.env, ...variablesFor(awsUrl) };
    const { stdout, stderr } = await run(process.execPath, command, { cwd: folder, env });
    return `${stdout}${stderr}`;
  };
  const deployment = [
    "deploy",
    stack,
    "--require-approval",
    "never",
    "--outputs-file",
    "outputs.json",
    "--quiet",
  ];
  write({});
  return {
    bootstrap: () => cdk("bootstrap", `aws://${accountId}/${region}`),
    async deploy(settings) {
      write(settings);
      await cdk(...deployment);
      return JSON.parse(readFileSync(join(folder, "outputs.json"), "utf8"))[stack];
    },
    async deployByScript(settings) {
      write(settings);
      const said: string[] = [];
      const say = (text: string) => void said.push(text);
      const tools: DeployTools = {
        readSettings: (stage) => readSettings(settings, stage),
        locate: async () => region,
        openStacks: cloudFormationStacks,
        async runCdk() {
          try {
            say(await cdk(...deployment));
            return 0;
          } catch (error) {
            const { stdout, stderr } = error as { stdout: string; stderr: string };
            say(`${stdout}${stderr}`);
            return 1;
          }
        },
      };
      const code = await runDeploy(options, variablesFor(awsUrl), { log: say, error: say }, tools);
      return { code, text: said.join("\n") };
    },
    destroy: () => cdk("destroy", stack, "--force", "--app", "cdk.out"),
  };
}
