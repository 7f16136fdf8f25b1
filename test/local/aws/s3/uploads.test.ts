import { Readable } from "node:stream";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { checksums } from "../../../../lib/local/aws/s3/checksums.ts";
import { send, signed } from "../support.ts";
import { aws, Bucket, get, put, s3, useBuckets } from "./support.ts";

describe("uploads to the embedded S3", () => {
  useBuckets();

  test("accepts a streamed body in chunks with a trailing checksum", async () => {
    const text = "0123456789".repeat(20_000);
    const Body = Readable.from([Buffer.from(text.slice(0, 70_001)), Buffer.from(text.slice(70_001))]);
    await put("streamed", { Body, ContentLength: text.length });
    expect(await get("streamed")).toBe(text);
    const { ContentEncoding } = await s3.send(new HeadObjectCommand({ Bucket, Key: "streamed" }));
    expect(ContentEncoding).toBeUndefined();
  });

  test.each([
    "CRC32",
    "CRC64NVME",
    "SHA1",
    "SHA256",
  ] as const)("verifies a %s checksum", async (algorithm) => {
    const content = Buffer.from("content");
    const name = algorithm.toLowerCase();
    const right = checksums[name]?.(content) ?? "";
    const wrong = checksums[name]?.(Buffer.from("other")) ?? "";
    const member = `Checksum${algorithm}`;
    await put("checked", { Body: content, [member]: right });
    const putting = put("wrong", { Body: content, [member]: wrong });
    await expect(putting).rejects.toMatchObject({ name: "BadDigest" });
    const got = await s3.send(new HeadObjectCommand({ Bucket, Key: "checked", ChecksumMode: "ENABLED" }));
    expect(got).toHaveProperty(member, right);
  });

  test("computes the published test vector's checksums", () => {
    const vector = Buffer.from("123456789");
    const hexOf = (name: string) => Buffer.from(checksums[name]?.(vector) ?? "", "base64").toString("hex");
    expect([hexOf("crc32"), hexOf("crc64nvme")]).toEqual(["cbf43926", "ae8b14860a799888"]);
  });

  test.each([
    ["a chunk that is too short", "9\r\nabc\r\n0\r\n\r\n", "IncompleteBody"],
    ["no last chunk", "3\r\nabc\r\n", "IncompleteBody"],
    ["a length that is not a number", "x\r\nabc\r\n0\r\n\r\n", "IncompleteBody"],
    ["fewer bytes than declared", "2\r\nab\r\n0\r\n\r\n", "IncompleteBody"],
    ["a wrong trailing checksum", "3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"],
    ["signed chunks", "3;chunk-signature=00\r\nabc\r\n0;chunk-signature=00\r\n\r\n", "ok"],
    [
      "several chunks and a checksum",
      "1\r\na\r\n2\r\nbc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n",
      "ok",
    ],
  ])("reads an aws-chunked upload with %s", async (_, body, outcome) => {
    const headers = {
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "3",
    };
    const answer = await send(
      `${aws.url}/${Bucket}/a`,
      { ...signed, ...headers, "content-encoding": "aws-chunked" },
      "PUT",
      body,
    );
    if (outcome !== "ok")
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(`>${outcome}<`) });
    else expect(await send(`${aws.url}/${Bucket}/a`, signed)).toMatchObject({ status: 200, body: "abc" });
  });
});
