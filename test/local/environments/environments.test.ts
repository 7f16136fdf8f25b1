import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openEnvironment } from "../../../lib/local/environments/environment.ts";
import {
  type Environments,
  type EnvironmentsOptions,
  openEnvironments,
} from "../../../lib/local/environments/environments.ts";
import { type FunctionFault, startThread } from "../../../lib/local/environments/thread.ts";
import { baseVariables, functionVariables } from "../../../lib/local/environments/variables.ts";
import type { FunctionRow } from "../../../lib/manifest/function-row.ts";
import { routes } from "../../../lib/manifest/routes.ts";
import { readSettings } from "../../../lib/settings/settings.ts";
import { soon } from "../../support/soon.ts";

const rows: FunctionRow[] = [
  { name: "actor", needs: ["count-callers"] },
  { name: "broken", needs: [] },
  { name: "quiet", needs: [] },
  { name: "missing", needs: [] },
];
const sources = {
  settings: readSettings({}),
  publicUrl: "http://127.0.0.1:3000",
  allowedOrigins: [],
  awsUrl: "http://127.0.0.1:4566",
  keyArn: "arn:aws:kms:us-east-1:000000000000:key/1",
};

const lines: [string, string][] = [];
const faults: [string, FunctionFault][] = [];
let opened: Environments | undefined;

function open(options: Partial<EnvironmentsOptions> = {}): Environments {
  lines.length = 0;
  faults.length = 0;
  opened = openEnvironments({
    rows,
    functionsDirectory: fileURLToPath(new URL("../../support/local-functions", import.meta.url)),
    variables: (row) => functionVariables(row, sources),
    onLine: (name, line) => lines.push([name, line]),
    onFault: (name, fault) => faults.push([name, fault]),
    ...options,
  });
  return opened;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  await opened?.stop();
});

const nap = { act: "sleep", milliseconds: 5 };

interface Described {
  environment: Record<string, string>;
  context: Record<string, unknown>;
  remaining: number;
}

describe("execution environments", () => {
  test("gives a function its needs' variables and Lambda's, but none of the caller's", async () => {
    vi.stubEnv("AWS_PROFILE", "the-callers");
    vi.stubEnv("AWS_SESSION_TOKEN", "the-callers");
    vi.stubEnv("NODE_OPTIONS", "--no-deprecation");
    const { environment } = (await open().invoke("actor", { act: "describe" })) as Described;
    expect(environment).toEqual({
      ...baseVariables,
      AWS_ENDPOINT_URL: sources.awsUrl,
      AWS_LAMBDA_FUNCTION_NAME: "actor",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/actor",
      TABLE_NAME: "vestibule",
      PUBLIC_URL: sources.publicUrl,
      ALLOWED_ORIGINS: "",
    });
  });

  test.each(routes)("gives $name every variable of its needs", (row) => {
    const values = functionVariables(row, sources);
    expect(Object.values(values)).not.toContain(undefined);
  });

  test("lets an extra value override a need's variable, and hides it from functions without that need", () => {
    const extra = { BCRYPT_COST: "4", LOG_LEVEL: "debug" };
    const [registering] = routes;
    expect(functionVariables(registering, { ...sources, extra })).toMatchObject(extra);
    const other = functionVariables({ name: "other", needs: ["keep-homes"] }, { ...sources, extra });
    expect(other).toMatchObject({ LOG_LEVEL: "debug", BUCKET_NAME: "vestibule-homes" });
    expect(other).not.toHaveProperty("BCRYPT_COST");
  });

  test("passes Lambda's context", async () => {
    const { context, remaining } = (await open().invoke("actor", { act: "describe" })) as Described;
    expect(context).toMatchObject({ functionName: "actor", memoryLimitInMB: "512" });
    expect(context.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(remaining).toBeGreaterThan(14_000);
    expect(remaining).toBeLessThanOrEqual(15_000);
  });

  test("passes events and results as JSON", async () => {
    const environments = open();
    expect(await environments.invoke("actor", { act: "date" })).toEqual({ date: "1970-01-01T00:00:00.000Z" });
    expect(await environments.invoke("actor", { act: "leave-out" })).toBeNull();
    expect(await environments.invoke("actor", { act: "answer", answer: new Date(0) })).toBe(
      "1970-01-01T00:00:00.000Z",
    );
    await expect(environments.invoke("actor", { act: "circular" })).rejects.toThrow(/circular/);
  });

  test("reuses an environment, with one event at a time", async () => {
    const environments = open({ environmentsPerFunction: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => environments.invoke("actor", nap)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test("starts environments while all are busy, up to the limit; further events wait", async () => {
    const environments = open({ environmentsPerFunction: 3 });
    const meeting = { act: "meet", threads: 3 };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => environments.invoke("actor", meeting) as Promise<{ threadId: number }>),
    );
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(3);
  });

  test("lets password-hashing functions take turns, and does not count the wait as a function's time", async () => {
    // Two functions with one folder.
    const hashing = ["actor", "./actor"].map((name) => ({ name, needs: [], hashesPasswords: true }));
    const environments = open({ rows: hashing, hashesAtOnce: 1, timeoutSeconds: 1.5 });
    const began = performance.now();
    const naps = [...hashing, ...hashing].map(
      ({ name }) =>
        environments.invoke(name, { act: "sleep", milliseconds: 500 }) as Promise<{ threadId: number }>,
    );
    const threads = new Set((await Promise.all(naps)).map(({ threadId }) => threadId));
    expect(performance.now() - began).toBeGreaterThan(4 * 495);
    expect(threads.size).toBe(2);
  });

  test.each([
    ["throws", { act: "throw" }, "RangeError", "out of range"],
    ["ends its process", { act: "exit" }, "Runtime.ExitError", "exit code 3"],
    ["fails outside its handler", { act: "crash-later" }, "Error", "nobody catches this"],
  ])("reports a function that %s and serves the next event", async (_, event, errorType, message) => {
    const environments = open();
    await expect(environments.invoke("actor", event)).rejects.toMatchObject({
      errorType,
      message: expect.stringContaining(message),
    });
    expect(faults.map(([name, fault]) => [name, fault.errorType])).toEqual([["actor", errorType]]);
    expect(await environments.invoke("actor", { act: "answer", answer: 1 })).toBe(1);
  });

  test.each([
    ["sleeps", { act: "sleep", milliseconds: 60_000 }],
    ["blocks its thread", { act: "loop" }],
  ])("ends a function that %s beyond its time-out and serves the next event", async (_, event) => {
    const environments = open({ timeoutSeconds: 0.3 });
    await expect(environments.invoke("actor", event)).rejects.toMatchObject({
      errorType: "Sandbox.Timedout",
      message: "Task timed out after 0.30 seconds",
    });
    expect(await environments.invoke("actor", { act: "answer", answer: 1 })).toBe(1);
  });

  test.each([
    ["broken", /this function cannot be loaded/],
    ["quiet", /exports no function "handler"/],
    ["missing", /Cannot find module/],
  ])("explains why a function cannot be loaded: %s", async (name, message) => {
    const environments = open();
    await expect(environments.invoke(name, {})).rejects.toThrow(message);
    await expect(environments.invoke(name, {})).rejects.toThrow(message);
  });

  test("keeps compiled code for later environments, even after a kill", async () => {
    const cacheDirectory = await mkdtemp(join(tmpdir(), "vestibule-"));
    const environment = openEnvironment(startThread({ warmModules: [], cacheDirectory }));
    const handler = new URL("../../support/local-functions/actor/handler.ts", import.meta.url).href;
    await environment.assign({ functionName: "actor", handler, memoryMb: 512, variables: {} }, () => {});
    await soon(async () => {
      const kept = await readdir(cacheDirectory, { recursive: true, withFileTypes: true });
      expect(kept.filter((entry) => entry.isFile())).not.toEqual([]);
    });
    await environment.stop();
    await rm(cacheDirectory, { recursive: true });
  });

  test("runs functions in a shared thread, each loaded only with its own variables", async () => {
    // Functions with one folder.
    const sharing = ["actor", "./actor", "././actor"].map((name) => ({ name, needs: [] }));
    const environments = open({
      rows: sharing,
      sharesThread: true,
      variables: ({ name }) => ({ [name === "actor" ? "ONLY_FIRST" : "ONLY_OTHERS"]: name }),
    });
    const described = [];
    for (const { name } of sharing)
      described.push((await environments.invoke(name, { act: "describe" })) as Described);
    expect(described.map(({ environment }) => environment)).toEqual([
      { ...baseVariables, ONLY_FIRST: "actor" },
      { ...baseVariables, ONLY_OTHERS: "./actor" },
      { ...baseVariables, ONLY_OTHERS: "././actor" },
    ]);
    expect(described.map(({ context }) => context.functionName)).toEqual(sharing.map(({ name }) => name));
    const threads = new Set();
    for (const { name } of sharing)
      threads.add(((await environments.invoke(name, nap)) as { threadId: number }).threadId);
    expect(threads.size).toBe(1);
    environments.kill("actor");
    expect(await environments.invoke("./actor", { act: "answer", answer: 1 })).toBe(1);
  });

  test("refuses a function without a row", async () => {
    await expect(open().invoke("nobody", {})).rejects.toThrow("There is no function nobody");
  });

  test("passes on a function's output line by line, under its name", async () => {
    await open().invoke("actor", { act: "write", line: "one\ntwo" });
    await soon(() => expect(lines).toHaveLength(3));
    expect(lines).toEqual(
      expect.arrayContaining([
        ["actor", "one"],
        ["actor", "two"],
        ["actor", "and an error"],
      ]),
    );
  });

  test("fails running events on a kill and starts a new environment for the next event", async () => {
    const environments = open();
    await environments.invoke("actor", { act: "leave-out" });
    const underWay = environments.invoke("actor", { act: "sleep", milliseconds: 60_000 });
    environments.kill("actor");
    await expect(underWay).rejects.toMatchObject({ errorType: "Runtime.ExitError" });
    expect(await environments.invoke("actor", { act: "answer", answer: 1 })).toBe(1);
  });

  test("fails running and waiting events on a stop and refuses further ones", async () => {
    const environments = open({ environmentsPerFunction: 1 });
    const nap = { act: "sleep", milliseconds: 60_000 };
    const both = Promise.allSettled([environments.invoke("actor", nap), environments.invoke("actor", nap)]);
    await environments.invoke("broken", {}).catch(() => {});
    await environments.stop();
    expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(environments.invoke("actor", nap)).rejects.toThrow("stopping");
  });
});
