import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type CreateTableInput, DynamoDB, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedDynamoDb, openDynamoDb } from "../../../../lib/local/aws/dynamodb/dynamodb.ts";
import { AwsError } from "../../../../lib/local/aws/shared/protocol.ts";
import { soon } from "../../../support/soon.ts";
import { mainTable } from "./support.ts";

let engine: EmbeddedDynamoDb;
let server: Server;
let tables: DynamoDB;
let documents: DynamoDBDocument;
let streams: DynamoDBStreams;

/** A minimal HTTP front for these tests. */
function serve(): Server {
  return createServer(async (request, response) => {
    const [version = "", operation = ""] = String(request.headers["x-amz-target"]).split(".");
    const service = version.startsWith("DynamoDBStreams") ? engine.streams : engine.tables;
    let status = 200;
    const body = await service
      .call(operation, (await json(request)) as Record<string, unknown>)
      .catch((error: unknown) => {
        if (!(error instanceof AwsError)) throw error;
        status = error.status;
        return {
          __type: `com.amazonaws.dynamodb.v20120810#${error.code}`,
          message: error.message,
          ...error.fields,
        };
      });
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });
}

beforeAll(async () => {
  engine = await openDynamoDb({ directory: null, transactionWindowMs: 60 });
  server = serve().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const options = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  tables = new DynamoDB(options);
  documents = DynamoDBDocument.from(tables);
  streams = new DynamoDBStreams(options);
  await tables.createTable(mainTable as CreateTableInput);
  await waitUntilTableExists({ client: tables, maxWaitTime: 30 }, { TableName: "main" });
  await tables.updateTimeToLive({
    TableName: "main",
    TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  });
});

afterAll(async () => {
  for (const client of [tables, streams]) client.destroy();
  server.close();
  await engine.close();
});

describe("the embedded DynamoDB with the AWS SDK", () => {
  test("stores documents and returns them", async () => {
    const Item = {
      pk: "doc",
      sk: "X",
      number: 12.5,
      list: [1, "a", null],
      set: new Set(["x", "y"]),
      bytes: Buffer.from("ab"),
    };
    await documents.put({ TableName: "main", Item });
    const answer = await documents.get({ TableName: "main", Key: { pk: "doc", sk: "X" } });
    expect(answer.Item).toMatchObject({ number: 12.5, list: [1, "a", null], set: new Set(["x", "y"]) });
    expect(Buffer.from(answer.Item?.bytes).toString()).toBe("ab");
  });

  test("returns failed conditions as the SDK's exceptions, with the old items", async () => {
    const Item = { pk: "taken", sk: "X", owner: "me" };
    const put = {
      TableName: "main",
      Item,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    await documents.put(put);
    await expect(documents.put(put)).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      Item: { owner: { S: "me" } },
    });
    await expect(documents.transactWrite({ TransactItems: [{ Put: put }] })).rejects.toMatchObject({
      name: "TransactionCanceledException",
      message: expect.stringContaining("[ConditionalCheckFailed]"),
      CancellationReasons: [{ Code: "ConditionalCheckFailed", Item: { owner: { S: "me" } } }],
    });
  });

  test("returns a transaction's conflict to a single write, without a retry of the SDK", async () => {
    const Key = { pk: "hot", sk: "X" };
    const TransactItems = [{ Put: { TableName: "main", Item: Key } }];
    // The two requests use separate connections, so the machine's timing decides whether they conflict.
    await soon(async () => {
      const transaction = documents.transactWrite({ TransactItems });
      const single = documents.delete({ TableName: "main", Key });
      const [outcome] = await Promise.allSettled([single, transaction]);
      expect(outcome).toMatchObject({
        reason: {
          name: "TransactionConflictException",
          $metadata: { httpStatusCode: 400, attempts: 1 },
        },
      });
    });
    await documents.delete({ TableName: "main", Key });
  });

  test("streams the deletion of an expired item as the service's own", async () => {
    const expiresAt = Math.floor(Date.now() / 1000) - 10;
    await documents.put({ TableName: "main", Item: { pk: "old", sk: "X", expiresAt } });
    await engine.sweep();
    const { Streams = [] } = await streams.listStreams({ TableName: "main" });
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = await streams.describeStream({ StreamArn });
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const { ShardIterator } = await streams.getShardIterator({
      StreamArn,
      ShardId,
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records = [], NextShardIterator } = await streams.getRecords({ ShardIterator });
    expect(NextShardIterator).toBeTypeOf("string");
    expect(Records.at(-1)).toMatchObject({
      eventName: "REMOVE",
      userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
      dynamodb: { Keys: { pk: { S: "old" } }, ApproximateCreationDateTime: expect.any(Date) },
    });
  });

  test("refuses an unknown operation by AWS's error name", async () => {
    await expect(tables.listBackups({})).rejects.toMatchObject({ name: "UnknownOperationException" });
  });
});
