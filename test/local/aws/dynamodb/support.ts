import {
  type EmbeddedDynamoDb,
  type OpenDynamoDbOptions,
  openDynamoDb,
} from "../../../../lib/local/aws/dynamodb/dynamodb.ts";
import type { Item } from "../../../../lib/local/aws/dynamodb/types.ts";

/** The tests' table: a composite key, one index, a stream. */
export const mainTable = {
  TableName: "main",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "group", "due"].map((name) => ({
    AttributeName: name,
    AttributeType: "S",
  })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "due",
      KeySchema: [
        { AttributeName: "group", KeyType: "HASH" },
        { AttributeName: "due", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
};

/** Opens an in-memory engine with {@link mainTable} and time to live on `expiresAt`. */
export async function openWithTable(options: Partial<OpenDynamoDbOptions> = {}): Promise<EmbeddedDynamoDb> {
  const engine = await openDynamoDb({ directory: null, ...options });
  await engine.tables.call("CreateTable", structuredClone(mainTable));
  await engine.tables.call("UpdateTimeToLive", {
    TableName: "main",
    TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  });
  return engine;
}

/** Makes an item from plain strings and numbers. */
export function item(pk: string, attributes: Record<string, string | number> = {}): Item {
  const typed = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "number" ? { N: String(value) } : { S: value },
  ]);
  return { pk: { S: pk }, sk: { S: "X" }, ...Object.fromEntries(typed) };
}

/** Returns the key of {@link item}. */
export const key = (pk: string): Item => ({ pk: { S: pk }, sk: { S: "X" } });

export function put(engine: EmbeddedDynamoDb, pk: string, attributes?: Record<string, string | number>) {
  return engine.tables.call("PutItem", { TableName: "main", Item: item(pk, attributes) });
}

/** Reads an item. undefined: there is none. */
export async function get(engine: EmbeddedDynamoDb, pk: string): Promise<Item | undefined> {
  const answer = await engine.tables.call("GetItem", {
    TableName: "main",
    Key: key(pk),
    ConsistentRead: true,
  });
  return answer.Item as Item | undefined;
}

/** Makes a part of a transaction that puts an item unless its key is taken. On failure it returns the old item. */
export function claim(pk: string, attributes?: Record<string, string | number>) {
  return {
    Put: {
      TableName: "main",
      Item: item(pk, attributes),
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** Runs a transaction of these parts. */
export function transact(engine: EmbeddedDynamoDb, TransactItems: object[], ClientRequestToken?: string) {
  return engine.tables.call("TransactWriteItems", {
    TransactItems: structuredClone(TransactItems),
    ...(ClientRequestToken !== undefined && { ClientRequestToken }),
  });
}

/** Returns all items of a group in the index. */
export async function queryIndex(engine: EmbeddedDynamoDb, group: string): Promise<Item[]> {
  const answer = await engine.tables.call("Query", {
    TableName: "main",
    IndexName: "due",
    KeyConditionExpression: "#group = :group",
    ExpressionAttributeNames: { "#group": "group" },
    ExpressionAttributeValues: { ":group": { S: group } },
  });
  return answer.Items as Item[];
}

/** The tested members of a stream record. */
export interface SeenRecord {
  eventName: string;
  dynamodb: { Keys: Item; SequenceNumber: string; NewImage?: Item; OldImage?: Item };
  userIdentity?: object;
}

/** Opens an iterator on the stream of the table `main`. */
export async function iterate(
  engine: EmbeddedDynamoDb,
  type = "TRIM_HORIZON",
  SequenceNumber?: string,
): Promise<string> {
  const { Table } = await engine.tables.call("DescribeTable", { TableName: "main" });
  const StreamArn = (Table as { LatestStreamArn: string }).LatestStreamArn;
  const { StreamDescription } = await engine.streams.call("DescribeStream", { StreamArn });
  const [shard] = (StreamDescription as { Shards: { ShardId: string }[] }).Shards;
  const answer = await engine.streams.call("GetShardIterator", {
    StreamArn,
    ShardId: shard?.ShardId,
    ShardIteratorType: type,
    ...(SequenceNumber !== undefined && { SequenceNumber }),
  });
  return answer.ShardIterator as string;
}

/** Reads an iterator's records with one call, and returns the next iterator. */
export async function read(engine: EmbeddedDynamoDb, ShardIterator: string, Limit?: number) {
  const answer = await engine.streams.call("GetRecords", { ShardIterator, ...(Limit && { Limit }) });
  return { records: answer.Records as SeenRecord[], next: answer.NextShardIterator as string };
}

/** Reads the whole stream of the table `main`. */
export async function readStream(engine: EmbeddedDynamoDb): Promise<SeenRecord[]> {
  const all: SeenRecord[] = [];
  let iterator = await iterate(engine);
  for (;;) {
    const { records, next } = await read(engine, iterator);
    if (records.length === 0) return all;
    all.push(...records);
    iterator = next;
  }
}
