import { type CfnResource, CustomResourceProviderBase, type Stack } from "aws-cdk-lib";
import type { Settings } from "../settings/settings.ts";
import { makeLogGroup } from "./lambda.ts";

/**
 * Gives a log group of the stack to each function that CDK adds for deployments. The function may write only there. By
 * default such a function makes its own log group, which outlives the stack.
 */
export function holdProviders(stack: Stack, settings: Settings): void {
  for (const provider of stack.node.findAll().filter((one) => one instanceof CustomResourceProviderBase)) {
    const { logGroupName, logGroupArn } = makeLogGroup(provider, "Logs", settings);
    const child = (id: string) => provider.node.findChild(id) as CfnResource;
    child("Handler").addPropertyOverride("LoggingConfig.LogGroup", logGroupName);
    child("Role").addPropertyDeletionOverride("ManagedPolicyArns");
    provider.addToRolePolicy({
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: logGroupArn,
    });
  }
}
