import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { homesPrefix } from "../core/homes/home.ts";
import type { OutboxGroup } from "../core/outbox/job.ts";
import { dueKey, type ItemType, jobType, keyPrefixes, tableShape } from "../manifest/table-shape.ts";
import type { Storage } from "./storage.ts";

type ItemAction = "Query" | "GetItem" | "ConditionCheckItem" | "PutItem" | "UpdateItem" | "DeleteItem";

/** The right to actions on items of the named types. */
export interface ItemRight {
  readonly actions: readonly ItemAction[];
  readonly types: readonly ItemType[];
}

/** Names a right to items; `onItems` makes the statements of all that a function has. */
export const items = (actions: readonly ItemAction[], types: readonly ItemType[]): ItemRight => ({
  actions,
  types,
});

/**
 * Allows what a function may do to items, and nothing else: one statement for each action, with all the types that it may
 * be done to. A transaction takes the rights of its writes; AWS does not say whether it looks at their keys one by one or
 * at those of one action together, and this holds either way.
 */
export function onItems(storage: Storage, rights: readonly ItemRight[]): PolicyStatement[] {
  const actions = new Set(rights.flatMap((right) => right.actions));
  return [...actions].map((action) => {
    const types = rights.filter((right) => right.actions.includes(action)).flatMap((right) => right.types);
    return new PolicyStatement({
      actions: [`dynamodb:${action}`],
      resources: [storage.table.tableArn],
      conditions: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...new Set(types.map(patternOf))] },
        // ForAllValues is true of no values at all: without this, a request without keys would pass.
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    });
  });
}

function patternOf(type: ItemType): string {
  const prefix = keyPrefixes[type];
  return prefix.endsWith("#") ? `${prefix}*` : prefix;
}

/** Allows all that working off one group of outbox jobs takes: the jobs, their index, and the table's stream. */
export function onOutbox(storage: Storage, group: OutboxGroup): (ItemRight | PolicyStatement)[] {
  return [
    items(["UpdateItem", "DeleteItem"], [jobType(group)]),
    new PolicyStatement({
      actions: ["dynamodb:Query"],
      resources: [`${storage.table.tableArn}/index/${tableShape.dueJobs.index}`],
      // No Null guard here: AWS documents leading keys as the table's partition key and does not say what an index's
      // query carries. If it is the index's key, this holds; if nothing, a guard would stop every retry. The index holds
      // nothing but the ids of jobs.
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [dueKey(group, "*")] } },
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
      resources: [storage.bucket.arnForObjects(`${homesPrefix}*`)],
    }),
    new PolicyStatement({
      actions: ["s3:ListBucketVersions"],
      resources: [storage.bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": `${homesPrefix}*` } },
    }),
  ];
}

/** Allows listing what is in homes now, and reading none of it. */
export function onHomeListings(storage: Storage): PolicyStatement {
  return new PolicyStatement({
    actions: ["s3:ListBucket"],
    resources: [storage.bucket.bucketArn],
    conditions: { StringLike: { "s3:prefix": `${homesPrefix}*` } },
  });
}

/** Allows publishing the stack's own events on one event bus of this account; nothing where there is none. */
export function onEventBus({ table }: Storage, bus: string, source: string): PolicyStatement[] {
  if (bus === "") return [];
  return [
    new PolicyStatement({
      actions: ["events:PutEvents"],
      resources: [Stack.of(table).formatArn({ service: "events", resource: "event-bus", resourceName: bus })],
      conditions: {
        // The key has a value for each entry of a request: IAM wants a set operator, and a guard, as for leading keys.
        "ForAllValues:StringEquals": { "events:source": source },
        Null: { "events:source": "false" },
      },
    }),
  ];
}
