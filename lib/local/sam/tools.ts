import { spawnSync } from "node:child_process";
import { UsageError } from "../command-line.ts";

/** SAM's executable. On Windows it is a batch file, which needs a shell. */
export const sam =
  process.platform === "win32" ? { command: "sam.cmd", shell: true } : { command: "sam", shell: false };

/** Container engines that SAM supports. */
const engines = ["docker", "finch", "podman"];

/**
 * Checks that SAM is installed and finds a running container engine.
 * @returns the engine's command.
 * @throws UsageError that says what to install.
 */
export function findEngine(): string {
  if (!works(sam.command, ["--version"], sam.shell))
    throw new UsageError(
      "The SAM CLI is missing. Install it: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html",
    );
  const engine = engines.find((command) => works(command, ["info"]));
  if (engine === undefined)
    throw new UsageError(
      "No container engine runs. Install and start Docker: https://docs.docker.com/get-started/get-docker/",
    );
  return engine;
}

function works(command: string, args: readonly string[], shell = false): boolean {
  return spawnSync(command, args, { stdio: "ignore", shell }).status === 0;
}
