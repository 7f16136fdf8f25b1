import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { type EmbeddedDynamoDb, openDynamoDb } from "../../../../lib/local/aws/dynamodb/dynamodb.ts";
import {
  claim,
  get,
  item,
  iterate,
  key,
  mainTable,
  put,
  queryIndex,
  read,
  readStream,
  transact,
} from "./support.ts";

const root = await mkdtemp(join(tmpdir(), "vestibule-dynamodb-"));
afterAll(() => rm(root, { recursive: true, force: true }));

function startWriter(directory: string, first: number) {
  const writer = spawn(
    process.execPath,
    [join(import.meta.dirname, "dynamodb-writer.ts"), directory, String(first)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let printed = "";
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  return { writer, acknowledged: () => printed.split("\n").slice(0, -1).map(Number) };
}

/** Waits a moment after the writer's first answer, then kills the writer as a crash would. */
async function writeAndKill(directory: string, first: number, forMs: number): Promise<number[]> {
  const { writer, acknowledged } = startWriter(directory, first);
  await once(writer.stdout, "data");
  await delay(forMs);
  writer.kill("SIGKILL");
  await once(writer, "close");
  return acknowledged();
}

async function transactionsThere(engine: EmbeddedDynamoDb): Promise<Map<number, string>> {
  const there = new Map<number, string>();
  let ExclusiveStartKey: unknown;
  do {
    const page = await engine.tables.call("Scan", {
      TableName: "main",
      ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
    });
    for (const { pk } of page.Items as { pk: { S: string } }[]) {
      const [kind = "", number = ""] = pk.S.split("#");
      const kinds = (there.get(Number(number)) ?? "") + kind;
      there.set(Number(number), [...kinds].sort().join(""));
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return there;
}

describe("the embedded DynamoDB on disk", () => {
  test("keeps every acknowledged transaction completely when the process is killed", async () => {
    const directory = join(root, "killed", "data");
    const acknowledged: number[] = [];
    for (const forMs of [20, 60, 110, 160]) {
      acknowledged.push(...(await writeAndKill(directory, Math.max(0, ...acknowledged) + 100, forMs)));
    }
    const engine = await openDynamoDb({ directory });
    const there = await transactionsThere(engine);
    expect(acknowledged.length).toBeGreaterThan(4);
    expect(acknowledged.filter((number) => !there.has(number))).toEqual([]);
    expect([...there.values()].filter((kinds) => kinds !== "ABC")).toEqual([]);
    expect(await queryIndex(engine, "jobs")).toHaveLength(there.size);
    const records = await readStream(engine);
    expect(records).toHaveLength(there.size * 3);
    expect(new Set(records.map((record) => record.dynamodb.SequenceNumber)).size).toBe(records.length);
    await engine.close();
  });

  test("refuses a directory that another process uses, with a clear message", async () => {
    const directory = join(root, "locked");
    const { writer } = startWriter(directory, 0);
    await once(writer.stdout, "data");
    await expect(openDynamoDb({ directory })).rejects.toThrow(/another process has this data open/i);
    writer.kill("SIGKILL");
    await once(writer, "close");
    const engine = await openDynamoDb({ directory });
    await engine.close();
  });

  test("has tables, items, streams and remembered tokens after it is reopened", async () => {
    const directory = join(root, "reopened");
    const first = await openDynamoDb({ directory });
    await first.tables.call("CreateTable", structuredClone(mainTable));
    await put(first, "a");
    await transact(first, [claim("b")], "token");
    await first.close();
    const second = await openDynamoDb({ directory });
    await put(second, "c");
    expect(await get(second, "a")).toBeDefined();
    await expect(transact(second, [claim("b")], "token")).resolves.toEqual({});
    const records = await readStream(second);
    expect(records.map((record) => record.dynamodb.Keys.pk?.S)).toEqual(["a", "b", "c"]);
    const numbers = records.map((record) => record.dynamodb.SequenceNumber);
    expect(numbers).toEqual([...new Set(numbers)].sort());
    await second.close();
  });

  test("finishes running writes before it closes and refuses later ones", async () => {
    const directory = join(root, "closing");
    const engine = await openDynamoDb({ directory });
    await engine.tables.call("CreateTable", structuredClone(mainTable));
    const writes = Promise.all([put(engine, "a"), transact(engine, [claim("b")])]);
    await engine.close();
    await writes;
    await expect(put(engine, "c")).rejects.toThrow("closed");
    const again = await openDynamoDb({ directory });
    expect([await get(again, "a"), await get(again, "b"), await get(again, "c")].map(Boolean)).toEqual([
      true,
      true,
      false,
    ]);
    await again.close();
  });

  test("hides no record from a stream reader while many callers write in parallel", async () => {
    const engine = await openDynamoDb({ directory: join(root, "followed") });
    await engine.tables.call("CreateTable", structuredClone(mainTable));
    const writes = Promise.all(Array.from({ length: 300 }, (_, n) => put(engine, `${n}`)));
    let iterator = await iterate(engine);
    const seen = new Set<unknown>();
    let done = false;
    writes.then(() => {
      done = true;
    });
    for (let last = false; !last; ) {
      last = done;
      const { records, next } = await read(engine, iterator);
      for (const record of records) seen.add(record.dynamodb.Keys.pk?.S);
      iterator = next;
      await new Promise(setImmediate);
    }
    expect(seen.size).toBe(300);
    await engine.close();
  });

  test("runs single writes to one item in turn, and lets a transaction wait for earlier ones", async () => {
    const engine = await openDynamoDb({ directory: join(root, "serialised") });
    await engine.tables.call("CreateTable", structuredClone(mainTable));
    const add = {
      TableName: "main",
      Key: key("a"),
      UpdateExpression: "ADD hits :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    };
    const earlier = Array.from({ length: 50 }, () => engine.tables.call("UpdateItem", structuredClone(add)));
    const ConditionExpression = "hits = :fifty";
    const ExpressionAttributeValues = { ":one": { N: "1" }, ":fifty": { N: "50" } };
    await transact(engine, [{ Update: { ...add, ConditionExpression, ExpressionAttributeValues } }]);
    await Promise.all(earlier);
    expect(await get(engine, "a")).toEqual(item("a", { hits: 51 }));
    await engine.close();
  });
});
