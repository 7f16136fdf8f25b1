import { AwsError } from "../protocol.ts";
import type { Operation } from "./database.ts";
import type { Types } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { streamRow } from "./rows.ts";
import { decodeIterator, encodeIterator } from "./shard-iterators.ts";
import { type StreamRecord, sequenceNumber, sequenceValue } from "./stream-records.ts";
import type { Json, TableState } from "./types.ts";

const ARN = { type: "String", lengthGreaterThanOrEqual: 37, lengthLessThanOrEqual: 1024 };
const SHARD = { type: "String", lengthGreaterThanOrEqual: 28, lengthLessThanOrEqual: 65 };
const LIMIT_100 = { type: "Integer", greaterThanOrEqual: 1, lessThanOrEqual: 100 };
const LIMIT_1000 = { type: "Integer", greaterThanOrEqual: 1, lessThanOrEqual: 1000 };

const TYPES = {
  ListStreams: { ExclusiveStartStreamArn: ARN, Limit: LIMIT_100 } as Types,
  DescribeStream: {
    StreamArn: { ...ARN, notNull: true },
    ExclusiveStartShardId: SHARD,
    Limit: LIMIT_100,
  } as Types,
  GetShardIterator: {
    StreamArn: { ...ARN, notNull: true },
    ShardId: { ...SHARD, notNull: true },
    ShardIteratorType: {
      type: "String",
      notNull: true,
      enum: ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"],
    },
    SequenceNumber: { type: "String", regex: "[0-9]{21,40}" },
  } as Types,
  GetRecords: {
    ShardIterator: {
      type: "String",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 2048,
    },
    Limit: LIMIT_1000,
  } as Types,
};

/** The only shard of every stream: it is never split and never closed. */
const SHARD_ID = "shardId-00000000000000000000-00000000";

/** DynamoDB keeps stream records for 24 hours. */
const RETENTION_SECONDS = 24 * 3600;
/** The most that one GetRecords answers. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const ANSWER_MAX_BYTES = 1024 * 1024;

/** Answers an operation of DynamoDB Streams, or nothing for one that it does not know. */
export function callStreams(
  engine: Engine,
  operation: string,
  input: Json,
): Promise<Json> | Json | undefined {
  if (!Object.hasOwn(TYPES, operation)) return undefined;
  const name = operation as keyof typeof TYPES;
  const data = engine.dynalite.validate({ types: TYPES[name] }, withoutTableName(name, input));
  switch (name) {
    case "ListStreams":
      return listStreams(engine, data, input.TableName);
    case "DescribeStream":
      return describeStream(engine, data);
    case "GetShardIterator":
      return getShardIterator(engine, data);
    case "GetRecords":
      return getRecords(engine, data);
  }
}

/** ListStreams takes the name of a table that need not exist. */
function withoutTableName(operation: string, input: Json): Json {
  if (operation !== "ListStreams") return input;
  const { TableName: _, ...rest } = input;
  return rest;
}

function listStreams(engine: Engine, data: Json, tableName: unknown): Json {
  const limit = (data.Limit as number | undefined) ?? 100;
  const after = (data.ExclusiveStartStreamArn as string | undefined) ?? "";
  const streams = [...engine.tables.values()]
    .map(({ description }) => description)
    .filter((table) => table.LatestStreamArn !== undefined && table.LatestStreamArn > after)
    .filter((table) => tableName === undefined || table.TableName === tableName)
    .sort((a, b) => ((a.LatestStreamArn ?? "") < (b.LatestStreamArn ?? "") ? -1 : 1));
  const shown = streams.slice(0, limit).map((table) => ({
    StreamArn: table.LatestStreamArn,
    TableName: table.TableName,
    StreamLabel: table.LatestStreamLabel,
  }));
  return {
    Streams: shown,
    ...(streams.length > limit && { LastEvaluatedStreamArn: shown.at(-1)?.StreamArn }),
  };
}

function requireStream(engine: Engine, arn: unknown): TableState {
  for (const table of engine.tables.values()) {
    if (table.description.LatestStreamArn === arn) return table;
  }
  throw new AwsError(
    "ResourceNotFoundException",
    `Requested resource not found: Stream: ${String(arn)} not found`,
  );
}

function describeStream(engine: Engine, data: Json): Json {
  const { description } = requireStream(engine, data.StreamArn);
  const shard = {
    ShardId: SHARD_ID,
    SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(1n) },
  };
  return {
    StreamDescription: {
      StreamArn: description.LatestStreamArn,
      StreamLabel: description.LatestStreamLabel,
      StreamStatus: "ENABLED",
      StreamViewType: description.StreamSpecification?.StreamViewType,
      CreationRequestDateTime: description.CreationDateTime,
      TableName: description.TableName,
      KeySchema: description.KeySchema,
      Shards: data.ExclusiveStartShardId === undefined ? [shard] : [],
    },
  };
}

function getShardIterator(engine: Engine, data: Json): Json {
  const { description } = requireStream(engine, data.StreamArn);
  if (data.ShardId !== SHARD_ID) {
    throw new AwsError(
      "ResourceNotFoundException",
      `Requested resource not found: Shard does not exist: ${String(data.ShardId)}`,
    );
  }
  const next = firstSequence(engine, data);
  return { ShardIterator: encodeIterator({ arn: description.LatestStreamArn ?? "", next }, engine.now()) };
}

function firstSequence(engine: Engine, data: Json): bigint {
  const type = data.ShardIteratorType;
  if (type === "TRIM_HORIZON") return 0n;
  if (type === "LATEST") return engine.sequence.lastCommitted + 1n;
  if (data.SequenceNumber === undefined) {
    throw new AwsError(
      "ValidationException",
      `SequenceNumber is required for ShardIteratorType ${String(type)}`,
    );
  }
  const sequence = sequenceValue(String(data.SequenceNumber));
  return type === "AT_SEQUENCE_NUMBER" ? sequence : sequence + 1n;
}

async function getRecords(engine: Engine, data: Json): Promise<Json> {
  const position = decodeIterator(String(data.ShardIterator), engine.now());
  const { description } = requireStream(engine, position.arn);
  const limit = (data.Limit as number | undefined) ?? 1000;
  const Records: StreamRecord[] = [];
  let { next } = position;
  let bytes = 0;
  // Up to what was committed before this read began; commits become visible in order, so nothing before it is missing.
  const last = engine.sequence.lastCommitted;
  for await (const [, value] of engine.database.entries(rangeOf(description, next, last, limit))) {
    const record = value as StreamRecord;
    bytes += JSON.stringify(record).length;
    if (bytes > ANSWER_MAX_BYTES && Records.length > 0) break;
    Records.push(record);
    next = sequenceValue(record.dynamodb.SequenceNumber) + 1n;
  }
  return { Records, NextShardIterator: encodeIterator({ arn: position.arn, next }, engine.now()) };
}

function rangeOf(description: TableState["description"], from: bigint, to: bigint, limit = -1) {
  const row = (value: bigint) =>
    streamRow(description.TableName, description.LatestStreamLabel ?? "", sequenceNumber(value));
  return { gte: row(from < 0n ? 0n : from), lte: row(to), limit };
}

/** Removes stream records older than 24 hours. */
export async function trimStreams(engine: Engine): Promise<void> {
  const oldest = Math.floor(engine.now() / 1000) - RETENTION_SECONDS;
  const operations: Operation[] = [];
  for (const { description } of engine.tables.values()) {
    if (description.LatestStreamLabel === undefined) continue;
    const range = rangeOf(description, 0n, engine.sequence.lastCommitted);
    for await (const [key, value] of engine.database.entries(range)) {
      if ((value as StreamRecord).dynamodb.ApproximateCreationDateTime >= oldest) break;
      operations.push({ type: "del", key });
    }
  }
  if (operations.length > 0) await engine.database.commit(operations);
}
