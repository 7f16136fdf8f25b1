import { setTimeout as sleep } from "node:timers/promises";
import { streamBatch } from "../../manifest/platform.ts";
import type { JsonService } from "../aws/shared/protocol.ts";
import type { StreamPosition } from "./stream-position.ts";

const readMaxRecords = 100;
const troubleMs = 1_000;

/** The part of a DynamoDB Streams record that the pump reads. */
interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: { readonly pk?: { readonly S?: string } };
  };
}

export interface PumpOptions {
  readonly streams: JsonService;
  readonly streamArn: string;
  /** Only inserted items whose partition key has this prefix invoke the function. */
  readonly keyPrefix: string;
  readonly position: StreamPosition;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Receives an error of reading the stream. The pump then retries. */
  readonly onTrouble: (error: unknown) => void;
  /** Delay before a batch is retried, multiplied by the number of the attempt. */
  readonly retryMs?: number;
}

export interface Pump {
  /** Signals that the stream has new records. */
  wake(): void;
  /** Ends the pump after the running batch succeeds or is given up. */
  stop(): Promise<void>;
}

/**
 * Starts an event source mapping of Lambda. It reads the stream from the saved position or from the start. The function
 * gets matching records in order, in batches. A failed batch is retried twice from its first failed record, and then
 * dropped. The position moves after each batch, so a crash repeats at most one batch.
 */
export function startPump(options: PumpOptions): Pump {
  let stopped = false;
  let fresh = true;
  let woken = Promise.withResolvers<void>();
  const wake = () => {
    fresh = true;
    woken.resolve();
  };
  const turn = async () => {
    while (!stopped) {
      if (!fresh) {
        woken = Promise.withResolvers<void>();
        await woken.promise;
        continue;
      }
      fresh = false;
      try {
        if (await readOn(options, () => stopped)) fresh = true;
      } catch (error) {
        if (stopped) return;
        options.onTrouble(error);
        await sleep(troubleMs);
        fresh = true;
      }
    }
  };
  const ended = turn();
  return {
    wake,
    stop: async () => {
      stopped = true;
      woken.resolve();
      await ended;
      options.position.keep();
    },
  };
}

/** Reads and handles the next records. Returns true if there may be more. */
async function readOn(options: PumpOptions, isStopped: () => boolean): Promise<boolean> {
  const records = await readRecords(options);
  const matching = records.filter(
    ({ eventName, dynamodb }) => eventName === "INSERT" && dynamodb.Keys.pk?.S?.startsWith(options.keyPrefix),
  );
  for (let start = 0; start < matching.length; start += streamBatch.records) {
    const batch = matching.slice(start, start + streamBatch.records);
    const isDone = await handleBatch(batch, options, isStopped);
    if (!isDone && isStopped()) return false;
    options.position.moveTo(sequenceOf(batch.at(-1)));
    options.position.keep();
  }
  // Not saved at once: most records have no job, and reading them again costs less than a write for each.
  const last = records.at(-1);
  if (last) options.position.moveTo(sequenceOf(last));
  return records.length === readMaxRecords;
}

async function readRecords({ streams, streamArn, position }: PumpOptions): Promise<StreamRecord[]> {
  const after = position.read();
  const { StreamDescription } = await streams.call("DescribeStream", { StreamArn: streamArn });
  const { Shards } = StreamDescription as { Shards: { ShardId: string }[] };
  const { ShardIterator } = await streams.call("GetShardIterator", {
    StreamArn: streamArn,
    ShardId: Shards[0]?.ShardId,
    ...(after
      ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }
      : { ShardIteratorType: "TRIM_HORIZON" }),
  });
  const { Records } = await streams.call("GetRecords", { ShardIterator, Limit: readMaxRecords });
  return Records as StreamRecord[];
}

/** Gives a batch to the function. Returns false if records are left after the last retry or at the pump's stop. */
async function handleBatch(batch: readonly StreamRecord[], options: PumpOptions, isStopped: () => boolean) {
  let left = batch;
  for (let attempt = 0; attempt <= streamBatch.retries && left.length > 0 && !isStopped(); attempt += 1) {
    if (attempt > 0) await sleep(attempt * (options.retryMs ?? 200));
    const event = { Records: left.map((record) => ({ ...record, eventSourceARN: options.streamArn })) };
    left = failedPart(left, await options.invoke(event).catch(() => undefined));
  }
  return left.length === 0;
}

/** Returns the records to retry: from the first failed one on, as on Lambda, or all after a fault or malformed result. */
function failedPart(batch: readonly StreamRecord[], answer: unknown): readonly StreamRecord[] {
  if (answer === undefined) return batch;
  const { batchItemFailures = [] } = (answer ?? {}) as {
    batchItemFailures?: { itemIdentifier?: string }[] | null;
  };
  if (!batchItemFailures || batchItemFailures.length === 0) return [];
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const first = batch.findIndex((record) => failed.has(sequenceOf(record)));
  return batch.slice(Math.max(0, first));
}

const sequenceOf = (record: StreamRecord | undefined) => record?.dynamodb.SequenceNumber ?? "";
