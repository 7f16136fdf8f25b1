import { tableShape } from "../table-shape.ts";
import type { JsonService } from "./aws/protocol.ts";
import { awsJson, awsRequest } from "./aws-request.ts";
import { bucketName, keyAlias, tableDefinition, tableName } from "./resources.ts";

/** What was made at start, as far as its names are only known then. */
export interface Resources {
  readonly keyArn: string;
  readonly streamArn: string;
}

/**
 * Makes what the stack has on AWS, wherever it is missing: a start after `kill -9` may find any part of it.
 * @param awsUrl The embedded AWS endpoint.
 * @param tables Its DynamoDB, called directly.
 */
export async function createResources(awsUrl: string, tables: JsonService): Promise<Resources> {
  const [streamArn, keyArn] = await Promise.all([
    createTable(tables),
    createKey(awsUrl),
    createBucket(awsUrl),
  ]);
  return { keyArn, streamArn };
}

async function createTable(tables: JsonService): Promise<string> {
  await ignoring("ResourceInUseException", tables.call("CreateTable", tableDefinition));
  const { Table } = await tables.call("DescribeTable", { TableName: tableName });
  const { TimeToLiveDescription } = await tables.call("DescribeTimeToLive", { TableName: tableName });
  if ((TimeToLiveDescription as { TimeToLiveStatus: string }).TimeToLiveStatus === "DISABLED") {
    await tables.call("UpdateTimeToLive", {
      TableName: tableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: tableShape.timeToLiveAttribute },
    });
  }
  return (Table as { LatestStreamArn: string }).LatestStreamArn;
}

async function ignoring(errorName: string, made: Promise<unknown>): Promise<void> {
  await made.catch((error: Error) => {
    if (error.name !== errorName) throw error;
  });
}

async function createKey(url: string): Promise<string> {
  const found = await describeKey(url, keyAlias);
  if (found) return found;
  const { KeyMetadata } = await awsJson(url, "kms", "TrentService.CreateKey", { Description: "Vestibule" });
  const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string };
  await awsJson(url, "kms", "TrentService.CreateAlias", { AliasName: keyAlias, TargetKeyId: KeyId });
  return Arn;
}

async function describeKey(url: string, id: string): Promise<string | undefined> {
  try {
    const { KeyMetadata } = await awsJson(url, "kms", "TrentService.DescribeKey", { KeyId: id });
    return (KeyMetadata as { Arn: string }).Arn;
  } catch (error) {
    if (String(error).includes("NotFoundException")) return undefined;
    throw error;
  }
}

async function createBucket(url: string): Promise<void> {
  const bucket = { url, service: "s3", method: "PUT" } as const;
  refuseUnless([200, 409], await awsRequest({ ...bucket, path: `/${bucketName}` }));
  const body =
    '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>';
  refuseUnless([200], await awsRequest({ ...bucket, path: `/${bucketName}?versioning`, body }));
}

function refuseUnless(statuses: readonly number[], { status, body }: { status: number; body: string }): void {
  if (!statuses.includes(status)) throw new Error(`The embedded AWS endpoint answered ${status}: ${body}`);
}
