import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { crc32 } from "node:zlib";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { GetSendQuotaCommand } from "@aws-sdk/client-ses";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { isLoopbackAuthority, isLoopbackOrigin } from "../../../lib/local/aws/shared/loopback.ts";
import { clientsOf } from "./clients.ts";
import { send, signed, target, temporaryDirectory } from "./support.ts";

let aws: EmbeddedAws;

/** Writes bytes to the port. Returns everything that comes back until the connection ends. */
async function sendBytes(bytes: string, thenCut = false): Promise<string> {
  const socket = connect(aws.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.on("error", () => {});
  socket.write(bytes, () => thenCut && socket.resetAndDestroy());
  await once(socket, "close");
  return answer;
}

describe("the embedded AWS endpoint", () => {
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null, senderIdentities: ["sender.example"] });
  });
  afterAll(() => aws.stop());

  test("serves every service on one port", async () => {
    const { dynamoDb, streams, kms, ses, s3 } = clientsOf(aws.url);
    expect(await dynamoDb.send(new ListTablesCommand({}))).toMatchObject({ TableNames: [] });
    expect(await streams.send(new ListStreamsCommand({}))).toMatchObject({ Streams: [] });
    expect(await kms.send(new CreateKeyCommand({}))).toHaveProperty("KeyMetadata.KeyId");
    expect(await ses.send(new GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 0 });
    await s3.send(new CreateBucketCommand({ Bucket: "every-service" }));
  });

  test.each([
    ["DynamoDB", "DynamoDB_20120810.NoSuchThing"],
    ["Streams", "DynamoDBStreams_20120810.NoSuchThing"],
    ["KMS", "TrentService.NoSuchThing"],
    ["a name that every object inherits", "TrentService.constructor"],
    ["another service", "AmazonSQS.SendMessage"],
    ["a target without an operation", "TrentService"],
  ])("refuses an unknown operation of %s with UnknownOperationException", async (_, operation) => {
    const { status, body } = await send(`${aws.url}/`, target(operation), "POST", "{}");
    expect(status).toBe(400);
    expect(JSON.parse(body).__type).toMatch(/(^|#)UnknownOperationException$/);
  });

  test.each([
    "{",
    "[]",
    "null",
    '"text"',
    "",
  ])("refuses the body %j with SerializationException", async (body) => {
    const answer = await send(`${aws.url}/`, target("TrentService.ListKeys"), "POST", body);
    expect(answer).toMatchObject({ status: 400 });
    expect(JSON.parse(answer.body).__type).toContain("SerializationException");
  });

  test.each([
    "lambda",
    "ses",
    "sts",
    "iam",
  ])("refuses a REST request signed for %s as unknown instead of a missing bucket", async (service) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request`;
    const answer = await fetch(`${aws.url}/2015-03-31/functions/`, { headers: { authorization } });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("UnknownOperationException");
  });

  test("refuses unsigned requests with each service's own error", async () => {
    const json = await send(`${aws.url}/`, { "x-amz-target": "DynamoDB_20120810.ListTables" }, "POST", "{}");
    expect(json.body).toContain("com.amazon.coral.service#MissingAuthenticationTokenException");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const query = await send(`${aws.url}/`, form, "POST", "Action=GetSendQuota");
    expect(query).toMatchObject({
      status: 403,
      body: expect.stringContaining("<Code>MissingAuthenticationToken<"),
    });
    expect(await send(`${aws.url}/bucket`, {})).toMatchObject({
      status: 403,
      body: expect.stringContaining("<Code>AccessDenied<"),
    });
  });

  test("adds request id and checksum to DynamoDB's responses", async () => {
    const { headers, body } = await send(`${aws.url}/`, target("DynamoDB_20120810.ListTables"), "POST", "{}");
    expect(headers).toMatchObject({
      "content-type": "application/x-amz-json-1.0",
      "x-amz-crc32": String(crc32(body)),
      "x-amzn-requestid": expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  test.each([
    ["another site's name for this machine", { host: "evil.example:4566" }],
    ["a name that begins like this machine's", { host: "localhost.evil.example" }],
    ["an image on a page of another site", { "sec-fetch-site": "cross-site" }],
    ["a page of another site", { origin: "https://evil.example" }],
    ["a page without an origin", { origin: "null" }],
  ])("refuses a request from %s", async (_, headers) => {
    const answer = await send(
      `${aws.url}/`,
      { ...target("TrentService.ListKeys"), ...headers },
      "POST",
      "{}",
    );
    expect(answer).toMatchObject({ status: 403, body: expect.not.stringContaining("Keys") });
    const faults = await send(`${aws.url}/_local/faults`, headers);
    expect(faults.status).toBe(403);
  });

  test("serves containers under their name for this machine, but no page under it", async () => {
    const ask = (headers: object) =>
      send(`${aws.url}/`, { ...target("TrentService.ListKeys"), ...headers }, "POST", "{}");
    const host = "host.docker.internal:4566";
    expect(await ask({ host })).toMatchObject({ status: 200 });
    expect(await ask({ host, origin: `http://${host}` })).toMatchObject({ status: 403 });
    expect(await ask({ host: "xhost.docker.internal" })).toMatchObject({ status: 403 });
    expect(await ask({ host: "host.docker.internal.evil.example" })).toMatchObject({ status: 403 });
  });

  test("serves any host without loopbackOnly", async () => {
    const open = await startAws({ port: 0, directory: null, loopbackOnly: false });
    const asking = httpRequest(open.url, { headers: { ...signed, host: "any.example:4566" } });
    asking.end();
    const [response] = await once(asking, "response");
    await open.stop();
    expect(response.statusCode).toBe(200);
  });

  test("recognizes loopback names", () => {
    const ours = ["localhost", "LOCALHOST:1", "127.0.0.1:4566", "127.9.9.9", "[::1]", "[::1]:80"];
    const others = [
      undefined,
      "",
      ":80",
      "localhost.",
      "127.0.0.1.evil.example",
      "1127.0.0.1",
      "[::2]",
      "a@localhost",
    ];
    expect(ours.filter((authority) => !isLoopbackAuthority(authority))).toEqual([]);
    expect(others.filter((authority) => isLoopbackAuthority(authority))).toEqual([]);
    expect([undefined, "http://localhost:3000"].every(isLoopbackOrigin)).toBe(true);
    expect(["null", "", "https://evil.example", "http://localhost/x"].some(isLoopbackOrigin)).toBe(false);
  });

  test("survives aborted and malformed requests", async () => {
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\nAuthorization: a\r\n`;
    await Promise.all([
      sendBytes(`${head}Content-Length: 100\r\n\r\n{"half`, true),
      sendBytes(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`),
      sendBytes("nonsense\r\n\r\n"),
      sendBytes(`PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n`, true),
    ]);
    expect(await send(`${aws.url}/`, target("TrentService.ListKeys"), "POST", "{}")).toMatchObject({
      status: 200,
    });
    expect(await send(`${aws.url}/b/%zz`, signed)).toMatchObject({
      status: 400,
      body: expect.stringContaining("InvalidURI"),
    });
  });

  test("responds to Expect: 100-continue before the body", async () => {
    const head = "PUT /expected HTTP/1.1\r\nHost: localhost\r\nAuthorization: a\r\nConnection: close\r\n";
    const answer = await sendBytes(`${head}Content-Length: 0\r\nExpect: 100-continue\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test("refuses a body over 16 MiB", async () => {
    const body = "x".repeat(16 * 1024 * 1024 + 1);
    expect(await send(`${aws.url}/chunked/big`, signed, "PUT", body)).toMatchObject({
      status: 413,
      body: expect.stringContaining("EntityTooLarge"),
    });
  });

  test("rejects a taken port and then releases the directory", async () => {
    const directory = await temporaryDirectory();
    await expect(startAws({ port: aws.port, directory })).rejects.toMatchObject({ code: "EADDRINUSE" });
    const second = await startAws({ port: 0, directory });
    await second.stop();
  });
});
