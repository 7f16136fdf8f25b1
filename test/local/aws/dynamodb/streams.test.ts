import { describe, expect, test } from "vitest";
import {
  get,
  item,
  iterate,
  key,
  mainTable,
  openWithTable,
  put,
  read,
  readStream,
  transact,
} from "./support.ts";

const summary = (records: Awaited<ReturnType<typeof readStream>>) =>
  records.map((record) => `${record.eventName} ${record.dynamodb.Keys.pk?.S}`);
const remove = (pk: string) => ({ TableName: "main", Key: key(pk) });

describe("streams and time-to-live of the embedded DynamoDB", () => {
  test("records changes in the order of the writes, with keys only", async () => {
    const engine = await openWithTable();
    await put(engine, "a", { secret: "hash" });
    await put(engine, "a", { secret: "other" });
    await transact(engine, [{ Put: { TableName: "main", Item: item("b") } }, { Delete: remove("a") }]);
    const records = await readStream(engine);
    expect(summary(records)).toEqual(["INSERT a", "MODIFY a", "INSERT b", "REMOVE a"]);
    expect(JSON.stringify(records)).not.toMatch(/hash|other|Image/);
    const numbers = records.map((record) => record.dynamodb.SequenceNumber);
    expect(numbers).toEqual([...numbers].sort());
  });

  test("makes no record of a write that changes nothing", async () => {
    const engine = await openWithTable();
    await put(engine, "a", { name: "x" });
    await put(engine, "a", { name: "x" });
    await engine.tables.call("UpdateItem", {
      ...remove("a"),
      UpdateExpression: "SET #name = :x",
      ExpressionAttributeNames: { "#name": "name" },
      ExpressionAttributeValues: { ":x": { S: "x" } },
    });
    await engine.tables.call("DeleteItem", remove("missing"));
    expect(summary(await readStream(engine))).toEqual(["INSERT a"]);
  });

  test.each([
    ["NEW_IMAGE", true, false],
    ["OLD_IMAGE", false, true],
    ["NEW_AND_OLD_IMAGES", true, true],
  ])("includes the images of the view type %s", async (StreamViewType, hasNew, hasOld) => {
    const engine = await openWithTable();
    const StreamSpecification = { StreamEnabled: true, StreamViewType };
    await engine.tables.call("DeleteTable", { TableName: "main" });
    await engine.tables.call("CreateTable", { ...structuredClone(mainTable), StreamSpecification });
    await put(engine, "a", { name: "old" });
    await put(engine, "a", { name: "new" });
    const [, change] = await readStream(engine);
    expect(change?.dynamodb.NewImage).toEqual(hasNew ? item("a", { name: "new" }) : undefined);
    expect(change?.dynamodb.OldImage).toEqual(hasOld ? item("a", { name: "old" }) : undefined);
  });

  test("starts at each kind of iterator's position and continues from there", async () => {
    const engine = await openWithTable();
    for (const pk of ["a", "b", "c"]) await put(engine, pk);
    const second = (await readStream(engine))[1]?.dynamodb.SequenceNumber;
    const first = await read(engine, await iterate(engine), 2);
    expect(summary(first.records)).toEqual(["INSERT a", "INSERT b"]);
    expect(summary((await read(engine, first.next)).records)).toEqual(["INSERT c"]);
    const at = await read(engine, await iterate(engine, "AT_SEQUENCE_NUMBER", second));
    expect(summary(at.records)).toEqual(["INSERT b", "INSERT c"]);
    const after = await read(engine, await iterate(engine, "AFTER_SEQUENCE_NUMBER", second));
    expect(summary(after.records)).toEqual(["INSERT c"]);
    const latest = await iterate(engine, "LATEST");
    await put(engine, "d");
    expect(summary((await read(engine, latest)).records)).toEqual(["INSERT d"]);
  });

  test("notifies a listener of readable records until the listener is removed", async () => {
    const engine = await openWithTable();
    const told: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = engine.onStreamRecords((arn) => {
      told.push(arn);
      resolve();
    });
    await put(engine, "a");
    await promise;
    expect(await readStream(engine)).toHaveLength(1);
    stop();
    await put(engine, "b");
    await put(engine, "c");
    expect(told).toEqual([expect.stringMatching(/:table\/main\/stream\//)]);
  });

  test("forgets records after 24 hours and iterators after 15 minutes", async () => {
    let now = 1_700_000_000_000;
    const engine = await openWithTable({ now: () => now });
    await put(engine, "a");
    const iterator = await iterate(engine);
    now += 15 * 60_000;
    await expect(read(engine, iterator)).rejects.toMatchObject({ code: "ExpiredIteratorException" });
    now += 23 * 3_600_000;
    await put(engine, "b");
    await engine.sweep();
    expect(summary(await readStream(engine))).toEqual(["INSERT a", "INSERT b"]);
    now += 3_600_000;
    await engine.sweep();
    expect(summary(await readStream(engine))).toEqual(["INSERT b"]);
  });

  test("deletes expired items and marks the deletions in the stream", async () => {
    const now = 1_700_000_000_000;
    const engine = await openWithTable({ now: () => now });
    await put(engine, "past", { expiresAt: now / 1000 - 1 });
    await put(engine, "future", { expiresAt: now / 1000 + 1 });
    await put(engine, "ancient", { expiresAt: now / 1000 - 6 * 365 * 86_400 });
    await put(engine, "refreshed", { expiresAt: now / 1000 - 1 });
    await put(engine, "refreshed", { expiresAt: now / 1000 + 9 });
    await put(engine, "worded", { expiresAt: "yesterday" });
    expect(await engine.sweep()).toEqual({ deletedItems: 1 });
    expect(await get(engine, "past")).toBeUndefined();
    for (const pk of ["future", "ancient", "refreshed", "worded"])
      expect(await get(engine, pk)).toBeDefined();
    const record = (await readStream(engine)).at(-1);
    expect(record).toMatchObject({
      eventName: "REMOVE",
      userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
    });
  });

  test("keeps an item that is refreshed while the sweep runs", async () => {
    const now = 1_700_000_000_000;
    const engine = await openWithTable({ now: () => now });
    await put(engine, "a", { expiresAt: now / 1000 - 1 });
    const refresh = put(engine, "a", { expiresAt: now / 1000 + 60 });
    expect(await engine.sweep()).toEqual({ deletedItems: 0 });
    await refresh;
    expect(await get(engine, "a")).toBeDefined();
  });

  test("deletes items that were stored before time to live was enabled", async () => {
    const engine = await openWithTable();
    const setTtl = (AttributeName: string, Enabled: boolean) =>
      engine.tables.call("UpdateTimeToLive", {
        TableName: "main",
        TimeToLiveSpecification: { AttributeName, Enabled },
      });
    await expect(setTtl("expiresAt", true)).rejects.toThrow("TimeToLive is already enabled");
    await setTtl("expiresAt", false);
    const { TimeToLiveDescription } = await engine.tables.call("DescribeTimeToLive", { TableName: "main" });
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "DISABLED" });
    await put(engine, "a", { endsAt: Math.floor(Date.now() / 1000) - 5 });
    expect(await engine.sweep()).toEqual({ deletedItems: 0 });
    await setTtl("endsAt", true);
    expect(await engine.sweep()).toEqual({ deletedItems: 1 });
  });
});
