import { Duration, Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { InvocationType, Trigger } from "aws-cdk-lib/triggers";
import type { Lambda } from "./lambda.ts";

/** Runs a function after a deployment that changed it, or once a day, as its row says. An alarm reports failures. */
export function runByItself({ row, handler }: Lambda): void {
  if (!row.runs) return;
  if (row.runs.includes("on-deploy")) {
    // The deployment does not wait for this run. Right after its role was made the run may be denied access, which must not
    // roll the deployment back. Lambda retries it after one minute, and again after two.
    new Trigger(handler, "OnDeploy", { handler, invocationType: InvocationType.EVENT });
  }
  if (row.runs.includes("daily")) {
    new Rule(handler, "Daily", {
      description: `Runs ${row.name} of ${Stack.of(handler).stackName}`,
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(handler)],
    });
  }
  new Alarm(handler, "RunsAlarm", {
    alarmDescription: `${row.name} failed, and its second try as well.`,
    metric: handler.metricErrors({ period: Duration.hours(1) }),
    threshold: 2,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
