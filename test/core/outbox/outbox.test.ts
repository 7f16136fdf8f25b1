import { describe, expect, test } from "vitest";
import { type Effects, type JobKey, newJob, shardOf } from "../../../lib/core/outbox/job.ts";
import { workJob } from "../../../lib/core/outbox/work-job.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { DependencyFault } from "../../../lib/core/shared/refusals.ts";
import { hourMs, minuteMs } from "../../support/core-support.ts";
import { fault, faultOf, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

const job = newJob({ kind: "make-home", accountId: "account-1" }, "job-1");
const key: JobKey & { group: "effects" } = { group: "effects", id: "job-1" };

/** Makes effects that note their orders and do what the test says. */
function effectsOf(make: () => Promise<void> = async () => {}) {
  const asked: unknown[] = [];
  const effects: Effects<"effects"> = {
    "make-home": (order, attempt) => {
      asked.push([order, attempt]);
      return make();
    },
    "empty-home": () => Promise.reject(new Error("not asked for")),
    "remove-home": () => Promise.reject(new Error("not asked for")),
    "remove-sessions": () => Promise.reject(new Error("not asked for")),
    "remove-tokens": () => Promise.reject(new Error("not asked for")),
    "remove-unverified": () => Promise.reject(new Error("not asked for")),
    "remove-audit-trail": () => Promise.reject(new Error("not asked for")),
    announce: () => Promise.reject(new Error("not asked for")),
  };
  return { asked, effects };
}

const throws = (error: unknown) => async () => {
  throw error;
};

async function withJob(): Promise<MemoryPorts> {
  const memory = memoryPorts();
  await memory.outbox.add(job);
  return memory;
}

const waiting = (memory: MemoryPorts) => memory.store.jobs.get("effects#job-1");

/** Works the job whenever it is due, until it is done or dead. */
async function workToTheEnd(memory: MemoryPorts, effects: Effects<"effects">) {
  const outcomes = [];
  while ((await memory.outbox.due("effects")).length > 0 || outcomes.length === 0) {
    outcomes.push((await workJob(memory.outbox, effects, key)).outcome);
    memory.step((waiting(memory)?.nextAttemptAt ?? 0) - memory.clock());
  }
  return outcomes;
}

describe("jobs of the outbox", () => {
  test.each([
    [{ kind: "verify-email", accountId: "a" }, "mail"],
    [{ kind: "resend-verification", emailHash: "h" }, "mail"],
    [{ kind: "reset-password", emailHash: "h" }, "mail"],
    [{ kind: "password-changed", accountId: "a" }, "mail"],
    [{ kind: "make-home", accountId: "a" }, "effects"],
    [{ kind: "empty-home", accountId: "a", until: 1 }, "effects"],
    [{ kind: "remove-home", accountId: "a" }, "effects"],
    [{ kind: "remove-tokens", accountId: "a" }, "effects"],
    [{ kind: "remove-unverified", accountId: "a" }, "effects"],
  ] as const)("puts the job %j into the group %s", (order, group) => {
    expect(newJob(order, "id")).toEqual({ group, id: "id", order });
  });

  test("spreads jobs over all shards of the index, each always in one shard", () => {
    const ids = Array.from({ length: 500 }, (_, position) => `job-${position}`);
    expect(new Set(ids.map(shardOf))).toEqual(new Set(Array.from({ length: limits.jobShards }, (_, n) => n)));
    expect(ids.map(shardOf)).toEqual(ids.map(shardOf));
  });

  test("does a new job at once and deletes it", async () => {
    const memory = await withJob();
    const { effects, asked } = effectsOf();
    expect(await workJob(memory.outbox, effects, key)).toEqual({ outcome: "done" });
    expect(asked).toEqual([[job.order, 1]]);
    expect(waiting(memory)).toBeUndefined();
  });

  test.each(["unknown", "done", "taken a moment ago"])("does nothing for a job that is %s", async (state) => {
    const memory = await withJob();
    if (state === "unknown") memory.store.jobs.clear();
    if (state === "done") await workJob(memory.outbox, effectsOf().effects, key);
    if (state === "taken a moment ago") await memory.outbox.claim(key);
    const { effects, asked } = effectsOf();
    expect(await workJob(memory.outbox, effects, key)).toEqual({ outcome: "not-due" });
    expect(asked).toEqual([]);
  });

  // ory/kratos #3399: several workers sent the same mail.
  test("lets one of simultaneous workers do a job, such as stream and schedule", async () => {
    const memory = await withJob();
    const { effects, asked } = effectsOf();
    const results = await Promise.all(Array.from({ length: 5 }, () => workJob(memory.outbox, effects, key)));
    expect(results.filter(({ outcome }) => outcome === "done")).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });

  // supertokens-node PR 135: mail was lost when the function froze after its answer.
  test("counts an attempt that was killed half-way, and retries the job a minute later", async () => {
    const memory = await withJob();
    await memory.outbox.claim(key);
    memory.step(minuteMs - 1);
    expect(await memory.outbox.due("effects")).toEqual([]);
    memory.step(1);
    expect(await memory.outbox.due("effects")).toEqual([key]);
    const { effects, asked } = effectsOf();
    await workJob(memory.outbox, effects, key);
    expect(asked).toEqual([[job.order, 2]]);
  });

  test("does a deferred job not before its time, then like any other", async () => {
    const memory = memoryPorts();
    await memory.outbox.add(newJob(job.order, "job-1", 7 * 24 * hourMs));
    memory.step(7 * 24 * hourMs - 1);
    const { effects, asked } = effectsOf(throws(faultOf("homes.make")));
    expect(await memory.outbox.due("effects")).toEqual([]);
    expect(await workJob(memory.outbox, effects, key)).toEqual({ outcome: "not-due" });
    expect(asked).toEqual([]);
    memory.step(1);
    expect(await memory.outbox.due("effects")).toEqual([key]);
    const startedAt = memory.clock();
    const outcomes = await workToTheEnd(memory, effects);
    expect(outcomes).toEqual([...Array(limits.jobMaxAttempts - 1).fill("failed"), "dead"]);
    expect(asked[0]).toEqual([job.order, 1]);
    expect((memory.clock() - startedAt) / minuteMs).toBe(4_095);
  });

  test("notes a job's failed attempt, and doubles the wait for the next one", async () => {
    const memory = await withJob();
    const { effects } = effectsOf(throws(faultOf("homes.make")));
    const waits = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      const result = await workJob(memory.outbox, effects, key);
      const reason = "homes make: injected";
      expect(result).toEqual({ outcome: "failed", attempt, kind: "make-home", reason });
      expect(waiting(memory)).toMatchObject({ lastError: reason, isDead: false });
      const wait = (waiting(memory)?.nextAttemptAt ?? 0) - memory.clock();
      waits.push(wait / minuteMs);
      memory.step(wait);
    }
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  test.each([
    ["a passing fault", faultOf("homes.make", true)],
    // An unverified SES identity is refused as the caller's fault, and is put right within a day.
    ["a lasting fault", faultOf("homes.make", false)],
    ["an unknown error", new TypeError("oops")],
  ])("retries a job after %s for more than a day, then marks it dead", async (_, error) => {
    const memory = await withJob();
    const { effects, asked } = effectsOf(throws(error));
    const startedAt = memory.clock();
    const outcomes = await workToTheEnd(memory, effects);
    expect(outcomes).toEqual([...Array(limits.jobMaxAttempts - 1).fill("failed"), "dead"]);
    expect(asked).toHaveLength(limits.jobMaxAttempts);
    expect(memory.clock() - startedAt).toBeGreaterThan(24 * hourMs);
  });

  test("keeps a dead job for an operator, and never retries it", async () => {
    const memory = await withJob();
    await workToTheEnd(memory, effectsOf(throws(faultOf("homes.make"))).effects);
    memory.step(365 * 24 * hourMs);
    const { effects, asked } = effectsOf();
    expect(await memory.outbox.due("effects")).toEqual([]);
    expect(await workJob(memory.outbox, effects, key)).toEqual({ outcome: "not-due" });
    expect(asked).toEqual([]);
    expect(waiting(memory)).toMatchObject({ isDead: true, lastError: "homes make: injected" });
  });

  test("keeps a dead job dead when a caller queues it again", async () => {
    const memory = await withJob();
    await workToTheEnd(memory, effectsOf(throws(faultOf("homes.make"))).effects);
    await memory.outbox.add(job);
    const { effects, asked } = effectsOf();
    expect(await workJob(memory.outbox, effects, key)).toEqual({ outcome: "not-due" });
    expect(asked).toEqual([]);
  });

  test("marks a job killed in its last attempt as dead, without repeating it", async () => {
    const memory = await withJob();
    for (let attempt = 1; attempt <= limits.jobMaxAttempts; attempt++) {
      await memory.outbox.claim(key);
      memory.step((waiting(memory)?.nextAttemptAt ?? 0) - memory.clock());
    }
    const { effects, asked } = effectsOf();
    const result = await workJob(memory.outbox, effects, key);
    expect(result).toMatchObject({
      outcome: "dead",
      reason: expect.stringContaining("killed during its last attempt"),
    });
    expect(asked).toEqual([]);
    expect(waiting(memory)?.isDead).toBe(true);
  });

  test.each([
    ["an Error", new Error("canary@example.com"), "Error"],
    ["an error of another kind", new RangeError("canary@example.com"), "RangeError"],
    ["a text", "canary@example.com", "not an Error"],
    ["nothing", undefined, "not an Error"],
    ["null", null, "not an Error"],
  ])("a failed job notes only the kind of %s, never its message", async (_, error, reason) => {
    const memory = await withJob();
    const { effects } = effectsOf(throws(error));
    expect(await workJob(memory.outbox, effects, key)).toMatchObject({ outcome: "failed", reason });
    expect(waiting(memory)?.lastError).toBe(reason);
    expect(JSON.stringify([...memory.store.jobs])).not.toContain("canary");
  });

  test("a slow attempt neither deletes nor marks a job claimed by another worker", async () => {
    const memory = await withJob();
    const slow = effectsOf(async () => {
      memory.step(minuteMs);
      await memory.outbox.claim(key);
    });
    await workJob(memory.outbox, slow.effects, key);
    expect(waiting(memory)).toMatchObject({ attempts: 2, isDead: false });
    memory.step(2 * minuteMs);
    const slowAndFailing = effectsOf(async () => {
      memory.step(4 * minuteMs);
      await memory.outbox.claim(key);
      throw faultOf("homes.make");
    });
    await workJob(memory.outbox, slowAndFailing.effects, key);
    expect(waiting(memory)?.attempts).toBe(4);
    expect(waiting(memory)?.lastError).toBeUndefined();
  });

  test.each([
    "outbox.claim",
    "outbox.finish",
  ] as const)("throws a fault of %s, and retries the job", async (operation) => {
    const memory = await withJob();
    memory.before(operation, fault(operation));
    const { effects } = effectsOf();
    await expect(workJob(memory.outbox, effects, key)).rejects.toBeInstanceOf(DependencyFault);
    memory.step(minuteMs);
    expect(await memory.outbox.due("effects")).toEqual([key]);
    expect(await workJob(memory.outbox, effects, key)).toEqual({ outcome: "done" });
  });
});
