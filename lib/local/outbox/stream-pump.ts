import { setTimeout as sleep } from "node:timers/promises";
import { streamBatch } from "../../manifest/platform.ts";
import type { JsonService } from "../aws/shared/protocol.ts";
import type { StreamPosition } from "./stream-position.ts";

const readMaxRecords = 100;
const troubleMs = 1_000;

/** A record of DynamoDB Streams, as far as the pump looks at it. */
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
  /** Only insertions of items whose partition key starts so wake the function. */
  readonly keyPrefix: string;
  readonly position: StreamPosition;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Takes what made reading the stream fail; it is tried again. */
  readonly onTrouble: (error: unknown) => void;
  /** Waited before a batch is tried again; the attempt's number times this. */
  readonly retryMs?: number;
}

export interface Pump {
  /** Says that the stream has new records. */
  wake(): void;
  /** Ends the pump once the batch under way is done or given up. */
  stop(): Promise<void>;
}

/**
 * Starts one event source mapping of Lambda: reads the stream from where the position left it (else from its start), and
 * gives a function its matching records in order, in batches. A batch that fails is tried twice more from its first
 * failed record on, and then dropped. The position moves on after each batch, so a crash repeats at most one.
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

/** Reads and handles what comes next; true if there may be more. */
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
  // Not kept at once: most records are nobody's job, and reading them again costs less than a write for each.
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

/** Gives a batch to the function; false if something is left of it after the last try, or at the end of the pump. */
async function handleBatch(batch: readonly StreamRecord[], options: PumpOptions, isStopped: () => boolean) {
  let left = batch;
  for (let attempt = 0; attempt <= streamBatch.retries && left.length > 0 && !isStopped(); attempt += 1) {
    if (attempt > 0) await sleep(attempt * (options.retryMs ?? 200));
    const event = { Records: left.map((record) => ({ ...record, eventSourceARN: options.streamArn })) };
    left = failedPart(left, await options.invoke(event).catch(() => undefined));
  }
  return left.length === 0;
}

/** What has to be tried again: from the first failed record on, as Lambda does; everything after a fault or a wrong answer. */
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
