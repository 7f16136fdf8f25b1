import { describe, expect, test } from "vitest";
import { claim, get, item, key, openWithTable, put, readStream, transact } from "./support.ts";

const codesOf = (error: { fields?: { CancellationReasons?: { Code: string }[] } }) =>
  error.fields?.CancellationReasons?.map((reason) => reason.Code);

const check = (pk: string) => ({
  ConditionCheck: { TableName: "main", Key: key(pk), ConditionExpression: "attribute_exists(pk)" },
});
const remove = (pk: string) => ({ Delete: { TableName: "main", Key: key(pk) } });
const rename = (pk: string, name: string) => ({
  Update: {
    TableName: "main",
    Key: key(pk),
    UpdateExpression: "SET #name = :name",
    ExpressionAttributeNames: { "#name": "name" },
    ExpressionAttributeValues: { ":name": { S: name } },
  },
});

describe("transactions of the embedded DynamoDB", () => {
  test("performs puts, updates, deletes and checks together", async () => {
    const engine = await openWithTable();
    await Promise.all([put(engine, "changed"), put(engine, "gone"), put(engine, "checked")]);
    await transact(engine, [claim("new"), rename("changed", "b"), remove("gone"), check("checked")]);
    expect(await get(engine, "new")).toEqual(item("new"));
    expect(await get(engine, "changed")).toEqual(item("changed", { name: "b" }));
    expect(await get(engine, "gone")).toBeUndefined();
    expect(await get(engine, "checked")).toEqual(item("checked"));
  });

  test("writes nothing if one condition fails, and returns each part's reason with the old item", async () => {
    const engine = await openWithTable();
    await put(engine, "taken", { owner: "me" });
    const error = await transact(engine, [claim("free"), claim("taken"), check("missing")]).catch((e) => e);
    expect(error).toMatchObject({
      code: "TransactionCanceledException",
      status: 400,
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]",
    });
    expect(error.fields.CancellationReasons).toEqual([
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: item("taken", { owner: "me" }),
      },
      { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
    ]);
    expect(await get(engine, "free")).toBeUndefined();
    expect(await readStream(engine)).toHaveLength(1);
  });

  test("cancels a transaction that conflicts on any item, at once and with that item's reason", async () => {
    const engine = await openWithTable({ transactionWindowMs: 30 });
    const first = transact(engine, [claim("a"), claim("shared")]);
    const error = await transact(engine, [claim("b"), claim("shared")]).catch((e) => e);
    expect(codesOf(error)).toEqual(["None", "TransactionConflict"]);
    await first;
    expect(await get(engine, "b")).toBeUndefined();
    await expect(transact(engine, [claim("b"), claim("a")])).rejects.toThrow(
      "[None, ConditionalCheckFailed]",
    );
  });

  test("lets exactly one of many racing transactions claim an item, and cancels most others with a conflict", async () => {
    const engine = await openWithTable();
    const racers = Array.from({ length: 40 }, (_, n) =>
      transact(engine, [claim(`own#${n}`), claim("shared")]),
    );
    const outcomes = await Promise.allSettled(racers);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    const conflicts = outcomes.filter(
      (outcome) => outcome.status === "rejected" && codesOf(outcome.reason)?.[1] === "TransactionConflict",
    );
    expect(conflicts.length).toBeGreaterThan(20);
  });

  test("refuses a single write during a transaction, but allows reads", async () => {
    const engine = await openWithTable({ transactionWindowMs: 30 });
    await put(engine, "a", { name: "old" });
    const transaction = transact(engine, [rename("a", "new")]);
    await expect(put(engine, "a")).rejects.toMatchObject({
      code: "TransactionConflictException",
      status: 400,
    });
    expect(await get(engine, "a")).toEqual(item("a", { name: "old" }));
    await transaction;
    expect(await get(engine, "a")).toEqual(item("a", { name: "new" }));
    await put(engine, "a", { name: "newest" });
  });

  test("performs a request with one token once in ten minutes, and refuses another request with that token", async () => {
    let now = 1_700_000_000_000;
    const engine = await openWithTable({ now: () => now });
    await transact(engine, [claim("a")], "token");
    await engine.tables.call("DeleteItem", { TableName: "main", Key: key("a") });
    now += 9 * 60_000;
    await engine.sweep();
    await expect(transact(engine, [claim("a")], "token")).resolves.toEqual({});
    expect(await get(engine, "a")).toBeUndefined();
    await expect(transact(engine, [claim("b")], "token")).rejects.toMatchObject({
      code: "IdempotentParameterMismatchException",
    });
    now += 60_001;
    await expect(transact(engine, [claim("b")], "token")).resolves.toEqual({});
    expect(await get(engine, "b")).toBeDefined();
    await engine.sweep();
    await expect(transact(engine, [claim("b")], "token")).resolves.toEqual({});
  });

  test("does not remember the token of a cancelled transaction", async () => {
    const engine = await openWithTable();
    await put(engine, "a");
    await expect(transact(engine, [claim("a")], "token")).rejects.toThrow("ConditionalCheckFailed");
    await engine.tables.call("DeleteItem", { TableName: "main", Key: key("a") });
    await expect(transact(engine, [claim("a")], "token")).resolves.toEqual({});
  });

  test("reports that a token's transaction is in progress", async () => {
    const engine = await openWithTable({ transactionWindowMs: 20 });
    const first = transact(engine, [claim("a")], "token");
    await expect(transact(engine, [claim("a")], "token")).rejects.toMatchObject({
      code: "TransactionInProgressException",
    });
    await first;
  });

  test.each([
    ["two parts for one item", [claim("a"), remove("a")], "cannot include multiple operations on one item"],
    [
      "more than 100 parts",
      Array.from({ length: 101 }, (_, n) => claim(`${n}`)),
      "length less than or equal to 100",
    ],
    ["no parts", [], "length greater than or equal to 1"],
    ["a part that is null", [null as unknown as object], "can only contain one of"],
    ["two operations in one part", [{ ...claim("a"), ...remove("b") }], "can only contain one of"],
    [
      "a check without condition",
      [{ ConditionCheck: { TableName: "main", Key: key("a") } }],
      "must not be null",
    ],
    [
      "an expression that does not parse",
      [{ Delete: { TableName: "main", Key: key("a"), ConditionExpression: "a b" } }],
      "Invalid ConditionExpression: Syntax error",
    ],
  ])("refuses a transaction with %s", async (_, parts, message) => {
    const engine = await openWithTable();
    const error = await transact(engine, parts).catch((e) => e);
    expect(error).toMatchObject({ code: "ValidationException" });
    expect(error.message).toContain(message);
  });

  test("cancels a transaction if a part does not fit its table", async () => {
    const engine = await openWithTable();
    const wrongKey = { Delete: { TableName: "main", Key: { pk: { S: "a" } } } };
    const error = await transact(engine, [claim("a"), wrongKey]).catch((e) => e);
    expect(codesOf(error)).toEqual(["None", "ValidationError"]);
    const noTable = { Delete: { TableName: "other", Key: key("a") } };
    await expect(transact(engine, [noTable])).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});
