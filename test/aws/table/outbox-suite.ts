import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { type Job, newJob, shardOf } from "../../../lib/core/outbox/job.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import type { Backend } from "./backend.ts";
import { atOnce, someHash } from "./records.ts";

const minute = 60_000;

export function outboxSuite(backend: Backend): void {
  describe(`the outbox on ${backend.name}`, () => {
    const store = backend.start();
    let now: number;
    let job: Job;
    const outbox = () => store.open(() => now).outbox;
    const stored = () => store.job(job);
    const attempts = async () => (await stored())?.attempts;

    beforeEach(() => {
      now = Date.now();
      job = newJob({ kind: "resend-verification", emailHash: someHash() }, randomUUID());
    });

    test("the outbox stores a job with exactly its attributes", async () => {
      await outbox().add(job);
      expect(await stored()).toEqual({
        ...job.order,
        attempts: 0,
        waitMs: minute,
        nextAttemptAt: now + minute,
        isDead: false,
      });
    });

    test("the outbox adds a waiting job only once", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      const waiting = await stored();
      now += 1_000;
      await outbox().add(job);
      expect(await stored()).toEqual(waiting);
    });

    test("the outbox adds a finished job again", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      await outbox().finish(job, 1);
      expect(await stored()).toBeUndefined();
      await outbox().add(job);
      expect(await outbox().claim(job)).toEqual({ order: job.order, attempt: 1 });
    });

    test("keeps a dead job unchanged when it is added or claimed again", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      await outbox().fail(job, 1, "ses SendEmail: MessageRejected", true);
      const dead = await stored();
      await outbox().add(job);
      expect(await stored()).toEqual(dead);
      expect(await outbox().claim(job)).toBeUndefined();
    });

    // ory/kratos #3399: several workers sent one mail, six times.
    test("gives a job to exactly one of 32 parallel claims", async () => {
      await outbox().add(job);
      const claims = await atOnce(32, () => outbox().claim(job));
      expect(claims.filter((claim) => claim !== undefined)).toEqual([{ order: job.order, attempt: 1 }]);
      expect(await attempts()).toBe(1);
    });

    test("gives a job that is due again to exactly one of 32 parallel claims", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      now += minute;
      const claims = await atOnce(32, () => outbox().claim(job));
      expect(claims.filter((claim) => claim !== undefined)).toEqual([{ order: job.order, attempt: 2 }]);
    });

    test("doubles a job's wait after every attempt and refuses claims before its end", async () => {
      await outbox().add(job);
      const waits: number[] = [];
      for (let attempt = 1; attempt <= limits.jobMaxAttempts; attempt++) {
        expect(await outbox().claim(job)).toMatchObject({ attempt });
        const waitMs = ((await stored())?.nextAttemptAt as number) - now;
        waits.push(waitMs / minute);
        now += waitMs - 1;
        expect(await outbox().claim(job)).toBeUndefined();
        now += 1;
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]);
    });

    test("stores a deferred job, refuses it before its first time and then gives it to one of 32 claims", async () => {
      const week = 7 * 86_400_000;
      job = newJob(job.order, job.id, week);
      const isDue = async () => (await outbox().due("mail")).some(({ id }) => id === job.id);
      await outbox().add(job);
      expect(await stored()).toEqual({
        ...job.order,
        attempts: 0,
        waitMs: minute,
        nextAttemptAt: now + week,
        notBefore: now + week,
        isDead: false,
      });
      now += week - 1;
      expect(await outbox().claim(job)).toBeUndefined();
      expect([await attempts(), await isDue()]).toEqual([0, false]);
      now += 1;
      expect(await isDue()).toBe(true);
      const claims = await atOnce(32, () => outbox().claim(job));
      expect(claims.filter((claim) => claim !== undefined)).toEqual([{ order: job.order, attempt: 1 }]);
      expect(await stored()).toMatchObject({ nextAttemptAt: now + minute, waitMs: 2 * minute });
      now += minute - 1;
      expect(await outbox().claim(job)).toBeUndefined();
      now += 1;
      expect(await outbox().claim(job)).toEqual({ order: job.order, attempt: 2 });
    });

    test("creates no job when an unknown one is claimed", async () => {
      expect(await outbox().claim(job)).toBeUndefined();
      expect(await stored()).toBeUndefined();
    });

    test("refuses to finish or fail a job for an attempt that a later claim replaced", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      now += minute;
      await outbox().claim(job);
      const claimed = await stored();
      await outbox().finish(job, 1);
      await outbox().fail(job, 1, "Error", true);
      expect(await stored()).toEqual(claimed);
      await outbox().finish(job, 2);
      expect(await stored()).toBeUndefined();
    });

    test("creates no job when a missing one is finished or fails", async () => {
      await outbox().finish(job, 1);
      await outbox().fail(job, 1, "Error", false);
      expect(await stored()).toBeUndefined();
    });

    test("notes why an attempt failed in at most 300 characters, and keeps the time of the next", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      const claimed = await stored();
      await outbox().fail(job, 1, "x".repeat(1_000), false);
      expect(await stored()).toEqual({ ...claimed, lastError: "x".repeat(300) });
      now += minute;
      expect(await outbox().claim(job)).toEqual({ order: job.order, attempt: 2 });
    });

    test("keeps a dead job, never due and never claimed", async () => {
      await outbox().add(job);
      await outbox().claim(job);
      await outbox().fail(job, 1, "kms Decrypt: NotFoundException", true);
      now += 90 * 86_400_000;
      expect(await outbox().due("mail")).not.toContainEqual({ group: "mail", id: job.id });
      expect(await outbox().claim(job)).toBeUndefined();
      expect(await stored()).toMatchObject({ isDead: true, lastError: "kms Decrypt: NotFoundException" });
    });

    test("lists a job as due from its time until it is claimed", async () => {
      const isDue = async () => (await outbox().due("mail")).some(({ id }) => id === job.id);
      await outbox().add(job);
      now += minute - 1;
      expect(await isDue()).toBe(false);
      now += 1;
      expect(await isDue()).toBe(true);
      await outbox().claim(job);
      expect(await isDue()).toBe(false);
    });

    test("lists a group's due jobs of every shard, oldest first in each", async () => {
      const later = 30 * 86_400_000;
      now += later;
      const ids = Array.from({ length: limits.jobShards * 7 }, (_, at) => idIn(at % limits.jobShards));
      for (const [position, id] of ids.entries()) {
        now += position % 7; // several jobs share a time
        await outbox().add(newJob({ kind: "make-home", accountId: randomUUID() }, id));
      }
      await outbox().add(job);
      now += minute;
      const due = (await outbox().due("effects")).map(({ group, id }) => [group, id]);
      expect(due.filter(([group]) => group !== "effects")).toEqual([]);
      const found = due.map(([, id]) => id as string);
      expect(found.toSorted()).toEqual(ids.toSorted());
      expect(new Set(found.map(shardOf)).size).toBe(limits.jobShards);
      for (let shard = 0; shard < limits.jobShards; shard++) {
        const times = found.filter((id) => shardOf(id) === shard).map((id) => timeOf(ids, id));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    });

    test("lists only the oldest jobs of a crowded shard", async () => {
      const ids = Array.from({ length: 30 }, () => idIn(3));
      now = Date.UTC(2020, 0);
      for (const id of ids) {
        now += 1;
        await outbox().add(newJob({ kind: "make-home", accountId: randomUUID() }, id));
      }
      now += minute;
      expect((await outbox().due("effects")).map(({ id }) => id)).toEqual(ids.slice(0, 25));
    });
  });
}

/** Returns the id of a job in this shard. */
function idIn(shard: number): string {
  for (;;) {
    const id = randomUUID();
    if (shardOf(id) === shard) return id;
  }
}

/** Returns when a job of the list was added, in milliseconds after the first. */
function timeOf(ids: readonly string[], id: string): number {
  return ids.slice(0, ids.indexOf(id) + 1).reduce((sum, _, position) => sum + (position % 7), 0);
}
