import { type Job, type JobKey, type JobOrder, type OutboxGroup, shardOf } from "../../core/outbox/job.ts";
import type { Outbox } from "../../core/outbox/outbox.ts";
import { limits } from "../../core/shared/limits.ts";
import { type Clock, daySeconds } from "../../core/shared/time.ts";
import { dueKey, jobIdOf, keys, tableShape } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

const jobsPerShard = 25;
const lastErrorMaxCharacters = 300;

const keyOf = ({ group, id }: JobKey) => keys.job(group, id);

/** The outbox in the table. */
export function tableOutbox(table: Table, clock: Clock): Outbox {
  return {
    async add(job) {
      await table.put(putJob(clock, job).Put);
    },
    claim: (key) => claim(table, clock, key),
    async finish(key, attempt) {
      await table.delete({ Key: keyOf(key), ...stillAt(attempt) });
    },
    fail: (key, attempt, reason, dead) => fail(table, clock, key, attempt, { reason, dead }),
    due: (group) => due(table, clock, group),
  };
}

/** The write that queues a job, for a transaction or by itself. */
export function putJob(clock: Clock, job: Job) {
  const { delayMs } = job;
  const firstDelayMs = limits.jobFirstDelaySeconds * 1000;
  const nextAttemptAt = clock() + (delayMs ?? firstDelayMs);
  return {
    Put: {
      Item: {
        ...keyOf(job),
        ...job.order,
        attempts: 0,
        waitMs: firstDelayMs,
        nextAttemptAt,
        // Marks a deferred job: the stream record starts a new job at once, but must not start this one.
        ...(delayMs !== undefined && { notBefore: nextAttemptAt }),
        due: dueKey(job.group, shardOf(job.id)),
      },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  } satisfies Write;
}

/** Claims a job by one conditional write: only one of the stream record, its retry and the schedule gets the job. */
async function claim(table: Table, clock: Clock, key: JobKey) {
  const claimed = await table.update({
    Key: keyOf(key),
    // The wait doubles by adding it to itself; both sides read the value from before this write.
    UpdateExpression:
      "SET attempts = attempts + :one, nextAttemptAt = :now + waitMs, waitMs = waitMs + waitMs" +
      // An operator may have revived a dead job.
      ` REMOVE ${tableShape.timeToLiveAttribute}`,
    ConditionExpression:
      "attribute_exists(pk) AND due <> :dead AND (attempts = :zero OR nextAttemptAt <= :now)" +
      " AND (attribute_not_exists(notBefore) OR notBefore <= :now)",
    ExpressionAttributeValues: { ":one": 1, ":zero": 0, ":now": clock(), ":dead": dueKey(key.group, "dead") },
    ReturnValues: "ALL_NEW",
  });
  if (!claimed) return undefined;
  const { pk, sk, due, attempts, nextAttemptAt, waitMs, lastError, notBefore, ...order } = claimed;
  return { order: order as JobOrder, attempt: attempts as number };
}

async function fail(
  table: Table,
  clock: Clock,
  key: JobKey,
  attempt: number,
  { reason, dead }: { readonly reason: string; readonly dead: boolean },
): Promise<void> {
  const { ConditionExpression, ExpressionAttributeValues } = stillAt(attempt);
  const set = {
    lastError: reason.slice(0, lastErrorMaxCharacters),
    ...(dead && { due: dueKey(key.group, "dead"), ...expiryOf(key.group, clock()) }),
  };
  const names = Object.keys(set);
  const values = Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value]));
  await table.update({
    Key: keyOf(key),
    UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(", ")}`,
    ConditionExpression,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
  });
}

/** A dead mail job expires. A dead effect job stays, since it names the data that is still to be removed. */
function expiryOf(group: OutboxGroup, now: number) {
  if (group !== "mail") return {};
  return { [tableShape.timeToLiveAttribute]: Math.ceil(now / 1000) + limits.deadMailDays * daySeconds };
}

/** The condition that the job was not claimed again since this attempt. */
const stillAt = (attempt: number) => ({
  ConditionExpression: "attempts = :attempt",
  ExpressionAttributeValues: { ":attempt": attempt },
});

async function due(table: Table, clock: Clock, group: OutboxGroup): Promise<JobKey[]> {
  const shards = Array.from({ length: limits.jobShards }, (_, shard) => dueIn(table, clock, group, shard));
  return (await Promise.all(shards)).flat();
}

async function dueIn(table: Table, clock: Clock, group: OutboxGroup, shard: number): Promise<JobKey[]> {
  const jobs = await table.query({
    IndexName: tableShape.dueJobs.index,
    KeyConditionExpression: "due = :due AND nextAttemptAt <= :now",
    ExpressionAttributeValues: { ":due": dueKey(group, shard), ":now": clock() },
    Limit: jobsPerShard,
  });
  return jobs.map(({ pk }) => ({ group, id: jobIdOf(group, pk as string) }));
}
