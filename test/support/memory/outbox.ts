import { type Job, type JobKey, type OutboxGroup, shardOf } from "../../../lib/core/outbox/job.ts";
import type { Outbox } from "../../../lib/core/outbox/outbox.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import type { Store, Sync } from "./store.ts";

export const keyOf = ({ group, id }: JobKey) => `${group}#${id}`;

/** Queues a job, unless there is one with its key. Returns whether it did. */
export function putJob(store: Store, clock: Clock, job: Job): boolean {
  const waiting = store.jobs.get(keyOf(job));
  if (waiting) return false;
  const waitMs = limits.jobFirstDelaySeconds * 1000;
  const { order, delayMs } = job;
  const nextAttemptAt = clock() + (delayMs ?? waitMs);
  const deferral = delayMs === undefined ? {} : { notBefore: nextAttemptAt };
  store.jobs.set(keyOf(job), { order, attempts: 0, waitMs, nextAttemptAt, isDead: false, ...deferral });
  return true;
}

/** Jobs with claims and retries. */
export function memoryOutbox(store: Store, clock: Clock): Sync<Outbox> {
  return {
    add: (job) => void putJob(store, clock, job),
    claim(key) {
      const job = store.jobs.get(keyOf(key));
      if (!job || job.isDead || (job.attempts > 0 && job.nextAttemptAt > clock())) return undefined;
      if (job.notBefore !== undefined && job.notBefore > clock()) return undefined;
      job.attempts += 1;
      job.nextAttemptAt = clock() + job.waitMs;
      job.waitMs *= 2;
      return { order: job.order, attempt: job.attempts };
    },
    finish(key, attempt) {
      if (store.jobs.get(keyOf(key))?.attempts === attempt) store.jobs.delete(keyOf(key));
    },
    fail(key, attempt, reason, dead) {
      const job = store.jobs.get(keyOf(key));
      if (job?.attempts === attempt) Object.assign(job, { lastError: reason.slice(0, 300), isDead: dead });
    },
    due: (group) => dueJobs(store, clock, group),
  };
}

const jobsPerShard = 25;

function dueJobs(store: Store, clock: Clock, group: OutboxGroup): JobKey[] {
  const due = [...store.jobs]
    .filter(([key, job]) => key.startsWith(`${group}#`) && !job.isDead && job.nextAttemptAt <= clock())
    .sort(([, one], [, other]) => one.nextAttemptAt - other.nextAttemptAt)
    .map(([key]) => ({ group, id: key.slice(group.length + 1) }));
  const shards = Object.values(Object.groupBy(due, ({ id }) => shardOf(id)));
  return shards.flatMap((shard = []) => shard.slice(0, jobsPerShard));
}
