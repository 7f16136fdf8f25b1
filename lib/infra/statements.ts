import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { OutboxGroup } from "../routes.ts";
import { tableShape } from "../table-shape.ts";
import type { Storage } from "./storage.ts";

type ItemAction = "Query" | "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem";

/** What an item's partition key starts with, by item type; the whole of it where it does not end in `#`. */
export type ItemPrefix =
  | "ACCOUNT#"
  | "EMAIL#"
  | "USERNAME#"
  | "ATTEMPTS#"
  | "TOKEN#"
  | "OUTBOX#mail#"
  | "OUTBOX#effects#"
  | "RATE#"
  | "COUNTER#"
  | "SIGNING_KEY";

/**
 * Allows actions on items of the named types, and on no others. A transaction takes the rights of its writes. AWS does
 * not say whether it looks at their keys one by one or together, so one statement names all that an action meets in one.
 */
export function onItems(
  storage: Storage,
  actions: readonly ItemAction[],
  prefixes: readonly ItemPrefix[],
): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [storage.table.tableArn],
    conditions: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": prefixes.map(patternOf) },
      // ForAllValues is true of no values at all: without this, a request without keys would pass.
      Null: { "dynamodb:LeadingKeys": "false" },
    },
  });
}

const patternOf = (prefix: ItemPrefix) => (prefix.endsWith("#") ? `${prefix}*` : prefix);

/** Allows all that working off one group of outbox jobs takes: the jobs, their index, and the table's stream. */
export function onOutbox(storage: Storage, group: OutboxGroup): PolicyStatement[] {
  return [
    onItems(storage, ["UpdateItem", "DeleteItem"], [`OUTBOX#${group}#`]),
    new PolicyStatement({
      actions: ["dynamodb:Query"],
      resources: [`${storage.table.tableArn}/index/${tableShape.dueJobs.index}`],
      // No Null guard here: AWS documents leading keys as the table's partition key and does not say what an index's
      // query carries. If it is the index's key, this holds; if nothing, a guard would stop every retry. The index holds
      // nothing but the ids of jobs.
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${group}#*`] } },
    }),
    new PolicyStatement({
      actions: [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        // Lambda asks for it when a mapping is made; held to this one stream, that is enough.
        "dynamodb:ListStreams",
      ],
      resources: [storage.streamArn],
    }),
  ];
}

/** What is encrypted, and what each ciphertext is bound to beside its purpose. */
const boundTo = { email: "account", "signing-key": "kid" } as const;

/**
 * Allows one use of the KMS key, for one purpose: the encryption context is exactly the purpose and what a ciphertext of
 * it is bound to.
 */
export function onCiphertexts(
  storage: Storage,
  action: "Encrypt" | "Decrypt",
  purpose: keyof typeof boundTo,
): PolicyStatement {
  return new PolicyStatement({
    actions: [`kms:${action}`],
    resources: [storage.key.keyArn],
    conditions: {
      StringEquals: { "kms:EncryptionContext:purpose": purpose },
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [boundTo[purpose], "purpose"] },
      Null: { [`kms:EncryptionContext:${boundTo[purpose]}`]: "false" },
    },
  });
}

/** Allows making homes, and removing them in all their versions, below `home/` of the bucket. */
export function onHomes(storage: Storage): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
      resources: [storage.bucket.arnForObjects("home/*")],
    }),
    new PolicyStatement({
      actions: ["s3:ListBucketVersions"],
      resources: [storage.bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": "home/*" } },
    }),
  ];
}
