import type { AwsReply, AwsRequest } from "../shared/calls.ts";
import { accountId } from "../shared/protocol.ts";
import { type XmlValue, xmlDocument } from "../shared/xml.ts";
import { s3Error } from "./errors.ts";
import type { Bucket, ObjectStore } from "./store.ts";

/** The input of every S3 operation. `bucket` and `key` are decoded, and empty if the path has none. */
export interface S3Request {
  http: AwsRequest;
  store: ObjectStore;
  bucket: string;
  key: string;
  now: () => number;
}

/** The owner of everything in S3. */
export const bucketOwner = { ID: accountId.padEnd(64, "0"), DisplayName: "local" };
const keyMaxBytes = 1024; // S3 user guide, object key names

/**
 * Splits a path into bucket and key.
 * @throws InvalidURI or KeyTooLongError.
 */
export function splitPath(path: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?([\s\S]*)$/.exec(path) ?? [];
  try {
    const decoded = { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
    if (Buffer.byteLength(decoded.key) > keyMaxBytes) throw s3Error("KeyTooLongError");
    return decoded;
  } catch (error) {
    if (error instanceof URIError) throw s3Error("InvalidURI");
    throw error;
  }
}

/**
 * Returns a request's bucket.
 * @throws NoSuchBucket
 */
export function existingBucket({ store, bucket }: S3Request): Bucket {
  const found = store.bucket(bucket);
  if (found === undefined) throw s3Error("NoSuchBucket", undefined, { BucketName: bucket });
  return found;
}

/** Makes a response with an XML body in S3's namespace. */
export function xmlReply(root: string, content: XmlValue): AwsReply {
  const body = xmlDocument(root, "http://s3.amazonaws.com/doc/2006-03-01/", content);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

export function emptyReply(status: number, headers: Record<string, string> = {}): AwsReply {
  return { status, headers, body: "" };
}
