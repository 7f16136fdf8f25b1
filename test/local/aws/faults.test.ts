import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetSendQuotaCommand } from "@aws-sdk/client-ses";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { clientsOf, sendMail } from "./clients.ts";
import { send, signed, target } from "./support.ts";

let aws: EmbeddedAws;

describe("ordered faults", () => {
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null, senderIdentities: ["sender.example"] });
  });
  beforeEach(() => {
    aws.faults.clear();
    aws.mailbox.clear();
  });
  afterAll(() => aws.stop());

  test("fails as often as ordered, and only in the ordered operation", async () => {
    const { ses, dynamoDb } = clientsOf(aws.url);
    aws.faults.order({ service: "ses", operation: "SendEmail", error: "Throttling", status: 400, times: 1 });
    await ses.send(new GetSendQuotaCommand({}));
    await expect(sendMail(ses)).rejects.toMatchObject({
      name: "Throttling",
      $metadata: { httpStatusCode: 400 },
    });
    await sendMail(ses);
    aws.faults.order({ service: "dynamodb", error: "InternalServerError" });
    const listing = dynamoDb.send(new ListTablesCommand({}));
    await expect(listing).rejects.toMatchObject({ name: "InternalServerError", $fault: "server" });
    expect(aws.mailbox.list()).toHaveLength(1);
  });

  test("closes the connection before or after the effect, as ordered", async () => {
    const { ses } = clientsOf(aws.url);
    aws.faults.order({ service: "ses", error: "disconnect", times: 1 });
    await expect(sendMail(ses)).rejects.toThrow();
    expect(aws.mailbox.list()).toHaveLength(0);
    aws.faults.order({ service: "ses", error: "disconnect-after-effect", times: 1 });
    await expect(sendMail(ses)).rejects.toThrow();
    expect(aws.mailbox.list()).toHaveLength(1);
    expect(aws.faults.list()).toEqual([]);
  });

  test("delays a call as ordered", async () => {
    aws.faults.order({ service: "kms", delayMs: 120, times: 1 });
    const startMs = performance.now();
    expect(await send(`${aws.url}/`, target("TrentService.ListKeys"), "POST", "{}")).toMatchObject({
      status: 200,
    });
    expect(performance.now() - startMs).toBeGreaterThan(110);
  });

  test("returns the ordered error's further fields", async () => {
    const fields = { CancellationReasons: [{ Code: "TransactionConflict" }] };
    aws.faults.order({ service: "dynamodb", error: "TransactionCanceledException", status: 400, fields });
    const { body } = await send(`${aws.url}/`, target("DynamoDB_20120810.TransactWriteItems"), "POST", "{}");
    expect(JSON.parse(body)).toMatchObject({
      __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
      ...fields,
    });
  });

  test("accepts orders over HTTP, and refuses malformed ones", async () => {
    const order = { service: "s3", operation: "PutObject", error: "SlowDown", status: 503, times: 2 };
    expect(await send(`${aws.url}/_local/faults`, {}, "PUT", JSON.stringify([order]))).toMatchObject({
      status: 200,
    });
    const failed = await send(`${aws.url}/any/key`, signed, "PUT");
    expect(failed).toMatchObject({ status: 503, body: expect.stringContaining("<Code>SlowDown<") });
    for (const wrong of [
      "{",
      "{}",
      '{"service":"s4"}',
      '{"service":"s3","time":1}',
      '{"service":"s3","times":0}',
    ]) {
      expect(await send(`${aws.url}/_local/faults`, {}, "PUT", wrong), wrong).toMatchObject({ status: 400 });
    }
    expect(JSON.parse((await send(`${aws.url}/_local/faults`, {})).body)).toEqual([{ ...order, times: 1 }]);
    expect(await send(`${aws.url}/_local/faults`, {}, "DELETE")).toMatchObject({ status: 204 });
    expect(aws.faults.list()).toEqual([]);
  });
});
