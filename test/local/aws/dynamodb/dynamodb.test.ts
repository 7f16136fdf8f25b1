import { describe, expect, test } from "vitest";
import { openDynamoDb } from "../../../../lib/local/aws/dynamodb/dynamodb.ts";
import { get, item, key, mainTable, openWithTable, put, queryIndex, transact } from "./support.ts";

const notExists = { ConditionExpression: "attribute_not_exists(pk)" };

describe("the embedded DynamoDB", () => {
  test("makes a table active at once, describes it as AWS does, and refuses a second one with its name", async () => {
    const engine = await openDynamoDb({ directory: null });
    await engine.tables.call("CreateTable", structuredClone(mainTable));
    const { Table } = await engine.tables.call("DescribeTable", { TableName: "main" });
    expect(Table).toMatchObject({
      TableName: "main",
      TableStatus: "ACTIVE",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      LatestStreamArn: expect.stringMatching(
        /^arn:aws:dynamodb:us-east-1:000000000000:table\/main\/stream\//,
      ),
      GlobalSecondaryIndexes: [{ IndexName: "due", IndexStatus: "ACTIVE" }],
    });
    expect(await engine.tables.call("ListTables", {})).toEqual({ TableNames: ["main"] });
    await expect(engine.tables.call("CreateTable", structuredClone(mainTable))).rejects.toMatchObject({
      code: "ResourceInUseException",
    });
  });

  test("deletes a table with everything in it", async () => {
    const engine = await openWithTable();
    await put(engine, "a", { group: "g", due: "1" });
    await engine.tables.call("DeleteTable", { TableName: "main" });
    await expect(get(engine, "a")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
    await engine.tables.call("CreateTable", structuredClone(mainTable));
    expect(await get(engine, "a")).toBeUndefined();
    expect(await queryIndex(engine, "g")).toEqual([]);
  });

  test.each(["tables", "streams"] as const)("refuses an unknown operation of %s", async (service) => {
    const engine = await openWithTable();
    for (const operation of ["BatchWriteItem", "ExecuteStatement", "constructor", "toString"]) {
      await expect(engine[service].call(operation, {})).rejects.toMatchObject({
        code: "UnknownOperationException",
        status: 400,
      });
    }
  });

  test("refuses a member that it would otherwise ignore", async () => {
    const engine = await openDynamoDb({ directory: null });
    const protectedTable = { ...structuredClone(mainTable), DeletionProtectionEnabled: true };
    await expect(engine.tables.call("CreateTable", protectedTable)).rejects.toMatchObject({
      code: "ValidationException",
      message: "DeletionProtectionEnabled is not supported by the embedded DynamoDB",
    });
    const request = { TableName: "main", Key: key("a"), ConditionExpresion: "attribute_exists(pk)" };
    await expect(engine.tables.call("DeleteItem", request)).rejects.toThrow("ConditionExpresion");
  });

  test.each([
    ["PutItem", { Item: item("a", { name: "new" }) }],
    ["DeleteItem", { Key: key("a") }],
    [
      "UpdateItem",
      {
        Key: key("a"),
        UpdateExpression: "SET #name = :name",
        ExpressionAttributeNames: { "#name": "name" },
        ExpressionAttributeValues: { ":name": { S: "new" } },
      },
    ],
  ])("returns the old item with a failed condition of %s on request", async (operation, request) => {
    const engine = await openWithTable();
    await put(engine, "a", { name: "old" });
    const failing = { TableName: "main", ...notExists, ...request };
    const withItem = { ...failing, ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    const error = await engine.tables.call(operation, structuredClone(withItem)).catch((e) => e);
    expect(error).toMatchObject({
      code: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      fields: { Item: item("a", { name: "old" }) },
    });
    const plain = await engine.tables.call(operation, structuredClone(failing)).catch((e) => e);
    expect(plain).toMatchObject({ code: "ConditionalCheckFailedException", fields: {} });
    expect(await get(engine, "a")).toEqual(item("a", { name: "old" }));
  });

  test("returns old and new attributes of writes on request", async () => {
    const engine = await openWithTable();
    await put(engine, "a", { hits: 1 });
    const update = {
      TableName: "main",
      Key: key("a"),
      UpdateExpression: "SET hits = hits + :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
      ReturnValues: "UPDATED_NEW",
    };
    expect(await engine.tables.call("UpdateItem", update)).toEqual({ Attributes: { hits: { N: "2" } } });
    const remove = { TableName: "main", Key: key("a"), ReturnValues: "ALL_OLD" };
    expect(await engine.tables.call("DeleteItem", remove)).toEqual({ Attributes: item("a", { hits: 2 }) });
  });

  test.each([
    ["a missing key", { Item: { pk: { S: "a" } } }, "Missing the key sk in the item"],
    [
      "an empty key",
      { Item: { pk: { S: "" }, sk: { S: "X" } } },
      "cannot contain an empty string value. Key: pk",
    ],
    ["a wrong type in an index key", { Item: item("a", { due: 5 }) }, "Type mismatch for Index Key due"],
    ["no item", {}, "Value null at 'item' failed to satisfy constraint: Member must not be null"],
    ["an item over 400 KB", { Item: item("a", { text: "x".repeat(410_000) }) }, "maximum allowed size"],
  ])("refuses a put with %s", async (_, request, message) => {
    const engine = await openWithTable();
    const error = await engine.tables.call("PutItem", { TableName: "main", ...request }).catch((e) => e);
    expect(error.code).toBe("ValidationException");
    expect(error.message).toContain(message);
  });

  test("moves an index entry with its item, and removes it with the item or its key attribute", async () => {
    const engine = await openWithTable();
    await put(engine, "a", { group: "one", due: "5" });
    await put(engine, "a", { group: "two", due: "5" });
    expect([await queryIndex(engine, "one"), await queryIndex(engine, "two")]).toMatchObject([
      [],
      [key("a")],
    ]);
    await engine.tables.call("UpdateItem", {
      TableName: "main",
      Key: key("a"),
      UpdateExpression: "REMOVE due",
    });
    expect(await queryIndex(engine, "two")).toEqual([]);
    await put(engine, "a", { group: "two", due: "6" });
    await engine.tables.call("DeleteItem", { TableName: "main", Key: key("a") });
    expect(await queryIndex(engine, "two")).toEqual([]);
  });

  test("keeps the index equal to the items under mixed parallel writes", async () => {
    const engine = await openWithTable();
    const writes = Array.from({ length: 400 }, (_, n) => {
      const pk = String((n * 7) % 31);
      const attributes = { group: `g${n % 3}`, due: String(n % 11) };
      if (n % 5 === 0) return engine.tables.call("DeleteItem", { TableName: "main", Key: key(pk) });
      if (n % 4 > 0) return put(engine, pk, attributes);
      const other = { Put: { TableName: "main", Item: item(`t${n % 17}`, attributes) } };
      return transact(engine, [other, { Put: { TableName: "main", Item: item(pk, attributes) } }]);
    });
    await Promise.allSettled(writes);
    const scan = await engine.tables.call("Scan", { TableName: "main" });
    const indexed = (await Promise.all(["g0", "g1", "g2"].map((group) => queryIndex(engine, group)))).flat();
    const byKey = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    expect(indexed.length).toBeGreaterThan(20);
    expect(indexed.sort(byKey)).toEqual((scan.Items as object[]).sort(byKey));
  });

  test("pages through a query in both directions and refuses consistent reads of an index", async () => {
    const engine = await openWithTable();
    for (let n = 0; n < 7; n++) await put(engine, `${n}`, { group: "g", due: `${n}` });
    for (const ScanIndexForward of [true, false]) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: unknown;
      do {
        const page = await engine.tables.call("Query", {
          TableName: "main",
          IndexName: "due",
          KeyConditionExpression: "#group = :group AND due > :after",
          ExpressionAttributeNames: { "#group": "group" },
          ExpressionAttributeValues: { ":group": { S: "g" }, ":after": { S: "1" } },
          Limit: 2,
          ScanIndexForward,
          ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
        });
        expect(page.Count).toBeLessThanOrEqual(2);
        seen.push(...(page.Items as { pk: { S: string } }[]).map(({ pk }) => pk.S));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      const all = ["2", "3", "4", "5", "6"];
      expect(seen).toEqual(ScanIndexForward ? all : all.reverse());
    }
    const consistent = {
      TableName: "main",
      IndexName: "due",
      ConsistentRead: true,
      KeyConditionExpression: "#group = :group",
      ExpressionAttributeNames: { "#group": "group" },
      ExpressionAttributeValues: { ":group": { S: "g" } },
    };
    await expect(engine.tables.call("Query", consistent)).rejects.toThrow(
      "Consistent reads are not supported",
    );
  });

  test("queries only one partition by the beginning of its sort key", async () => {
    const engine = await openWithTable();
    const rows = ["A/ACCOUNT", "A/SESSION#1", "A/SESSION#2", "AA/SESSION#3", "A~/SESSION#4"];
    for (const row of rows) {
      const [pk = "", sk = ""] = row.split("/");
      await engine.tables.call("PutItem", { TableName: "main", Item: { pk: { S: pk }, sk: { S: sk } } });
    }
    const answer = await engine.tables.call("Query", {
      TableName: "main",
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
      ExpressionAttributeValues: { ":pk": { S: "A" }, ":sk": { S: "SESSION#" } },
    });
    expect((answer.Items as { sk: { S: string } }[]).map(({ sk }) => sk.S)).toEqual([
      "SESSION#1",
      "SESSION#2",
    ]);
  });
});
