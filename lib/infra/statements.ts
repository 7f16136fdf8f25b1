import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { homesPrefix } from "../core/homes/home.ts";
import type { OutboxGroup } from "../core/outbox/job.ts";
import { dueKey, type ItemType, jobType, keyPrefixes, tableShape } from "../manifest/table-shape.ts";
import type { Storage } from "./storage.ts";

type ItemAction = "Query" | "GetItem" | "ConditionCheckItem" | "PutItem" | "UpdateItem" | "DeleteItem";

/** The right to some actions on items of some types. */
export interface ItemRight {
  readonly actions: readonly ItemAction[];
  readonly types: readonly ItemType[];
}

/** Makes a right to items. `onItems` turns all such rights of a function into statements. */
export const items = (actions: readonly ItemAction[], types: readonly ItemType[]): ItemRight => ({
  actions,
  types,
});

/**
 * Turns a function's rights to items into policy statements, one for each action with all its types. A transaction needs
 * the rights of its writes. AWS does not document whether it checks their keys one by one or all keys of an action
 * together. One statement for each action works either way.
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
        // ForAllValues also holds for an empty set. Without this guard, a request without keys would pass.
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    });
  });
}

function patternOf(type: ItemType): string {
  const prefix = keyPrefixes[type];
  return prefix.endsWith("#") ? `${prefix}*` : prefix;
}

/** Allows running one group of outbox jobs: access to the jobs, to their index and to the table's stream. */
export function onOutbox(storage: Storage, group: OutboxGroup): (ItemRight | PolicyStatement)[] {
  return [
    items(["UpdateItem", "DeleteItem"], [jobType(group)]),
    new PolicyStatement({
      actions: ["dynamodb:Query"],
      resources: [`${storage.table.tableArn}/index/${tableShape.dueJobs.index}`],
      // There is no Null guard here. AWS documents leading keys as the table's partition key, but not for a query of an
      // index. If they are the index's key, this condition works. If they are absent, a guard would stop every retry. The
      // index contains only ids of jobs.
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [dueKey(group, "*")] } },
    }),
    new PolicyStatement({
      actions: [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        // Lambda checks this right when a mapping is made. The right to this one stream suffices.
        "dynamodb:ListStreams",
      ],
      resources: [storage.streamArn],
    }),
  ];
}

/** For each purpose, the key of the encryption context that binds a ciphertext to its owner. */
const boundTo = { email: "account", "signing-key": "kid" } as const;

/**
 * Allows one action with the KMS key, for one purpose. The encryption context must consist of exactly the purpose and the
 * key that binds a ciphertext of this purpose.
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

/** Allows making homes below `home/` of the bucket, and removing them with all their versions. */
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

/** Allows listing the current files of homes, but not reading them. */
export function onHomeListings(storage: Storage): PolicyStatement {
  return new PolicyStatement({
    actions: ["s3:ListBucket"],
    resources: [storage.bucket.bucketArn],
    conditions: { StringLike: { "s3:prefix": `${homesPrefix}*` } },
  });
}

/** Allows publishing the stack's own events on one event bus of this AWS account. Without a bus, it allows nothing. */
export function onEventBus({ table }: Storage, bus: string, source: string): PolicyStatement[] {
  if (bus === "") return [];
  return [
    new PolicyStatement({
      actions: ["events:PutEvents"],
      resources: [Stack.of(table).formatArn({ service: "events", resource: "event-bus", resourceName: bus })],
      conditions: {
        // The key has a value for each entry of a request. IAM needs a set operator and a guard, as for leading keys.
        "ForAllValues:StringEquals": { "events:source": source },
        Null: { "events:source": "false" },
      },
    }),
  ];
}
