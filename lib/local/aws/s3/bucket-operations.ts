import type { AwsReply } from "../shared/calls.ts";
import { region } from "../shared/protocol.ts";
import { childText, parseXml } from "../shared/xml.ts";
import { s3Error } from "./errors.ts";
import { bucketOwner, emptyReply, existingBucket, type S3Request, xmlReply } from "./request.ts";

export async function listBuckets({ store }: S3Request): Promise<AwsReply> {
  const rows = store
    .buckets()
    .map(({ name, createdAtMs }) => ({ Name: name, CreationDate: new Date(createdAtMs).toISOString() }));
  return xmlReply("ListAllMyBucketsResult", { Owner: bucketOwner, Buckets: { Bucket: rows } });
}

/**
 * Creates a bucket. The requested region is ignored, because there is only one here.
 * @throws InvalidBucketName, or BucketAlreadyOwnedByYou (unlike the real us-east-1).
 */
export async function createBucket({ store, bucket, now }: S3Request): Promise<AwsReply> {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes("..")) {
    throw s3Error("InvalidBucketName", undefined, { BucketName: bucket });
  }
  return store.alone(bucket, "", async () => {
    if (store.bucket(bucket)) throw s3Error("BucketAlreadyOwnedByYou", undefined, { BucketName: bucket });
    await store.saveBucket({ name: bucket, createdAtMs: now(), versioning: undefined });
    return emptyReply(200, { location: `/${bucket}` });
  });
}

/** Confirms that a bucket exists. */
export async function headBucket(request: S3Request): Promise<AwsReply> {
  existingBucket(request);
  return emptyReply(200, { "x-amz-bucket-region": region });
}

/**
 * Removes an empty bucket.
 * @throws BucketNotEmpty while a version or delete marker is left.
 */
export async function deleteBucket(request: S3Request): Promise<AwsReply> {
  const { store, bucket } = request;
  return store.alone(bucket, "", async () => {
    existingBucket(request);
    if (store.keys(bucket).size > 0) throw s3Error("BucketNotEmpty", undefined, { BucketName: bucket });
    await store.removeBucket(bucket);
    return emptyReply(204);
  });
}

export async function getBucketVersioning(request: S3Request): Promise<AwsReply> {
  return xmlReply("VersioningConfiguration", { Status: existingBucket(request).versioning });
}

/**
 * Enables or suspends versioning. MFA delete is not supported.
 * @throws IllegalVersioningConfigurationException
 */
export async function putBucketVersioning(request: S3Request): Promise<AwsReply> {
  const { store, bucket, http } = request;
  const configuration = parseXml(http.body.toString("utf8"));
  const status = childText(configuration, "Status");
  if (childText(configuration, "MfaDelete") === "Enabled") throw s3Error("NotImplemented");
  if (status !== "Enabled" && status !== "Suspended")
    throw s3Error("IllegalVersioningConfigurationException");
  return store.alone(bucket, "", async () => {
    await store.saveBucket({ ...existingBucket(request), versioning: status });
    return emptyReply(200);
  });
}
