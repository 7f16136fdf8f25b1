import { AwsError, own, unknownOperation } from "../shared/protocol.ts";
import type { Operation } from "./database.ts";
import type { Types } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { streamRow } from "./rows.ts";
import { decodeIterator, encodeIterator } from "./shard-iterators.ts";
import { type StreamRecord, sequenceNumber, sequenceValue } from "./stream-records.ts";
import type { Json, TableState } from "./types.ts";

const arn = { type: "String", lengthGreaterThanOrEqual: 37, lengthLessThanOrEqual: 1024 };
const shard = { type: "String", lengthGreaterThanOrEqual: 28, lengthLessThanOrEqual: 65 };
const limitUpTo = (most: number) => ({
  type: "Integer",
  greaterThanOrEqual: 1,
  lessThanOrEqual: most,
});

interface StreamsOperation {
  readonly types: Types;
  readonly answer: (engine: Engine, data: Json) => Promise<Json> | Json;
}

export const streamsOperations: Readonly<Record<string, StreamsOperation>> = {
  ListStreams: {
    // The table need not exist.
    types: { TableName: { type: "String" } },
    answer: listStreams,
  },
  DescribeStream: {
    types: { StreamArn: { ...arn, notNull: true }, ExclusiveStartShardId: shard, Limit: limitUpTo(100) },
    answer: describeStream,
  },
  GetShardIterator: {
    types: {
      StreamArn: { ...arn, notNull: true },
      ShardId: { ...shard, notNull: true },
      ShardIteratorType: {
        type: "String",
        notNull: true,
        enum: ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"],
      },
      SequenceNumber: { type: "String", regex: "[0-9]{21,40}" },
    },
    answer: getShardIterator,
  },
  GetRecords: {
    types: {
      ShardIterator: {
        type: "String",
        notNull: true,
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: 2048,
      },
      Limit: limitUpTo(1000),
    },
    answer: getRecords,
  },
};

/** The only shard of every stream. It is never split or closed. */
const shardId = "shardId-00000000000000000000-00000000";

/** DynamoDB keeps stream records for 24 hours. */
const retentionSeconds = 24 * 3600;
/**
 * The maximum size of a GetRecords response.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
const answerMaxBytes = 1024 * 1024;

/**
 * Performs an operation of DynamoDB Streams.
 * @throws UnknownOperationException
 */
export function callStreams(engine: Engine, name: string, input: Json): Promise<Json> | Json {
  const operation = own(streamsOperations, name);
  if (operation === undefined) throw unknownOperation(name);
  return operation.answer(engine, engine.dynalite.validate({ types: operation.types }, input));
}

function listStreams(engine: Engine, data: Json): Json {
  const tables = [...engine.tables.values()].map(({ description }) => description);
  const streams = tables
    .filter((table) => table.LatestStreamArn !== undefined)
    .filter((table) => data.TableName === undefined || table.TableName === data.TableName);
  return {
    Streams: streams.map((table) => ({
      StreamArn: table.LatestStreamArn,
      TableName: table.TableName,
      StreamLabel: table.LatestStreamLabel,
    })),
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
    ShardId: shardId,
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
  if (data.ShardId !== shardId) {
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
  // The last record committed before this read. Commits become visible in order, so no record is missing.
  const last = engine.sequence.lastCommitted;
  for await (const [, value] of engine.database.entries(rangeOf(description, next, last, limit))) {
    const record = value as StreamRecord;
    bytes += JSON.stringify(record).length;
    if (bytes > answerMaxBytes && Records.length > 0) break;
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
  const oldest = Math.floor(engine.now() / 1000) - retentionSeconds;
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
