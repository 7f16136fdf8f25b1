import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFunctions } from "../../lib/infra/bundle.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { at, idOf, synthesize } from "../infra/support.ts";
import { startApi } from "../support/api.ts";
import { startAwsProxy } from "../support/aws-proxy.ts";
import { liveADay } from "../support/everyday.ts";
import { installPackage } from "../support/packages.ts";
import { peopleOf } from "../support/people.ts";
import { prepareRuntimes } from "./runtimes.ts";

const freezeSeconds = Number(process.env.FREEZE_SECONDS ?? 3);
const settings = { bcryptCost: 10 };
const names = routes.map(({ name }) => name);

const proxy = await startAwsProxy();
const bundles = await mkdtemp(join(tmpdir(), "vestibule-runtime-"));
const template = synthesize(settings, { samLocal: true });
const runtimes = prepareRuntimes({
  client: join(installPackage("aws-lambda-ric@4.0.2"), "index.mjs"),
  bundleOf: ({ name }) => join(bundles, name),
  variables: ({ name }, { AWS_ENDPOINT_URL = "", PUBLIC_URL = "" }) => {
    const variables: Record<string, string> = at(template, idOf(name)).Properties.Environment.Variables;
    const known = "PUBLIC_URL" in variables ? { PUBLIC_URL } : {};
    return { ...variables, ...known, AWS_ENDPOINT_URL: proxy.inFrontOf(AWS_ENDPOINT_URL) };
  },
});

beforeAll(() => bundleFunctions(bundles));
const api = startApi({ settings: readSettings(settings), openFunctions: runtimes.open });
afterAll(async () => {
  proxy.stop();
  await rm(bundles, { recursive: true, force: true });
});

/** Whether a function succeeded. A function that runs jobs returns its failed records. */
function isSuccess(answer: unknown): boolean {
  const { statusCode = 200, batchItemFailures = [] } = (answer ?? {}) as Record<string, never>;
  return statusCode < 400 && (batchItemFailures as unknown[]).length === 0;
}

/** Lists the functions with a successful invocation since an index. */
const succeeded = (from: number) => {
  const good = runtimes.invocations.slice(from).filter(({ answer }) => isSuccess(answer));
  return [...new Set(good.map(({ name }) => name))].sort();
};

describe("the bundles with Lambda's runtime client", () => {
  let thawedAt = 0;

  test("runs every function with success", async () => {
    await liveADay(peopleOf(api));
    expect(succeeded(0)).toEqual([...names].sort());
  });

  test("runs every function with success after a freeze that closed its connections", async () => {
    // Between two events every process is already stopped.
    proxy.closeIdleConnections();
    await sleep(freezeSeconds * 1000);
    thawedAt = runtimes.invocations.length;
    await liveADay(peopleOf(api));
    await api.local.invoke("rotate-keys", {});
    expect(succeeded(thawedAt)).toEqual([...names].sort());
  });

  // The client's own attempts take about nine seconds. The count of callers comes before the watch on the deadline.
  test.each([
    ["while it reads an account", { operation: "GetItem" }, 3_000],
    ["while it counts its caller", {}, 15_000],
  ])("answers before a function's deadline if DynamoDB hangs, %s", async (_, fault, remainingMs) => {
    const { event } = runtimes.invocations.findLast(({ name }) => name === "me") ?? {};
    api.local.faults.order({ service: "dynamodb", delayMs: 20_000, ...fault });
    const answer = await runtimes.invokeWithin("me", event, remainingMs);
    api.local.faults.clear();
    expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
  });

  test("logs lines of JSON without anything that people sent", () => {
    expect(runtimes.lines.filter(({ stream }) => stream === "stderr")).toEqual([]);
    for (const { line } of runtimes.lines) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), event: expect.any(String) });
      expect(line).not.toContain("canary");
    }
  });

  test("ends no process before SIGTERM", async () => {
    expect(runtimes.ends).toEqual([]);
    await api.local.stop();
    expect([...runtimes.ends].sort()).toEqual(names.map((name) => `${name} SIGTERM`).sort());
    const { invocations } = runtimes;
    console.log(
      `${names.length} bundles, ${invocations.length} invocations, ${invocations.length - thawedAt} of them after a freeze of ${freezeSeconds} s, ${runtimes.lines.length} log lines`,
    );
  });
});
