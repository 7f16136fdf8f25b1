import type { Context, DynamoDBStreamEvent, EventBridgeEvent } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { type Effects, newJob } from "../../lib/core/outbox/job.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { outboxWorker } from "../../lib/handlers/outbox-worker.ts";
import { minuteMs } from "../support/core-support.ts";
import { listen } from "../support/http-support.ts";
import { fault, faultOf, type MemoryPorts, memoryPorts } from "../support/memory/ports.ts";

const canary = "canary-3f9c";

/** An outbox with due jobs of these names, and a worker whose effects behave as given. */
async function workerWith(names: readonly string[], effect: (name: string) => unknown = () => {}) {
  const memory = memoryPorts();
  const done: string[] = [];
  for (const name of names) await memory.outbox.add(newJob({ kind: "make-home", accountId: name }, name));
  const effects: Effects<"effects"> = {
    "make-home": async ({ accountId }) => {
      await effect(accountId);
      done.push(accountId);
    },
    "empty-home": async () => {},
    "remove-home": async () => {},
    "remove-sessions": async () => {},
    "remove-tokens": async () => {},
    "remove-unverified": async () => {},
    "remove-audit-trail": async () => {},
    announce: async () => {},
  };
  return { memory, done, handler: outboxWorker("effects", memory.outbox, effects) };
}

const record = (name: string) => ({
  eventName: "INSERT" as const,
  dynamodb: { SequenceNumber: `at-${name}`, Keys: { pk: { S: `OUTBOX#effects#${name}` }, sk: { S: "JOB" } } },
});
const batch = (...names: string[]): DynamoDBStreamEvent => ({ Records: names.map(record) });
const schedule = { "detail-type": "Scheduled Event", detail: {} } as EventBridgeEvent<
  "Scheduled Event",
  unknown
>;
const timeLeft = (...ms: number[]) =>
  ({
    getRemainingTimeInMillis: () => (ms.length > 1 ? (ms.shift() as number) : (ms[0] as number)),
  }) as Context;
const plenty = timeLeft(15_000);

const linesOf = (output: string) =>
  output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const left = (memory: MemoryPorts) => [...memory.store.jobs.keys()].map((key) => key.replace("effects#", ""));

describe("the worker on a stream's batch", () => {
  test("runs every new job and reports no failure", async () => {
    const { handler, done, memory } = await workerWith(["a", "b", "c"]);
    const { value, output } = await listen(() => handler(batch("a", "b", "c"), plenty));
    expect(value).toEqual({ batchItemFailures: [] });
    expect(done.sort()).toEqual(["a", "b", "c"]);
    expect(left(memory)).toEqual([]);
    expect(output).toBe("");
  });

  // ory/kratos #1285: one bad address held up the queue behind it.
  test("leaves a failed job to the schedule, and runs the others", async () => {
    const { handler, done, memory } = await workerWith(["a", "bad", "c"], (name) => {
      if (name === "bad") throw faultOf("homes.make", false);
    });
    const { value, output } = await listen(() => handler(batch("a", "bad", "c"), plenty));
    expect(value).toEqual({ batchItemFailures: [] });
    expect(done.sort()).toEqual(["a", "c"]);
    expect(left(memory)).toEqual(["bad"]);
    expect(linesOf(output)).toEqual([
      {
        level: "warn",
        event: "job-failed",
        group: "effects",
        attempt: 1,
        kind: "make-home",
        reason: "homes make: injected",
      },
    ]);
  });

  test("reports only records whose job could not be claimed, for a retry", async () => {
    const { handler, done, memory } = await workerWith(["a", "b", "c"]);
    memory.before("outbox.claim", () => {});
    memory.before("outbox.claim", fault("outbox.claim"));
    const { value, output } = await listen(() => handler(batch("a", "b", "c"), plenty));
    expect(value).toEqual({ batchItemFailures: [{ itemIdentifier: "at-b" }] });
    expect(done.sort()).toEqual(["a", "c"]);
    expect(linesOf(output)).toEqual([
      { level: "error", event: "outbox-fault", group: "effects", fault: "outbox claim: injected" },
    ]);
  });

  test("runs the job of a repeated record once", async () => {
    const { handler, done } = await workerWith(["a"]);
    await listen(() => handler(batch("a", "a"), plenty));
    await listen(() => handler(batch("a"), plenty));
    expect(done).toEqual(["a"]);
  });

  test.each([
    ["of a job that is gone", record("gone")],
    ["of another group", { dynamodb: { SequenceNumber: "1", Keys: { pk: { S: "OUTBOX#mail#a" } } } }],
    ["of another item", { dynamodb: { SequenceNumber: "1", Keys: { pk: { S: "ACCOUNT#a" } } } }],
    ["without keys", {}],
  ])("ignores a record %s", async (_, odd) => {
    const { handler, done, memory } = await workerWith(["a"]);
    const { value } = await listen(() => handler({ Records: [odd, record("a")] }, plenty));
    expect(value).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(["a"]);
    expect(left(memory)).toEqual([]);
  });

  test("logs only the kind of an unknown error", async () => {
    const { handler } = await workerWith([canary], () => {
      throw new TypeError(`cannot send to ${canary}@example.com`);
    });
    const { output } = await listen(() => handler(batch(canary), plenty));
    expect(output).not.toContain("canary");
    expect(linesOf(output)).toMatchObject([{ event: "job-failed", reason: "TypeError" }]);
  });
});

describe("the worker on its schedule", () => {
  const names = Array.from({ length: 25 }, (_, position) => `job-${position}`);

  test("runs all due jobs, ten at a time", async () => {
    let atOnce = 0;
    let most = 0;
    const { handler, done, memory } = await workerWith(names, async () => {
      most = Math.max(most, ++atOnce);
      await new Promise(setImmediate);
      atOnce--;
    });
    memory.step(minuteMs);
    await listen(() => handler(schedule, plenty));
    expect(done.toSorted()).toEqual(names.toSorted());
    expect(most).toBe(limits.jobsAtOnce);
  });

  test("does not run jobs that are not due yet", async () => {
    const { handler, done, memory } = await workerWith(names);
    memory.step(minuteMs - 1);
    await listen(() => handler(schedule, plenty));
    expect(done).toEqual([]);
  });

  test("runs further rounds while jobs remain", async () => {
    const many = Array.from({ length: 900 }, (_, position) => `job-${position}`);
    const { handler, done, memory } = await workerWith(many);
    memory.step(minuteMs);
    await listen(() => handler(schedule, plenty));
    expect(done).toHaveLength(900);
    expect(memory.calls.filter((call) => call === "outbox.due").length).toBeGreaterThan(2);
  });

  test("ends after a round without progress, although the list still names jobs that other runs have claimed", async () => {
    const { memory, done, handler } = await workerWith(names);
    memory.step(minuteMs);
    // Other runs claim them all between the listing and the claim.
    memory.after("outbox.due", async () => {
      for (const id of names) await memory.outbox.claim({ group: "effects", id });
    });
    await listen(() => handler(schedule, plenty));
    expect(done).toEqual([]);
    expect(memory.calls.filter((call) => call === "outbox.due")).toHaveLength(1);
  });

  test("ends although every job fails", async () => {
    const { handler, memory } = await workerWith(names, () => {
      throw faultOf("homes.make");
    });
    memory.step(minuteMs);
    const { output } = await listen(() => handler(schedule, plenty));
    expect(linesOf(output)).toHaveLength(25);
    expect(left(memory)).toHaveLength(25);
  });

  test("logs an error if a job is dead", async () => {
    const { handler, memory } = await workerWith(["a"], () => {
      throw faultOf("homes.make");
    });
    const lines = [];
    for (let round = 0; round < limits.jobMaxAttempts; round++) {
      memory.step((memory.store.jobs.get("effects#a")?.nextAttemptAt ?? 0) - memory.clock());
      lines.push(...linesOf((await listen(() => handler(schedule, plenty))).output));
    }
    expect(lines.map(({ level, event }) => `${level} ${event}`)).toEqual([
      ...Array(limits.jobMaxAttempts - 1).fill("warn job-failed"),
      "error job-dead",
    ]);
  });

  test.each([
    ["no round is begun", [limits.jobRoundReserveMs], 0],
    ["only the round under way is ended", [15_000, 15_000, limits.jobRoundReserveMs - 1], 10],
  ])("leaves the remaining jobs for the next minute if time is short: %s", async (_, ms, count) => {
    const { handler, done, memory } = await workerWith(names);
    memory.step(minuteMs);
    await listen(() => handler(schedule, timeLeft(...ms)));
    expect(done).toHaveLength(count);
    expect(left(memory)).toHaveLength(25 - count);
  });

  // ory/kratos #1285: one bad address held up the queue behind it.
  test("runs the jobs behind one whose item cannot be written, and then fails", async () => {
    const { handler, done, memory } = await workerWith(names);
    memory.step(minuteMs);
    memory.before("outbox.finish", fault("outbox.finish"));
    const { value, output } = await listen(async () => {
      const error = await handler(schedule, plenty).catch((thrown: unknown) => thrown);
      return error;
    });
    expect(value).toEqual(faultOf("outbox.finish"));
    expect(done.toSorted()).toEqual(names.toSorted());
    expect(left(memory)).toHaveLength(1);
    expect(linesOf(output)).toMatchObject([{ level: "error", event: "outbox-fault" }]);
  });

  test("fails if the outbox cannot be read", async () => {
    const { handler, memory } = await workerWith(names);
    memory.before("outbox.due", fault("outbox.due"));
    await expect(handler(schedule, plenty)).rejects.toEqual(faultOf("outbox.due"));
  });
});
