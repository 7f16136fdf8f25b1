import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { freePort } from "../support/free-port.ts";
import { installPythonProgram } from "../support/packages.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** MiniStack's address. */
    awsUrl: string;
    /** A folder for this run, which is removed with MiniStack. */
    folder: string;
  }
}

const startSeconds = 60;

/** Starts MiniStack before the tests of all files and ends it afterwards. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const program = installPythonProgram("ministack", "1.5.33");
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), "ministack-"))];
  const log = join(folder, "log");
  const server = start(program, port, folder, openSync(log, "w"));
  const stop = async () => {
    await end(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const awsUrl = `http://127.0.0.1:${port}`;
  if (!(await isReady(awsUrl, server))) {
    const printed = readFileSync(log, "utf8");
    await stop();
    throw new Error(`MiniStack does not start:\n${printed}`);
  }
  project.provide("awsUrl", awsUrl);
  project.provide("folder", folder);
  return stop;
}

function start(program: string, port: number, folder: string, output: number): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return spawn(program, {
    cwd: folder,
    env: {
      ...Object.fromEntries(own),
      // Without this it binds every address.
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      TMPDIR: folder,
      // It runs functions with the `node` on its PATH.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    },
    // Its own process group, because functions run in processes that outlive it.
    detached: true,
    stdio: ["ignore", output, output],
  });
}

async function isReady(awsUrl: string, server: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startSeconds * 1000;
  while (server.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`${awsUrl}/_ministack/ready`).catch(() => undefined);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}

/** Kills MiniStack, because SIGTERM would wait for its functions. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, "exit");
  process.kill(-(server.pid as number), "SIGKILL");
  await ended;
}
