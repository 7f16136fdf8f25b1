import type {
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  EventBridgeEvent,
} from "aws-lambda";
import type { Effects, JobKey, OutboxGroup } from "../core/outbox/job.ts";
import type { Outbox } from "../core/outbox/outbox.ts";
import { type JobOutcome, workJob } from "../core/outbox/work-job.ts";
import { limits } from "../core/shared/limits.ts";
import { jobIdOf } from "../manifest/table-shape.ts";
import { errorFields, log } from "./log.ts";

type Schedule = EventBridgeEvent<"Scheduled Event", unknown>;

/**
 * Makes the Lambda handler that runs one group of outbox jobs. The table's stream starts new jobs at once. The schedule
 * starts jobs that are due for a retry, and jobs whose stream record was lost.
 * @returns A handler. For a stream batch, it returns the records whose job could not be claimed, for a retry.
 */
export function outboxWorker<Group extends OutboxGroup>(
  group: Group,
  outbox: Outbox,
  effects: Effects<Group>,
) {
  const work = (key: JobKey) => workAndLog(outbox, effects, { ...key, group });
  return async (event: DynamoDBStreamEvent | Schedule, context: Context) =>
    "Records" in event ? workRecords(event.Records, group, work) : workDue(outbox, group, work, context);
}

type Work = (key: JobKey) => Promise<JobOutcome>;

async function workRecords(
  records: readonly DynamoDBRecord[],
  group: OutboxGroup,
  work: Work,
): Promise<DynamoDBBatchResponse> {
  const attempts = await Promise.allSettled(
    records.map(({ dynamodb }) => work({ group, id: jobIdOf(group, dynamodb?.Keys?.pk?.S ?? "") })),
  );
  const failed = records.filter((_, position) => attempts[position]?.status === "rejected");
  return {
    batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? "" })),
  };
}

/**
 * Runs the due jobs in rounds, as long as time remains and the last round made progress. If a job's item cannot be read or
 * written, the other jobs still run.
 * @throws the first such fault, at the end, so that Lambda records the run as failed.
 */
async function workDue(outbox: Outbox, group: OutboxGroup, work: Work, context: Context): Promise<void> {
  const hasTime = () => context.getRemainingTimeInMillis() > limits.jobRoundReserveMs;
  const faults: unknown[] = [];
  let moved = true;
  while (moved && hasTime()) {
    moved = false;
    const keys = await outbox.due(group);
    for (let start = 0; start < keys.length && hasTime(); start += limits.jobsAtOnce) {
      const attempts = await Promise.allSettled(keys.slice(start, start + limits.jobsAtOnce).map(work));
      for (const attempt of attempts) {
        if (attempt.status === "rejected") faults.push(attempt.reason);
        else moved ||= attempt.value.outcome !== "not-due";
      }
    }
  }
  if (faults.length > 0) throw faults[0];
}

async function workAndLog<Group extends OutboxGroup>(
  outbox: Outbox,
  effects: Effects<Group>,
  key: JobKey & { group: Group },
): Promise<JobOutcome> {
  try {
    const result = await workJob(outbox, effects, key);
    if ("kind" in result) {
      const { outcome, ...details } = result;
      log(outcome === "dead" ? "error" : "warn", `job-${outcome}`, { group: key.group, ...details });
    }
    return result;
  } catch (error) {
    log("error", "outbox-fault", { group: key.group, ...errorFields(error) });
    throw error;
  }
}
