import { tableShape } from "../manifest/table-shape.ts";
import { type JsonService, region } from "./aws/shared/protocol.ts";
import { bucketName, keyAlias, tableDefinition, tableName } from "./environments/resources.ts";

/** Names that are known only after the resources exist. */
export interface Resources {
  readonly keyArn: string;
  readonly streamArn: string;
}

/**
 * Creates the stack's resources where they are missing. A start after `kill -9` may find any part of them.
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

async function createKey(awsUrl: string): Promise<string> {
  const { KeyMetadata: existing } = await kms(awsUrl, "DescribeKey", { KeyId: keyAlias }, [200, 400]);
  if (existing) return existing.Arn;
  const { KeyMetadata: key } = await kms(awsUrl, "CreateKey", { Description: "Vestibule" });
  await kms(awsUrl, "CreateAlias", { AliasName: keyAlias, TargetKeyId: key?.KeyId });
  return key?.Arn ?? "";
}

interface KmsAnswer {
  readonly KeyMetadata?: { readonly KeyId: string; readonly Arn: string };
}

async function kms(
  awsUrl: string,
  operation: string,
  input: object,
  statuses?: number[],
): Promise<KmsAnswer> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `TrentService.${operation}`,
  };
  const body = await ask(awsUrl, { method: "POST", headers, body: JSON.stringify(input) }, statuses);
  return JSON.parse(body || "{}");
}

async function createBucket(awsUrl: string): Promise<void> {
  await ask(`${awsUrl}/${bucketName}`, { method: "PUT" }, [200, 409]);
  const body =
    '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>';
  await ask(`${awsUrl}/${bucketName}?versioning`, { method: "PUT", body });
}

/** Sends a request without the SDK, which loads longer than all else at start. The signature is not verified. */
async function ask(url: string, request: RequestInit, statuses = [200]): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/s3/aws4_request`;
  const response = await fetch(url, { ...request, headers: { ...request.headers, authorization } });
  const body = await response.text();
  if (statuses.includes(response.status)) return body;
  throw new Error(`The embedded AWS endpoint answered ${response.status}: ${body}`);
}
