import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { eventually } from "../support/api.ts";
import { password } from "../support/samples.ts";
import { endRateWindows, readTable, setAttribute } from "../support/table.ts";

const kills = 10;
const directory = mkdtempSync(join(tmpdir(), "vestibule-kill-"));
const child = join(import.meta.dirname, "../support/local-process.ts");
let running: ChildProcess | undefined;

afterAll(() => {
  running?.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** Starts the runner and waits until it prints its addresses. */
async function start(args: string[] = [child, directory]) {
  running = spawn(process.execPath, args, {
    env: { ...process.env, PORT: "0", AWS_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  running.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const [, apiUrl, awsUrl] = await eventually("the banner", () => /API +(\S+).*AWS +(\S+)\n/s.exec(output));
  return { apiUrl: apiUrl as string, awsUrl: awsUrl as string };
}

async function kill(): Promise<void> {
  const gone = once(running as ChildProcess, "exit");
  running?.kill("SIGKILL");
  await gone;
}

/** Signs up people one by one until the runner is gone, and notes the emails of all 201 responses. */
async function signUpUntilKilled(apiUrl: string, name: string, acknowledged: string[]): Promise<void> {
  for (let count = 0; ; count++) {
    const email = `${name}-${count}@example.com`;
    try {
      const answer = await fetch(`${apiUrl}/api/v1/auth/signup`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-forwarded-for": `10.9.${count >> 8}.${count & 255}`,
        },
        body: JSON.stringify({ email, password }),
      });
      if (answer.status === 201) acknowledged.push(email);
      await answer.arrayBuffer();
    } catch {
      return;
    }
  }
}

/** Whether an item is a job that is not deferred. The removal of an unverified account is deferred by a week. */
const isOwedNow = ({ sk, notBefore }: Record<string, unknown>) => sk === "JOB" && notBefore === undefined;

/** Reads the table when it has stopped changing. The test must not touch a job that a function is running. */
async function readResting(awsUrl: string) {
  for (let before = ""; ; ) {
    const items = await readTable(awsUrl);
    const now = JSON.stringify(items);
    if (now === before) return items;
    before = now;
    // Longer than the delay of the runner's first schedule.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
}

describe("the local runner", () => {
  test("keeps every acknowledged sign-up, complete and with its mail, after ten kills -9 under load", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < kills; round++) {
      const { apiUrl } = await start();
      const before = acknowledged.length;
      const load = Array.from({ length: 4 }, (_, at) =>
        signUpUntilKilled(apiUrl, `r${round}-${at}`, acknowledged),
      );
      await eventually("some sign-ups", () => acknowledged.length >= before + 3);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      await kill();
      await Promise.all(load);
    }

    const { apiUrl, awsUrl } = await start();
    const again = await fetch(`${apiUrl}/api/v1/auth/signup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: acknowledged[0], password }),
    });
    expect(again.status).toBe(409);

    const items = await readResting(awsUrl);
    const accounts = items.filter(({ sk }) => sk === "ACCOUNT");
    const claims = items.filter(({ pk }) => String(pk).startsWith("EMAIL#"));
    expect(accounts.length).toBeGreaterThanOrEqual(acknowledged.length);
    expect(claims.map(({ accountId }) => accountId).sort()).toEqual(
      accounts.map(({ pk }) => String(pk).slice("ACCOUNT#".length)).sort(),
    );
    expect(new Set(accounts.map(({ number }) => number)).size).toBe(accounts.length);

    // Interrupted jobs are due again after a minute, and so is a message that was counted but not sent. The test does
    // not wait for that.
    await endRateWindows(awsUrl);
    for (const job of items.filter(isOwedNow)) {
      await setAttribute(awsUrl, job, "nextAttemptAt", 0).catch(() => {});
    }
    await kill();
    const last = await start();
    const mailed = await eventually("every mail", async () => {
      const mails = (await (await fetch(`${last.apiUrl}/_local/mailbox.json`)).json()) as { to: string[] }[];
      const addresses = new Set(mails.flatMap(({ to }) => to));
      return acknowledged.every((email) => addresses.has(email)) ? addresses : undefined;
    });
    expect(mailed.size).toBe(accounts.length);
    await eventually("an empty queue", async () => !(await readTable(last.awsUrl)).some(isOwedNow));
  }, 120_000);

  test("ends with exit code 0 after Ctrl-C", async () => {
    await kill();
    await start([join(import.meta.dirname, "../../bin/local.ts"), "--memory"]);
    const exit = once(running as ChildProcess, "exit");
    running?.kill("SIGINT");
    expect(await exit).toEqual([0, null]);
  });
});
