import { createHash } from "node:crypto";
import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { tableName } from "../../lib/local/environments/resources.ts";
import { keyPrefixes, keys } from "../../lib/manifest/table-shape.ts";

type Item = Record<string, unknown>;

const clients = new Map<string, DynamoDBDocumentClient>();

/** Opens one client for each endpoint. Opening one costs more than most reads. */
function openClient(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const opened =
    clients.get(endpoint) ??
    DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  clients.set(endpoint, opened);
  return opened;
}

/** Returns every item of the table, as an attacker with read access sees it. The SDK would take ten times as long. */
export async function readTable(awsUrl: string, table = tableName): Promise<Item[]> {
  const items: Item[] = [];
  let next: object | undefined;
  do {
    const page = await scan(awsUrl, table, next);
    items.push(...page.Items.map(plain));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}

type Attributes = Record<string, AttributeValue>;

interface Page {
  readonly Items: Attributes[];
  readonly LastEvaluatedKey?: object;
}

async function scan(awsUrl: string, table: string, next: object | undefined): Promise<Page> {
  const response = await fetch(awsUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.Scan",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request",
    },
    body: JSON.stringify({ TableName: table, ...(next && { ExclusiveStartKey: next }) }),
  });
  if (response.status !== 200) throw new Error(`Scan: ${await response.text()}`);
  return (await response.json()) as Page;
}

const plain = (attributes: Attributes): Item =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, plainValue(value)]));

/** Returns an attribute's value. Binary is base64 on the wire. */
function plainValue({ S, N, B, BOOL, M, L }: AttributeValue): unknown {
  if (N !== undefined) return Number(N);
  if (B !== undefined) return Buffer.from(String(B), "base64");
  if (M !== undefined) return plain(M);
  return S ?? BOOL ?? L?.map(plainValue) ?? null;
}

/**
 * Returns the keys of new mail jobs. It leaves out retries, which another file may have left, such as a job that waits
 * for its minute.
 */
export async function owedMail(awsUrl: string): Promise<string[]> {
  const jobs = (await readTable(awsUrl)).filter(({ pk }) => String(pk).startsWith(keyPrefixes["mail-job"]));
  return jobs.filter(({ lastError }) => !lastError).map(({ pk }) => String(pk));
}

/** Finds the account of an email by its claim, as the functions do. Empty if there is none. */
export async function accountOf(awsUrl: string, email: string): Promise<Item> {
  const client = openClient(awsUrl);
  const read = async (Key: Item): Promise<Item> =>
    (await client.send(new GetCommand({ TableName: tableName, Key }))).Item ?? {};
  const { accountId } = await read(keys.emailClaim(createHash("sha256").update(email).digest("hex")));
  return read(keys.account(String(accountId)));
}

/** Ends open rate windows, by default those of mail, as the passing of time would. */
export async function endRateWindows(
  awsUrl: string,
  which = new RegExp(`^${keyPrefixes["rate-window"]}mail:`),
  table = tableName,
): Promise<void> {
  const client = openClient(awsUrl);
  const open = (await readTable(awsUrl, table)).filter(({ pk }) => which.test(String(pk)));
  await Promise.all(
    open.map(({ pk, sk }) => client.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }))),
  );
}

/** Changes an attribute of an item, as the passing of time or earlier events would. */
export async function setAttribute(awsUrl: string, item: Item, name: string, value: unknown): Promise<void> {
  const client = openClient(awsUrl);
  await client.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { pk: item.pk, sk: item.sk },
      UpdateExpression: "SET #name = :value",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
}
