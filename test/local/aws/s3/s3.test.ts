import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { send } from "../support.ts";
import { aws, Bucket, get, put, s3, useBuckets } from "./support.ts";

const strangeKeys = [
  "a b+c.txt",
  "é/ü/日本/🙂",
  "../../etc/passwd",
  "//x",
  "per%25cent",
  "<&>\"'",
  "tab\tline\n",
  ".",
];
describe("the embedded S3", () => {
  useBuckets();

  test("creates, lists and deletes buckets", async () => {
    await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "BucketAlreadyOwnedByYou",
    });
    await s3.send(new HeadBucketCommand({ Bucket }));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await put("a");
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "BucketNotEmpty",
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "NotFound" });
  });

  test("creates a bucket for any requested region", async () => {
    const LocationConstraint = "eu-central-1";
    await s3.send(
      new CreateBucketCommand({ Bucket: "far-away", CreateBucketConfiguration: { LocationConstraint } }),
    );
    const { BucketRegion } = await s3.send(new HeadBucketCommand({ Bucket: "far-away" }));
    expect(BucketRegion).toBe("us-east-1");
  });

  test.each([
    "Upper",
    "a",
    "under_score",
    "dots..dots",
    "-dash",
  ])("refuses the bucket name %s", async (name) => {
    await expect(s3.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      name: "InvalidBucketName",
    });
  });

  test("returns content, type and metadata of an object", async () => {
    const Body = Buffer.from([0, 1, 254, 255, 10, 13]);
    const { ETag } = await put("a", {
      Body,
      ContentType: "image/png",
      Metadata: { owner: "ada" },
      CacheControl: "no-store",
    });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    expect(got).toMatchObject({
      ETag,
      ContentType: "image/png",
      Metadata: { owner: "ada" },
      CacheControl: "no-store",
    });
    expect(ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(head).toMatchObject({ ContentLength: 6, ETag, ContentType: "image/png" });
  });

  test.each(strangeKeys)("keeps the key %j unchanged", async (Key) => {
    await put(Key);
    expect(await get(Key)).toBe(`content of ${Key}`);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((row) => row.Key)).toEqual([Key]);
    const { Contents: encoded } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
    expect(decodeURIComponent(encoded?.[0]?.Key ?? "")).toBe(Key);
    const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
    expect(Errors).toBeUndefined();
    await expect(get(Key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("refuses a key over 1,024 bytes", async () => {
    await put("k".repeat(1024));
    await expect(put("é".repeat(513))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });

  test("replaces an object only if it is unchanged since it was read", async () => {
    const { ETag } = await put("a");
    await put("a", { Body: "second", IfMatch: ETag });
    await expect(put("a", { Body: "third", IfMatch: ETag })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    expect(await get("a")).toBe("second");
  });

  test("supports ranges and conditions of reads", async () => {
    const { ETag } = await put("a", { Body: "0123456789" });
    const read = (input: object) => s3.send(new GetObjectCommand({ Bucket, Key: "a", ...input }));
    expect(await (await read({ Range: "bytes=2-4" })).Body?.transformToString()).toBe("234");
    expect(await (await read({ Range: "bytes=-3" })).Body?.transformToString()).toBe("789");
    expect(await read({ Range: "bytes=8-99" })).toMatchObject({
      ContentRange: "bytes 8-9/10",
      ContentLength: 2,
    });
    await expect(read({ Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
    await expect(read({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(read({ IfMatch: '"other"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  });

  test("reports a missing object and a missing bucket", async () => {
    await expect(get("none")).rejects.toMatchObject({
      name: "NoSuchKey",
      $metadata: { httpStatusCode: 404 },
    });
    const elsewhere = new PutObjectCommand({ Bucket: "no-such-bucket", Key: "a", Body: "a" });
    await expect(s3.send(elsewhere)).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  test.each([
    "X-Amz-Signature=0&X-Amz-Credential=any/20260101/us-east-1/s3/aws4_request",
    "AWSAccessKeyId=any&Signature=0&Expires=9999999999",
  ])("accepts a URL presigned with %s", async (query) => {
    await put("a");
    expect(await send(`${aws.url}/${Bucket}/a?${query}`, {})).toMatchObject({
      status: 200,
      body: "content of a",
    });
    expect(await send(`${aws.url}/${Bucket}/a?X-Amz-Expires=60`, {})).toMatchObject({ status: 403 });
  });

  test("refuses unsupported parameters and headers", async () => {
    const refused = { name: "NotImplemented", $metadata: { httpStatusCode: 501 } };
    await expect(s3.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject(refused);
    await expect(s3.send(new GetObjectTaggingCommand({ Bucket, Key: "a" }))).rejects.toMatchObject(refused);
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "a", PartNumber: 1 }))).rejects.toMatchObject(
      refused,
    );
    for (const parameter of [
      { StartAfter: "a" },
      { FetchOwner: true },
      { ExpectedBucketOwner: "111122223333" },
    ])
      await expect(s3.send(new ListObjectsV2Command({ Bucket, ...parameter }))).rejects.toMatchObject(
        refused,
      );
    await expect(put("a", { ACL: "public-read" })).rejects.toMatchObject(refused);
    await expect(put("a", { ChecksumAlgorithm: "CRC32C" })).rejects.toMatchObject(refused);
    await expect(put("a", { Tagging: "a=b" })).rejects.toMatchObject(refused);
    const copying = s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }));
    await expect(copying).rejects.toMatchObject(refused);
    await expect(get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});
