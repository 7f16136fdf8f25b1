import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type EmbeddedAws, startAws } from "../../../../lib/local/aws/server.ts";
import { settingsOf } from "../support.ts";

/** The endpoint of the running tests, its client, and the bucket of the current test. */
export let aws: EmbeddedAws;
export let s3: S3Client;
export let Bucket: string;
let buckets = 0;

/** Starts the endpoint for a describe block, and gives each of its tests a new bucket. */
export function useBuckets(): void {
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null });
    s3 = new S3Client(settingsOf(aws.url));
  });
  beforeEach(async () => {
    buckets += 1;
    Bucket = `bucket-${buckets}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => aws.stop());
}

export function put(Key: string, changes: Partial<PutObjectCommandInput> = {}) {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body: `content of ${Key}`, ...changes }));
}

export async function get(Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}
