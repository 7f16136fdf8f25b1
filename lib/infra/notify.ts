import type { Stack } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";

/**
 * Sends every alarm of the stack that is there by now to an address when it goes off. AWS asks the address first whether it
 * wants that.
 */
export function notify(stack: Stack, email: string): void {
  // Not encrypted by a key: alarms hold figures only, and CloudWatch cannot use AWS's own key for SNS.
  const topic = new Topic(stack, "Alarms", { displayName: `${stack.stackName} alarms`, enforceSSL: true });
  topic.addSubscription(new EmailSubscription(email));
  // A policy of the topic's own takes the place of the one by which the account's alarms could publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { "aws:SourceAccount": stack.account },
        ArnLike: { "aws:SourceArn": stack.formatArn({ service: "cloudwatch", resource: "alarm:*" }) },
      },
    }),
  );
  const action = new SnsAction(topic);
  for (const alarm of stack.node.findAll().filter((one) => one instanceof Alarm)) {
    // Not that it is over: a dead job is still dead when its alarm has changed colour again.
    alarm.addAlarmAction(action);
  }
}
