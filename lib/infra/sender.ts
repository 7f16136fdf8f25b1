import { Annotations, CfnOutput, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import type { Construct } from "constructs";
import { domainOf } from "../settings/setting-values.ts";
import type { Settings } from "../settings/settings.ts";
import { untouchedSender } from "./deployable.ts";

/** Who mail comes from, and how SES sends it. */
export interface Sender {
  readonly configurationSetName: string;
  /** Allows sending as this sender and no other. */
  readonly statement: PolicyStatement;
}

/**
 * Makes the configuration set and, unless the account already has one, the SES identity of the sender's domain, whose
 * DNS records become an output.
 */
export function makeSender(scope: Construct, settings: Settings): Sender {
  const configurationSet = new ConfigurationSet(scope, "ConfigurationSet", {
    reputationMetrics: true,
    // Some mailboxes still take mail without TLS only, and their owners have to be able to sign up.
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
      // All identities of this account: in the SES sandbox the recipient's identity is checked as well.
      resources: [arnOf("identity", "*"), arnOf("configuration-set", configurationSet.configurationSetName)],
      conditions: { StringEquals: { "ses:FromAddress": settings.senderAddress } },
    }),
  };
}

function makeIdentity(scope: Construct, domain: string): void {
  const identity = new EmailIdentity(scope, "SenderIdentity", { identity: Identity.domain(domain) });
  // Other stages send by it. A first deployment that fails takes it away again: the next one could not make it otherwise.
  identity.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const records = identity.dkimRecords.map(({ name, value }) => `${name} CNAME ${value}`);
  new CfnOutput(scope, "SenderDnsRecords", {
    description: `DNS records that prove to SES that ${domain} is yours`,
    value: Fn.join("; ", records),
  });
}

/**
 * Keeps `cdk deploy` from deploying the sender that `cdk.json` comes with. Where no account is known, as in CI or in a first
 * look at the template, nothing can be deployed, and a warning is enough.
 */
export function refuseUntouchedSender(stack: Stack, settings: Settings, account: string | undefined): void {
  const error = untouchedSender(settings);
  if (!error) return;
  // An error of this kind stops synth and deploy, but neither bootstrap nor destroy, which need no sender.
  if (account === undefined) Annotations.of(stack).addWarningV2("vestibule:sender", error.message);
  else Annotations.of(stack).addError(error.message);
}
