import { createHash } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  ScanCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { tableName } from "../../lib/local/environments/resources.ts";
import { keyPrefixes, keys } from "../../lib/manifest/table-shape.ts";

type Item = Record<string, unknown>;

const clients = new Map<string, DynamoDBDocumentClient>();

/** One client for each endpoint: opening one costs more than most reads. */
function openClient(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const opened =
    clients.get(endpoint) ??
    DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  clients.set(endpoint, opened);
  return opened;
}

/** What anybody who can read the table would see: every item of it. */
export async function readTable(awsUrl: string): Promise<Item[]> {
  const client = openClient(awsUrl);
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: next }));
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}

/** Mail that is owed now. What waits for its next attempt is not: another file may have left it, such as a sign-up's for its minute. */
export async function owedMail(awsUrl: string): Promise<string[]> {
  const jobs = (await readTable(awsUrl)).filter(({ pk }) => String(pk).startsWith(keyPrefixes["mail-job"]));
  return jobs.filter(({ lastError }) => !lastError).map(({ pk }) => String(pk));
}

/** The account of an e-mail address, found by its claim as the functions find it; empty if there is none. */
export async function accountOf(awsUrl: string, email: string): Promise<Item> {
  const client = openClient(awsUrl);
  const read = async (Key: Item): Promise<Item> =>
    (await client.send(new GetCommand({ TableName: tableName, Key }))).Item ?? {};
  const { accountId } = await read(keys.emailClaim(createHash("sha256").update(email).digest("hex")));
  return read(keys.account(String(accountId)));
}

/** Ends the rate windows that are open, or some of them, as the passing of their time would. */
export async function endRateWindows(
  awsUrl: string,
  which = new RegExp(`^${keyPrefixes["rate-window"]}`),
): Promise<void> {
  const client = openClient(awsUrl);
  for (const { pk, sk } of await readTable(awsUrl)) {
    if (!which.test(String(pk))) continue;
    await client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
  }
}

/** Changes an attribute of an item, as the passing of time or an earlier history would have. */
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
