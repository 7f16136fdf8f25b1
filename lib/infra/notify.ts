import type { Stack } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";

/**
 * Sends the stack's alarms to an address. It covers the alarms that the stack has when this is called. AWS first asks the
 * address's owner to confirm.
 */
export function notify(stack: Stack, email: string): void {
  // The topic has no KMS key: alarms contain only figures, and CloudWatch cannot use AWS's own key for SNS.
  const topic = new Topic(stack, "Alarms", { displayName: `${stack.stackName} alarms`, enforceSSL: true });
  topic.addSubscription(new EmailSubscription(email));
  // The topic's own policy replaces the default one, which let the AWS account's alarms publish.
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
    // There is no message that an alarm is over: a dead job stays dead when its alarm returns to OK.
    alarm.addAlarmAction(action);
  }
}
