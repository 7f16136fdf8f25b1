import { Duration, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { OutboxGroup } from "../core/outbox/job.ts";
import { outboxScheduleMinutes, streamBatch } from "../manifest/platform.ts";
import { jobType, keyPrefixes } from "../manifest/table-shape.ts";
import type { Lambda } from "./lambda.ts";
import type { Storage } from "./storage.ts";

/**
 * Starts a function for its group of outbox jobs. The table's stream starts it for each new job, and a schedule every minute
 * for due jobs. Changes to a job do not start it.
 */
export function wakeForJobs({ handler }: Lambda, group: OutboxGroup, storage: Storage): void {
  // DynamoEventSource would allow the function ListStreams on every table of the AWS account.
  new EventSourceMapping(handler, "Stream", {
    target: handler,
    eventSourceArn: storage.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual("INSERT"),
        dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(keyPrefixes[jobType(group)]) } } },
      }),
    ],
    batchSize: streamBatch.records,
    reportBatchItemFailures: true,
    retryAttempts: streamBatch.retries,
  });
  const untilNextRun = Duration.minutes(outboxScheduleMinutes);
  new Rule(handler, "Schedule", {
    description: `Looks for ${group} jobs of ${Stack.of(handler).stackName} that are due`,
    schedule: Schedule.rate(untilNextRun),
    // A failed run is not retried, since the next one comes soon.
    targets: [new LambdaFunction(handler, { retryAttempts: 0, maxEventAge: untilNextRun })],
  });
  handler.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: untilNextRun });
}
