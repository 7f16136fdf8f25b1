import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { eventually } from "../support/api.ts";

const root = join(import.meta.dirname, "../..");
const image = process.env.SAM_IMAGE;

/** SAM's options for a local image that cannot be pulled. */
const imageOptions = image === undefined ? [] : ["--invoke-image", image, "--skip-pull-image"];

const env = { ...process.env, SAM_CLI_TELEMETRY: "0" };

export interface Run {
  readonly child: ChildProcess;
  /** The output so far, of both streams. */
  output(): string;
  /**
   * Ends the program as Ctrl-C does.
   * @returns its exit code.
   */
  stop(): Promise<number | null>;
}

/** Starts a program in its own process group and keeps its output. */
export function run(command: string, args: readonly string[]): Run {
  const child = spawn(command, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  const ended = once(child, "close");
  const stop = async () => {
    // Signals the whole group, as a terminal does.
    if (child.exitCode === null) process.kill(-(child.pid as number), "SIGINT");
    await ended;
    return child.exitCode;
  };
  return { child, output: () => printed, stop };
}

/** Runs `npm run sam` with these arguments. */
export const runSam = (...args: readonly string[]): Run =>
  run(process.execPath, ["bin/sam.ts", ...args, ...imageOptions]);

/** Waits until SAM serves requests. The synthesis before may take any time. */
export async function untilServing({ child, output }: Run): Promise<void> {
  for (let attempt = 0; attempt < 8; attempt++) {
    const found = await eventually(
      "SAM to serve",
      () => output().includes("Running on") || child.exitCode !== null,
    )
      .then(() => true)
      .catch(() => false);
    if (found) break;
  }
  if (!output().includes("Running on")) throw new Error(`SAM does not serve:\n${output()}`);
}
