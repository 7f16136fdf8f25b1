import {
  type DeleteMarkerEntry,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ObjectVersion,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { HomeListing, Homes } from "../core/homes/homes.ts";
import { DependencyFault } from "../core/shared/refusals.ts";
import { call, callUnless, clientSettings } from "./calls.ts";

/** Homes as prefixes in one bucket. */
export function s3Homes(bucket: string): Homes {
  const client = new S3Client({ ...clientSettings, forcePathStyle: true });
  return {
    make: (prefix) => putDefault(client, bucket, `${prefix}default`),
    remove: (prefix, until) => removeAll(client, bucket, prefix, until),
    list: (prefix) => list(client, bucket, prefix),
  };
}

/** Creates the empty `default` file. An existing one stays unchanged. */
async function putDefault(client: S3Client, bucket: string, key: string): Promise<void> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: "",
    ContentLength: 0,
    IfNoneMatch: "*",
  });
  await callUnless("PreconditionFailed", "s3", "PutObject", () => client.send(command));
}

async function removeAll(client: S3Client, bucket: string, prefix: string, until = Infinity): Promise<void> {
  let after: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> = {};
  let isClean = true;
  for (;;) {
    const list = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...after });
    const page = await call("s3", "ListObjectVersions", () => client.send(list));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    const old = found.filter(({ LastModified }) => (LastModified?.getTime() ?? 0) <= until);
    if (old.length > 0) await removeVersions(client, bucket, old);
    isClean &&= old.length === 0;
    if (page.IsTruncated) {
      after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    } else {
      if (isClean) return;
      // Start again, until one pass from end to end finds nothing to remove.
      [after, isClean] = [{}, true];
    }
  }
}

async function removeVersions(
  client: S3Client,
  bucket: string,
  versions: readonly (ObjectVersion | DeleteMarkerEntry)[],
): Promise<void> {
  const Objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const remove = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
  const { Errors = [] } = await call("s3", "DeleteObjects", () => client.send(remove));
  const code = Errors[0] && (Errors[0].Code ?? "Error");
  if (code) throw new DependencyFault("s3", "DeleteObjects", code !== "AccessDenied", code);
}

/** Reads one page of a listing: S3 lists at most 1,000 keys. */
async function list(client: S3Client, bucket: string, Prefix: string): Promise<HomeListing> {
  const command = new ListObjectsV2Command({ Bucket: bucket, Prefix });
  const { Contents = [], IsTruncated = false } = await call("s3", "ListObjectsV2", () =>
    client.send(command),
  );
  return {
    files: Contents.map(({ Key = "", Size = 0 }) => ({ key: Key, bytes: Size })),
    hasMore: IsTruncated,
  };
}
