import { Annotations, CfnOutput, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import type { Construct } from "constructs";
import { domainOf } from "../settings/setting-values.ts";
import type { Settings } from "../settings/settings.ts";
import { untouchedSender } from "./deployable.ts";

/** The SES configuration set, and the right to send. */
export interface Sender {
  readonly configurationSetName: string;
  /** Allows sending only as the settings' sender. */
  readonly statement: PolicyStatement;
}

/**
 * Makes the configuration set. It also makes the SES identity of the sender's domain, unless the AWS account already has it.
 * The identity's DNS records become an output.
 */
export function makeSender(scope: Construct, settings: Settings): Sender {
  const configurationSet = new ConfigurationSet(scope, "ConfigurationSet", {
    reputationMetrics: true,
    // Some mail servers still do not support TLS, and their users must be able to sign up.
    tlsPolicy: ConfigurationSetTlsPolicy.OPTIONAL,
  });
  if (settings.senderIdentity === "create") makeIdentity(scope, domainOf(settings.senderAddress));
  const stack = Stack.of(scope);
  const arnOf = (resource: string, resourceName: string) =>
    stack.formatArn({ service: "ses", resource, resourceName });
  return {
    configurationSetName: configurationSet.configurationSetName,
    statement: new PolicyStatement({
      actions: ["ses:SendEmail"],
      // All identities of this AWS account are allowed: in the SES sandbox, IAM checks the recipient's identity too.
      resources: [arnOf("identity", "*"), arnOf("configuration-set", configurationSet.configurationSetName)],
      conditions: { StringEquals: { "ses:FromAddress": settings.senderAddress } },
    }),
  };
}

function makeIdentity(scope: Construct, domain: string): void {
  const identity = new EmailIdentity(scope, "SenderIdentity", { identity: Identity.domain(domain) });
  // The identity outlives the stack, since other stages may send with it. If the first deployment fails, it is deleted:
  // otherwise the next deployment could not create it.
  identity.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const records = identity.dkimRecords.map(({ name, value }) => `${name} CNAME ${value}`);
  new CfnOutput(scope, "SenderDnsRecords", {
    description: `DNS records that prove to SES that ${domain} is yours`,
    value: Fn.join("; ", records),
  });
}

/**
 * Keeps `cdk deploy` from deploying the default sender of `cdk.json`. Without a known AWS account, as in CI, nothing can be
 * deployed, so a warning is enough.
 */
export function refuseUntouchedSender(stack: Stack, settings: Settings, account: string | undefined): void {
  const error = untouchedSender(settings);
  if (!error) return;
  // This kind of error stops synth and deploy. It stops neither bootstrap nor destroy, which need no sender.
  if (account === undefined) Annotations.of(stack).addWarningV2("vestibule:sender", error.message);
  else Annotations.of(stack).addError(error.message);
}
