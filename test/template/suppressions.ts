/** An accepted finding of a linter, with the reason. */
export interface Suppression {
  /** The rule's id, or its beginning. */
  readonly rule: string;
  /** The construct's path. Default: all constructs. */
  readonly at?: RegExp;
  readonly reason: string;
}

/** The accepted findings of each linter. The suite fails for an unlisted finding, and for one that no longer occurs. */
export const suppressions: Readonly<Record<"cfn-lint" | "cdk-nag", readonly Suppression[]>> = {
  "cfn-lint": [
    {
      rule: "W3005",
      reason:
        "CDK writes each function's dependency on its role, although the reference to the role implies it.",
    },
  ],
  "cdk-nag": [
    {
      rule: "AwsSolutions-S1",
      at: /^Vestibule\/Homes\/Resource$/,
      reason:
        "Access logs would need a bucket that outlives the stack, and would contain people's addresses.",
    },
    {
      rule: "AwsSolutions-APIG4",
      at: /^Vestibule\/Api\/(GET|POST|PATCH|DELETE)--/,
      reason: "The functions check access tokens and sessions themselves. A sign-up has none.",
    },
    {
      rule: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]",
      at: /^Vestibule\/SendMailRole\//,
      reason: "In the sandbox SES also checks the recipient's identity. A condition limits the sender.",
    },
    {
      rule: "AwsSolutions-IAM5[Resource::<Homes",
      at: /^Vestibule\/ApplyEffectsRole\//,
      reason: "Each account's home is a prefix below home/. This function makes and removes all of them.",
    },
    {
      rule: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::people-homes/home/*]",
      at: /^Vestibule\/ApplyEffectsRole\//,
      reason: "The right to the homes of an existing bucket.",
    },
  ],
};
