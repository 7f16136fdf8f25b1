import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateTableCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { VerifyEmailIdentityCommand } from "@aws-sdk/client-ses";
import { describe, expect, test } from "vitest";
import { startAws } from "../../../lib/local/aws/server.ts";
import { clientsOf, sendMail } from "./clients.ts";
import { serveAlone, temporaryDirectory } from "./support.ts";

type Clients = ReturnType<typeof clientsOf>;
const keys = ["a", "é/日本/🙂", "../../etc/passwd", "tab\tline\n", "k".repeat(1024)];
const Bucket = "kept";
const TableName = "kept";
const Item = { pk: { S: "1" } };

/** Changes something in every service. Returns the key's id. */
async function change({ dynamoDb, kms, s3, ses }: Clients): Promise<string | undefined> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await dynamoDb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: "me@sender.example" }));
  await Promise.all([
    s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "content" })),
    dynamoDb.send(new PutItemCommand({ TableName, Item })),
    sendMail(ses),
  ]);
  return KeyMetadata?.KeyId;
}

describe("the embedded AWS endpoint on disk", () => {
  test("keeps every service's acknowledged changes after kill -9", async () => {
    const directory = await temporaryDirectory();
    const { url, child } = await serveAlone("--data", directory);
    const KeyId = await change(clientsOf(url));
    child.kill("SIGKILL");
    await once(child, "exit");
    const again = await startAws({ port: 0, directory });
    const { dynamoDb, kms, s3, ses } = clientsOf(again.url);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    const content = await Body?.transformToString();
    const found = await dynamoDb.send(new GetItemCommand({ TableName, Key: Item }));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    await sendMail(ses, "bob@example.com");
    const recipients = again.mailbox.list().map(({ to }) => to);
    await again.stop();
    expect(content).toBe("content");
    expect(found.Item).toEqual(Item);
    expect(KeyMetadata).toMatchObject({ KeyId, Enabled: true });
    expect(recipients).toEqual(["ada@example.com", "bob@example.com"]);
  });

  test("stores an S3 object for one of many parallel conditional puts", async () => {
    const aws = await startAws({ port: 0, directory: await temporaryDirectory() });
    const s3 = clientsOf(aws.url).s3;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const racers = Array.from({ length: 20 }, (_, index) =>
      s3.send(new PutObjectCommand({ Bucket, Key: "raced", Body: `racer ${index}`, IfNoneMatch: "*" })),
    );
    const outcomes = await Promise.allSettled(racers);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "raced" }));
    const content = await Body?.transformToString();
    await aws.stop();
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(content).toBe(`racer ${winner}`);
    expect(lost).toHaveLength(19);
    for (const { reason } of lost) {
      expect(reason).toMatchObject({ name: "PreconditionFailed", $metadata: { httpStatusCode: 412 } });
    }
  });

  test("keeps S3's buckets and versions over a restart and drops a partial file", async () => {
    const directory = await temporaryDirectory();
    const first = await startAws({ port: 0, directory });
    const before = clientsOf(first.url).s3;
    await before.send(new CreateBucketCommand({ Bucket }));
    const Status = "Enabled";
    await before.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    for (const Key of keys) await before.send(new PutObjectCommand({ Bucket, Key, Body: `old ${Key}` }));
    for (const Key of keys) await before.send(new PutObjectCommand({ Bucket, Key, Body: `new ${Key}` }));
    const { Versions: written } = await before.send(new ListObjectVersionsCommand({ Bucket }));
    await first.stop();
    await writeFile(join(directory, "s3", "objects", "0123.tmp"), '{"bucket":"');
    const second = await startAws({ port: 0, directory });
    const after = clientsOf(second.url).s3;
    const { Versions: read } = await after.send(new ListObjectVersionsCommand({ Bucket }));
    const got = await after.send(new GetObjectCommand({ Bucket, Key: keys[0] }));
    const content = await got.Body?.transformToString();
    await second.stop();
    const files = await readdir(join(directory, "s3", "objects"));
    expect(read).toEqual(written);
    expect(content).toBe(`new ${keys[0]}`);
    expect(files.every((name) => /^[\da-f]{64}$/.test(name))).toBe(true);
  });
});
