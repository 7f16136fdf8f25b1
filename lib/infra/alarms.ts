import { Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Api } from "./api.ts";
import type { Lambda } from "./lambda.ts";

const period = Duration.minutes(5);
const common = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/**
 * Makes the four alarms that call for an operator: dead jobs, a stalled outbox, 5xx answers, and messages delayed by the
 * day's ceiling.
 */
export function makeAlarms(scope: Construct, api: Api, outbox: readonly Lambda[]): void {
  new Alarm(scope, "DeadJobsAlarm", {
    alarmDescription:
      "An outbox job failed for the last time: a mail was not sent, a home not made or removed, an event not told, or a deletion not finished.",
    metric: countEvent(scope, outbox, "job-dead", "DeadJobs"),
    threshold: 1,
    evaluationPeriods: 1,
    ...common,
  });
  new Alarm(scope, "OutboxAlarm", {
    alarmDescription: "The functions that work off the outbox have failed or been throttled for 15 minutes.",
    metric: failuresOf(outbox),
    threshold: 1,
    evaluationPeriods: 3,
    ...common,
  });
  new Alarm(scope, "MailCeilingAlarm", {
    alarmDescription:
      "Mail is held back until tomorrow (UTC): the share of mailsPerDay for unproven addresses is used up, or all of it.",
    // A job's retries are ever further apart. With a shorter period, each retry would set off the alarm again.
    metric: countEvent(scope, outbox.filter(sendsMail), "mail-held-back", "MailsHeldBack").with({
      period: Duration.hours(1),
    }),
    threshold: 1,
    evaluationPeriods: 1,
    ...common,
  });
  new Alarm(scope, "ServerErrorsAlarm", {
    alarmDescription: "The API answered five requests or more with 5xx within five minutes.",
    metric: api.stage.metricServerError({ period, statistic: "sum" }),
    threshold: 5,
    evaluationPeriods: 1,
    ...common,
  });
}

/** Counts an event's log lines in a metric. */
function countEvent(scope: Construct, loggers: readonly Lambda[], event: string, metricName: string): Metric {
  const metricNamespace = `Vestibule/${Stack.of(scope).stackName}`;
  for (const { handler, logGroup } of loggers) {
    new MetricFilter(handler, metricName, {
      logGroup,
      filterPattern: FilterPattern.stringValue("$.event", "=", event),
      metricNamespace,
      metricName,
    });
  }
  return new Metric({ namespace: metricNamespace, metricName, statistic: "sum", period });
}

const sendsMail = ({ row }: Lambda) => row.outbox === "mail";

function failuresOf(outbox: readonly Lambda[]): MathExpression {
  const metrics = outbox.flatMap(({ handler }) => [
    handler.metricErrors({ period }),
    handler.metricThrottles({ period }),
  ]);
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    label: "errors and throttles",
    // A function that was not called has no data, and a sum with missing data is missing.
    expression: Object.keys(usingMetrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(" + "),
    usingMetrics,
    period,
  });
}
