import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { soon } from "../support/soon.ts";

const script = fileURLToPath(new URL("../support/run-local.ts", import.meta.url));

interface Run {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  output: string;
  errors: string;
}

let directory: string;
const runs = new Set<Run>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vestibule-"));
});
afterEach(async () => {
  for (const { process } of runs) process.kill("SIGKILL");
  await Promise.all([...runs].map(({ ended }) => ended));
  runs.clear();
  rmSync(directory, { recursive: true });
});

function run(args: string[] = [], variables: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [script, directory, ...args], {
    env: { ...process.env, PORT: "0", AWS_PORT: "0", ...variables },
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const result: Run = { process: child, ended, output: "", errors: "" };
  child.stdout.on("data", (chunk) => {
    result.output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    result.errors += chunk;
  });
  runs.add(result);
  return result;
}

async function ready(args: string[] = []): Promise<Run & { apiUrl: string; awsUrl: string }> {
  const result = run(args);
  await soon(() => expect(result.output).toContain("Ctrl-C ends it."));
  const urlAfter = (label: string) => new RegExp(`${label} +(http://\\S+)`).exec(result.output)?.[1] ?? "";
  return Object.assign(result, { apiUrl: urlAfter("API"), awsUrl: urlAfter("AWS") });
}

function makeBroken(database: string): void {
  mkdirSync(database, { recursive: true });
  writeFileSync(join(database, "CURRENT"), "nothing\n");
}

async function endOf(args: string[], variables: Record<string, string> = {}) {
  const result = run(args, variables);
  const code = await result.ended;
  return { code, output: result.output, errors: result.errors };
}

async function failure(args: string[], variables: Record<string, string> = {}): Promise<string> {
  const { code, errors } = await endOf(args, variables);
  expect(code).toBe(1);
  return errors;
}

describe("npm start", () => {
  test("prints first that it starts, then all addresses and a first command", async () => {
    const { output, apiUrl, awsUrl } = await ready(["--memory"]);
    expect(output).toMatch(/^Vestibule is starting\.\n/);
    expect(output).toContain(`Sign up  ${apiUrl}/register (a page for your browser)\n`);
    expect((await fetch(`${apiUrl}/register`)).headers.get("content-type")).toMatch(/^text\/html/);
    expect(output).toContain(`Start    ${apiUrl}/ `);
    expect((await fetch(`${apiUrl}/`)).status).toBe(200);
    expect(output).toContain(`Mailbox  ${apiUrl}/_local/mailbox`);
    expect(output).toContain(`Events   ${apiUrl}/_local/events.json`);
    expect(output).toContain(`curl -i ${apiUrl}/api/v1/auth/signup`);
    expect(output).toContain(`aws --endpoint-url ${awsUrl} `);
    expect((await fetch(`${apiUrl}/_local/mailbox.json`)).status).toBe(200);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends after %s with one line and exit code 0", async (signal) => {
    const started = await ready(["--memory"]);
    const before = started.output.length;
    started.process.kill(signal);
    expect(await started.ended).toBe(0);
    expect(started.output.slice(before)).toBe("Vestibule is stopping.\n");
    expect(started.errors).toBe("");
  });

  test("starts again with its data after kill -9", async () => {
    const first = await ready();
    const signUp = (apiUrl: string) =>
      fetch(`${apiUrl}/api/v1/auth/signup`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"email":"ada@example.com","password":"correct horse battery"}',
      });
    expect((await signUp(first.apiUrl)).status).toBe(201);
    first.process.kill("SIGKILL");
    await first.ended;
    const second = await ready();
    expect((await signUp(second.apiUrl)).status).toBe(409);
  });

  test("names a data directory that another process uses", async () => {
    await ready();
    expect(await failure([])).toBe(
      "Another Vestibule uses the data in .local. End it, or keep no data: npm start -- --memory\n",
    );
  });

  test.each([
    ["is not a directory", () => writeFileSync(directory, "")],
    ["holds a broken database", () => makeBroken(join(directory, "dynamodb"))],
  ])("names a data directory that %s", async (_, prepare) => {
    rmSync(directory, { recursive: true });
    prepare();
    const errors = await failure([]);
    expect(errors).toContain(`${directory} cannot hold the data: `);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });

  test("names a taken port and the variable that sets another", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    const another = (port % 65_535) + 1;
    expect(await failure(["--memory"], { PORT: String(port) })).toBe(
      `Port ${port} is taken. Choose another: PORT=${another} npm start\n`,
    );
    expect(await failure(["--memory"], { AWS_PORT: String(port) })).toBe(
      `Port ${port} is taken. Choose another: AWS_PORT=${another} npm start\n`,
    );
    const chosen = String(await freePort());
    expect(await failure(["--memory"], { PORT: chosen, AWS_PORT: String(port) })).toMatch(
      new RegExp(`Choose another: PORT=${chosen} AWS_PORT=\\d+ npm start\n$`),
    );
    holder.close();
  });

  test.each([
    ["--stage", "nope"],
    ["--stage", ""],
  ])("refuses %s %j before it prints that it starts", async (...args) => {
    const { code, output, errors } = await endOf(args);
    expect([code, output]).toEqual([1, ""]);
    expect(errors).toContain('there is none under "stages".');
  });

  test.each([
    [["--memroy"], {}, "Unknown option '--memroy'"],
    [["now"], {}, "Unexpected argument 'now'"],
    [["--host"], {}, "--host"],
    [["--host", "192.0.2.1"], {}, "--host takes an address of this machine"],
    [["--stage", "prod"], {}, 'There is no stage "prod" in cdk.json: there is none under "stages".'],
    [["--public-url", "here"], {}, "--public-url takes an origin, such as http://127.0.0.1:3000."],
    [["--public-url", "http://127.0.0.1:3000/"], {}, "--public-url takes an origin"],
    [[], { PORT: "80a" }, "PORT takes a port, from 0 (any free one) to 65535."],
    [[], { AWS_PORT: "65536" }, "AWS_PORT takes a port, from 0 (any free one) to 65535."],
    [[], { PORT: "3000", AWS_PORT: "3000" }, "PORT and AWS_PORT must differ."],
  ])("refuses %j and %j with one line", async (args, variables, line) => {
    const errors = await failure(args, variables);
    expect(errors).toContain(line);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });
});
