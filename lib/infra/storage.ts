import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
} from "aws-cdk-lib/aws-dynamodb";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { tableShape } from "../manifest/table-shape.ts";
import type { ExistingData } from "../settings/existing-data.ts";
import type { Settings } from "../settings/settings.ts";

/** The resources that hold lasting data. */
export interface Storage {
  readonly table: Table | ITable;
  /** ARN of the table's change stream, which contains only keys. */
  readonly streamArn: string;
  readonly key: IKey;
  readonly bucket: Bucket | IBucket;
}

/**
 * Makes the table, the KMS key of addresses and signing keys, and the bucket of the homes. If the settings name existing
 * ones, it uses those. Construct ids must never change: under new ids, CloudFormation would make new, empty resources.
 */
export function makeStorage(scope: Construct, settings: Settings): Storage {
  // Data outlives the stack's deletion and its own replacement. If a first deployment fails, its empty resources are deleted.
  const removalPolicy = settings.retainData
    ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    : RemovalPolicy.DESTROY;
  const existing = settings.existingData;
  const table = existing ? takeTable(scope, existing) : makeTable(scope, settings, removalPolicy);
  const key = existing?.keyArn
    ? Key.fromKeyArn(scope, "EmailKey", existing.keyArn)
    : makeKey(scope, removalPolicy);
  const bucket = existing?.bucketName
    ? Bucket.fromBucketName(scope, "Homes", existing.bucketName)
    : makeBucket(scope, settings, removalPolicy);
  if (!table.tableStreamArn) throw new Error("The table has no stream");
  return { table, streamArn: table.tableStreamArn, key, bucket };
}

function makeKey(scope: Construct, removalPolicy: RemovalPolicy): Key {
  return new Key(scope, "EmailKey", {
    description: `Encrypts the e-mail addresses and the signing keys of ${Stack.of(scope).stackName}`,
    alias: `alias/${Stack.of(scope).stackName}`,
    enableKeyRotation: true,
    removalPolicy,
  });
}

/** Refers to an existing table. CloudFormation changes nothing in it: `adopt-table` set its stream, time to live and backups. */
function takeTable(scope: Construct, { tableName, streamArn }: ExistingData): ITable {
  return Table.fromTableAttributes(scope, "Table", { tableName, tableStreamArn: streamArn });
}

function makeTable(scope: Construct, settings: Settings, removalPolicy: RemovalPolicy): Table {
  const table = new Table(scope, "Table", {
    partitionKey: { name: tableShape.partitionKey, type: AttributeType.STRING },
    sortKey: { name: tableShape.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    stream: StreamViewType.KEYS_ONLY,
    timeToLiveAttribute: tableShape.timeToLiveAttribute,
    removalPolicy,
    ...(settings.warmThroughput ? { warmThroughput: settings.warmThroughput } : {}),
  });
  table.addGlobalSecondaryIndex({
    indexName: tableShape.dueJobs.index,
    partitionKey: { name: tableShape.dueJobs.partitionKey, type: AttributeType.STRING },
    sortKey: { name: tableShape.dueJobs.sortKey, type: AttributeType.NUMBER },
    projectionType: ProjectionType.KEYS_ONLY,
    // Every sign-up also writes to the index, and a cold index throttles the table.
    ...(settings.warmThroughput ? { warmThroughput: settings.warmThroughput } : {}),
  });
  return table;
}

function makeBucket(scope: Construct, settings: Settings, removalPolicy: RemovalPolicy): Bucket {
  const bucket = new Bucket(scope, "Homes", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    lifecycleRules: [
      { id: "abandoned-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
      { id: "lone-delete-markers", expiredObjectDeleteMarker: true },
    ],
    removalPolicy,
    // CloudFormation cannot delete a bucket with objects.
    autoDeleteObjects: !settings.retainData,
  });
  // A bucket that outlives the stack keeps refusing plain HTTP.
  bucket.policy?.applyRemovalPolicy(removalPolicy);
  return bucket;
}
