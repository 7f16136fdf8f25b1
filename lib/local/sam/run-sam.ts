import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { samLocalUrls } from "../../manifest/platform.ts";
import { UsageError } from "../command-line.ts";
import { baseVariables } from "../environments/variables.ts";
import { isTaken } from "../ports.ts";
import { openBridge } from "./bridge.ts";
import { readSamCommand, type SamCommand, samUsage } from "./command-line.ts";
import { findEngine, sam } from "./tools.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));

/** The folder of the synthesized template for SAM. samconfig.toml names it too. Deployments use another folder. */
const samOutput = "cdk.out/sam-local";

const runnerPort = 3001;
const portOf = (url: string) => Number(new URL(url).port);

/**
 * Synthesizes the template for SAM, starts the local runner, and runs SAM beside it. It ends when either process ends
 * or Ctrl-C comes. The exit code is SAM's, or 0 after Ctrl-C, or 1 after an error line.
 */
export async function runSam(args: readonly string[], variables: NodeJS.ProcessEnv): Promise<void> {
  try {
    const command = readSamCommand(args, project);
    if (!command) return console.log(samUsage);
    process.exit(await serve(command, variables));
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(1);
  }
}

async function serve(command: SamCommand, variables: NodeJS.ProcessEnv): Promise<number> {
  const engine = findEngine();
  const awsPort = portOf(samLocalUrls.awsUrl);
  if (command.isServer) await refuseTaken([portOf(samLocalUrls.publicUrl), runnerPort, awsPort]);
  console.log("Synthesizing Vestibule for sam local.");
  if ((await endOf(synthesize(variables))) !== 0) return 1;
  const bridge = await openBridge(engine, awsPort);
  // To run one function, a runner that is already up is enough.
  const runner = (await isTaken(awsPort)) ? undefined : startRunner(command, variables, awsPort);
  try {
    return (await readinessOf(runner)) ? await runBeside(startSam(command, variables), runner) : 1;
  } finally {
    bridge.close();
    runner?.kill("SIGTERM");
    if (runner) await endOf(runner);
  }
}

function synthesize(env: NodeJS.ProcessEnv): ChildProcess {
  const cdk = createRequire(import.meta.url).resolve("aws-cdk/bin/cdk");
  const args = [cdk, "synth", "--quiet", "--context", "samLocal=true", "--output", samOutput];
  return spawn(process.execPath, args, { cwd: project, env, stdio: "inherit" });
}

function startRunner(
  { runnerArguments, isServer }: SamCommand,
  variables: NodeJS.ProcessEnv,
  awsPort: number,
) {
  const args = ["--public-url", samLocalUrls.publicUrl, ...runnerArguments];
  const env = { ...variables, PORT: String(runnerPort), AWS_PORT: String(awsPort) };
  // The runner's lines must not hide a single function's answer.
  const stdout = isServer ? "inherit" : "ignore";
  return fork("bin/local.ts", args, { cwd: project, env, stdio: ["ignore", stdout, "inherit", "ipc"] });
}

/** Whether the runner is ready for SAM. */
async function readinessOf(runner: ChildProcess | undefined): Promise<boolean> {
  if (!runner) return true;
  return await Promise.race([once(runner, "message").then(() => true), endOf(runner).then(() => false)]);
}

/** Starts SAM with dummy credentials, so that no container gets those of an AWS account. */
function startSam({ samArguments }: SamCommand, variables: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(sam.command, samArguments.map(quoted), {
    cwd: project,
    env: { ...variables, ...baseVariables, AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined },
    stdio: ["ignore", "inherit", "pipe"],
    shell: sam.shell,
    // In its own process group SAM gets Ctrl-C only from us. A second one would leave its containers behind.
    detached: process.platform !== "win32",
  });
  // SAM warns of each resource of a CDK template that is not a function.
  const isNews = (line: string) => !line.includes("Cannot detect function id from aws:cdk:path");
  createInterface({ input: child.stderr }).on("line", (line) => isNews(line) && console.error(line));
  return child;
}

const quoted = (text: string) => (sam.shell && /\s/.test(text) ? `"${text}"` : text);

/**
 * Waits for SAM, and stops it when the runner ends or a signal comes.
 * @returns SAM's exit code, 0 after a signal, or 1 after the runner's end.
 */
async function runBeside(child: ChildProcess, runner: ChildProcess | undefined): Promise<number> {
  const reasons: string[] = [];
  const endFor = (reason: string) => () => {
    // Only once: a second signal would stop SAM from removing its containers.
    if (reasons.push(reason) === 1) child.kill("SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, endFor("signal"));
  runner?.once("exit", endFor("runner"));
  const code = await endOf(child);
  if (reasons.length === 0) return code;
  return reasons.includes("signal") ? 0 : 1;
}

async function endOf(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? 1;
}

async function refuseTaken(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    if (await isTaken(port))
      throw new UsageError(
        `Port ${port} is taken. npm run sam needs ${ports.join(", ")}: end what has them, such as npm start.`,
      );
  }
}
