import { type JsonService, own, unknownOperation } from "../shared/protocol.ts";
import { openDatabase } from "./database.ts";
import { loadDynalite } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { createItemLocks } from "./item-locks.ts";
import { readItems, writeItem } from "./item-operations.ts";
import { forgetOldTokens } from "./request-tokens.ts";
import { sequenceRow } from "./rows.ts";
import { callStreams, trimStreams } from "./streams.ts";
import { describeContinuousBackups, updateContinuousBackups, updateTable } from "./table-changes.ts";
import { createTable, deleteTable, describeTable, listTables, loadTables } from "./table-operations.ts";
import { deleteExpiredItems, describeTimeToLive, updateTimeToLive } from "./time-to-live.ts";
import { transactWriteItems } from "./transactions.ts";
import type { Json } from "./types.ts";

/** DynamoDB and its Streams, in this process. */
export interface EmbeddedDynamoDb {
  /** DynamoDB_20120810. Throws UnknownOperationException for operations that {@link dynamoDbOperations} lacks. */
  readonly tables: JsonService;
  /** DynamoDBStreams_20120810. */
  readonly streams: JsonService;
  /**
   * Calls the listener with a stream's ARN when new records can be read. The returned function removes the listener.
   */
  onStreamRecords(listener: (streamArn: string) => void): () => void;
  /** Removes expired items, old tokens and old stream records. This also happens every 30 seconds. */
  sweep(): Promise<{ deletedItems: number }>;
  /** Waits for running calls and releases the directory. Later calls fail. */
  close(): Promise<void>;
}

export interface OpenDynamoDbOptions {
  /** The folder of the data. null keeps the data in memory. */
  directory: string | null;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long a transaction holds its items before it decides. Default: one turn of the event loop. */
  transactionWindowMs?: number;
}

type Operation = (engine: Engine, input: Json) => Promise<Json> | Json;

export const dynamoDbOperations: Readonly<Record<string, Operation>> = {
  CreateTable: createTable,
  DeleteTable: deleteTable,
  DescribeTable: describeTable,
  ListTables: listTables,
  UpdateTable: updateTable,
  DescribeContinuousBackups: describeContinuousBackups,
  UpdateContinuousBackups: updateContinuousBackups,
  DescribeTimeToLive: describeTimeToLive,
  UpdateTimeToLive: updateTimeToLive,
  GetItem: (engine, input) => readItems(engine, "getItem", input),
  Query: (engine, input) => readItems(engine, "query", input),
  Scan: (engine, input) => readItems(engine, "scan", input),
  PutItem: (engine, input) => writeItem(engine, "putItem", input),
  UpdateItem: (engine, input) => writeItem(engine, "updateItem", input),
  DeleteItem: (engine, input) => writeItem(engine, "deleteItem", input),
  TransactWriteItems: transactWriteItems,
};

const sweepEveryMs = 30_000;

/**
 * Opens the engine in a directory, which is created if missing, or in memory. An acknowledged write survives `kill -9`,
 * but not a power cut, because nothing is fsynced. Throws if another process has the directory open.
 */
export async function openDynamoDb(options: OpenDynamoDbOptions): Promise<EmbeddedDynamoDb> {
  const engine = await createEngine(options);
  const sweep = async () => {
    const deletedItems = await deleteExpiredItems(engine);
    await forgetOldTokens(engine);
    await trimStreams(engine);
    return { deletedItems };
  };
  const calls = createCallTracker();
  const timer = setInterval(() => calls.track(sweep).catch(reportFailedSweep), sweepEveryMs);
  timer.unref();
  return {
    tables: { call: (operation, input) => calls.track(() => callTables(engine, operation, input)) },
    streams: { call: (operation, input) => calls.track(() => callStreams(engine, operation, input)) },
    onStreamRecords(listener) {
      engine.streamListeners.add(listener);
      return () => engine.streamListeners.delete(listener);
    },
    sweep: () => calls.track(sweep),
    async close() {
      clearInterval(timer);
      await calls.finish();
      await engine.database.close();
    },
  };
}

async function createEngine(options: OpenDynamoDbOptions): Promise<Engine> {
  const database = await openDatabase(options.directory);
  const lastSequence = BigInt((database.get(sequenceRow) as string | undefined) ?? 0);
  const engine: Engine = {
    dynalite: loadDynalite(),
    database,
    locks: createItemLocks(),
    tables: new Map(),
    now: options.now ?? Date.now,
    sequence: { lastGiven: lastSequence, lastCommitted: lastSequence },
    streamListeners: new Set(),
    tokensInProgress: new Set(),
    transactionWindowMs: options.transactionWindowMs ?? 0,
  };
  await loadTables(engine);
  return engine;
}

function callTables(engine: Engine, operation: string, input: Json): Promise<Json> | Json {
  const run = own(dynamoDbOperations, operation);
  if (run === undefined) throw unknownOperation(operation);
  return run(engine, input);
}

function reportFailedSweep(error: unknown): void {
  console.error("embedded DynamoDB: removing expired rows failed", error);
}

/** Tracks running calls, so that `close` can wait for them. */
function createCallTracker() {
  const running = new Set<Promise<unknown>>();
  let closed = false;
  return {
    async track<T>(run: () => Promise<T> | T): Promise<T> {
      if (closed) throw new Error("the embedded DynamoDB is closed");
      const call = (async () => run())();
      running.add(call);
      try {
        return await call;
      } finally {
        running.delete(call);
      }
    },
    async finish(): Promise<void> {
      closed = true;
      await Promise.allSettled(running);
    },
  };
}
