import { Duration, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { OutboxGroup } from "../core/outbox/job.ts";
import { outboxScheduleMinutes } from "../manifest/platform.ts";
import type { Lambda } from "./lambda.ts";
import type { Storage } from "./storage.ts";

/**
 * Wakes a function for its group of outbox jobs: at once for each new job, by the table's stream, and every minute for
 * those that are due again. Changes to a job wake nobody.
 */
export function wakeForJobs({ handler }: Lambda, group: OutboxGroup, storage: Storage): void {
  // Not DynamoEventSource: it would grant the function ListStreams on every table of the account.
  new EventSourceMapping(handler, "Stream", {
    target: handler,
    eventSourceArn: storage.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual("INSERT"),
        dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(`OUTBOX#${group}#`) } } },
      }),
    ],
    batchSize: 10,
    reportBatchItemFailures: true,
    // What two more tries do not help waits for the schedule, and does not hold up the jobs behind it.
    retryAttempts: 2,
  });
  new Rule(handler, "Schedule", {
    description: `Looks for ${group} jobs of ${Stack.of(handler).stackName} that are due`,
    schedule: Schedule.rate(Duration.minutes(outboxScheduleMinutes)),
    // A run that fails is not repeated: the next one is a minute away.
    targets: [new LambdaFunction(handler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  handler.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
}
