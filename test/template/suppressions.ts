/** An accepted finding of a linter, with the reason. */
export interface Suppression {
  /** The rule's id, or its beginning. */
  readonly rule: string;
  /** The construct's path. Default: all constructs. */
  readonly at?: RegExp;
  readonly reason: string;
}

/**
 * The accepted findings of each linter. The suite fails for an unlisted finding, and for a listed one that no longer
 * occurs.
 */
export const suppressions: Readonly<Record<"cfn-lint" | "cdk-nag", readonly Suppression[]>> = {
  "cfn-lint": [
    {
      rule: "W3005",
      reason:
        "CDK writes each function's dependency on its role out, though the reference to the role says it.",
    },
  ],
  "cdk-nag": [
    {
      rule: "AwsSolutions-S1",
      at: /^Vestibule\/Homes\/Resource$/,
      reason: "Logs of access would need a bucket that outlives the stack, and hold addresses of people.",
    },
    {
      rule: "AwsSolutions-APIG4",
      at: /^Vestibule\/Api\/(GET|POST|PATCH|DELETE)--/,
      reason: "The functions check access tokens and sessions themselves; signing up has nothing to check.",
    },
    {
      rule: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]",
      at: /^Vestibule\/SendMailRole\//,
      reason: "In the sandbox SES checks the recipient's identity as well; a condition holds the sender.",
    },
    {
      rule: "AwsSolutions-IAM5[Resource::<Homes",
      at: /^Vestibule\/ApplyEffectsRole\//,
      reason: "Each account's home is a prefix below home/, and this function makes and removes them all.",
    },
    {
      rule: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::people-homes/home/*]",
      at: /^Vestibule\/ApplyEffectsRole\//,
      reason: "The same right to the homes of a bucket that is there already.",
    },
  ],
};
