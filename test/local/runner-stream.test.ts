import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonService } from "../../lib/local/aws/shared/protocol.ts";
import { openStreamPosition } from "../../lib/local/outbox/stream-position.ts";
import { type Pump, type PumpOptions, startPump } from "../../lib/local/outbox/stream-pump.ts";
import { soon } from "../support/soon.ts";

interface Record {
  readonly eventName: string;
  readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: object };
}

const streamArn = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1";
const record = (number: number, { pk = `OUTBOX#mail#${number}`, eventName = "INSERT" } = {}): Record => ({
  eventName,
  dynamodb: { SequenceNumber: sequence(number), Keys: { pk: { S: pk }, sk: { S: "JOB" } } },
});
const sequence = (number: number) => String(number).padStart(21, "0");

/** Makes a stream with one shard of these records. */
function streamOf(records: Record[]): JsonService {
  const answers: { [operation: string]: (input: { [name: string]: unknown }) => object } = {
    DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: "shard" }] } }),
    GetShardIterator: ({ SequenceNumber = "" }) => ({ ShardIterator: SequenceNumber }),
    GetRecords: ({ ShardIterator, Limit }) => ({
      Records: records
        .filter(({ dynamodb }) => dynamodb.SequenceNumber > String(ShardIterator))
        .slice(0, Number(Limit)),
    }),
  };
  return { call: async (operation, input) => ({ ...answers[operation]?.(input) }) };
}

type StreamEvent = { Records: (Record & { eventSourceARN: string })[] };
const numbersIn = (event: unknown) =>
  (event as StreamEvent).Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));

let directory: string;
let pump: Pump | undefined;
const batches: number[][] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vestibule-"));
  batches.length = 0;
});
afterEach(async () => {
  await pump?.stop();
  rmSync(directory, { recursive: true });
});

const start = (records: Record[], options: Partial<PumpOptions> = {}): Pump => {
  pump = startPump({
    streams: streamOf(records),
    streamArn,
    keyPrefix: "OUTBOX#mail#",
    position: openStreamPosition(null, streamArn),
    invoke: async (event) => {
      batches.push(numbersIn(event));
      return { batchItemFailures: [] };
    },
    onTrouble: () => {},
    retryMs: 1,
    ...options,
  });
  return pump;
};

const fails = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: sequence(number) })),
});

describe("the stream pump", () => {
  test("passes inserted jobs of its group from the stream's start, in batches of ten", async () => {
    const records = Array.from({ length: 12 }, (_, index) => record(index + 1));
    records.push(
      record(13, { pk: "OUTBOX#effects#1" }),
      record(14, { eventName: "MODIFY" }),
      record(15, { eventName: "REMOVE" }),
      record(16, { pk: "ACCOUNT#1" }),
      record(17),
    );
    start(records);
    await soon(() =>
      expect(batches).toEqual([
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [11, 12, 17],
      ]),
    );
  });

  test("sends Lambda's event, with the stream's ARN in each record", async () => {
    const invoke = vi.fn(async () => ({}));
    start([record(1)], { invoke });
    await soon(() => expect(invoke).toHaveBeenCalled());
    expect(invoke).toHaveBeenCalledWith({ Records: [{ ...record(1), eventSourceARN: streamArn }] });
  });

  test("continues when woken, with more records than one read returns", async () => {
    const records = [record(1)];
    start(records);
    await soon(() => expect(batches).toEqual([[1]]));
    for (let number = 2; number <= 250; number += 1) records.push(record(number));
    pump?.wake();
    await soon(() => expect(batches.flat()).toHaveLength(250));
    expect(batches.flat()).toEqual(records.map((_, index) => index + 1));
  });

  test("retries from the first failed record on", async () => {
    const answers = [fails(3, 2), fails(3), {}];
    const invoke = vi.fn(async (event: unknown) => {
      batches.push(numbersIn(event));
      return answers.shift() ?? {};
    });
    start([record(1), record(2), record(3)], { invoke });
    await soon(() => expect(batches).toEqual([[1, 2, 3], [2, 3], [3]]));
  });

  test.each([
    ["fails", () => Promise.reject(new Error("down"))],
    ["reports a failure", async () => fails(1)],
    ["reports a record outside its batch", async () => fails(99)],
  ])("drops a batch whose function %s three times, and continues", async (_, answer) => {
    const invoke = vi.fn(async (event: unknown) => {
      batches.push(numbersIn(event));
      return numbersIn(event).includes(1) ? await answer() : {};
    });
    const records = [record(1)];
    start(records, { invoke });
    await soon(() => expect(batches).toHaveLength(3));
    records.push(record(2));
    pump?.wake();
    await soon(() => expect(batches).toEqual([[1], [1], [1], [2]]));
  });

  test("continues after the saved position, and reads a new table's stream from its start", async () => {
    const file = join(directory, "position.json");
    const records = [record(1), record(2)];
    start(records, { position: openStreamPosition(file, streamArn) });
    await soon(() => expect(batches).toEqual([[1, 2]]));
    await pump?.stop();
    records.push(record(3));
    start(records, { position: openStreamPosition(file, streamArn) });
    await soon(() => expect(batches).toEqual([[1, 2], [3]]));
    await pump?.stop();
    start(records, { position: openStreamPosition(file, `${streamArn}-new`) });
    await soon(() => expect(batches).toEqual([[1, 2], [3], [1, 2, 3]]));
  });

  test("repeats the batch that a stop interrupted", async () => {
    const file = join(directory, "position.json");
    const underWay = Promise.withResolvers<void>();
    const invoke = vi.fn(() => underWay.promise);
    start([record(1)], { position: openStreamPosition(file, streamArn), invoke });
    await soon(() => expect(invoke).toHaveBeenCalled());
    const stopped = pump?.stop();
    underWay.reject(new Error("killed"));
    await stopped;
    start([record(1)], { position: openStreamPosition(file, streamArn) });
    await soon(() => expect(batches).toEqual([[1]]));
  });

  test("survives a stream that is unreadable for a while", async () => {
    const streams = streamOf([record(1)]);
    const call = vi.fn(streams.call).mockRejectedValueOnce(new Error("busy"));
    const onTrouble = vi.fn();
    start([], { streams: { call }, onTrouble });
    await soon(() => expect(batches).toEqual([[1]]));
    expect(onTrouble).toHaveBeenCalledOnce();
  });
});
