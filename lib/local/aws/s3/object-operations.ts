import { type AwsReply, header } from "../shared/calls.ts";
import { checkPutConditions, checkReadConditions, rangeOf } from "./conditions.ts";
import { s3Error } from "./errors.ts";
import { emptyReply, existingBucket, type S3Request } from "./request.ts";
import { nullVersion, type ObjectStore, type Version } from "./store.ts";
import { etagOf, readUpload } from "./upload.ts";

const keptHeaderNames = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-language",
  "expires",
];

/** Puts an object: replaces the newest version, or adds one if versioned. Condition and put are one step. */
export async function putObject(request: S3Request): Promise<AwsReply> {
  const { http, store, key, now } = request;
  const { content, checksum } = readUpload(http);
  const headers = keptHeaders(request);
  return store.alone(request.bucket, key, async () => {
    const bucket = existingBucket(request);
    checkPutConditions(http, store.versions(bucket.name, key)[0]);
    const described = { key, isDeleteMarker: false, etag: etagOf(content), headers, lastModifiedMs: now() };
    const version = await store.put(bucket, checksum ? { ...described, checksum } : described, content);
    if (version === undefined) throw s3Error("NoSuchBucket");
    const sent = checksum === undefined ? {} : { [checksum.header]: checksum.value };
    return emptyReply(200, { etag: version.etag, ...sent, ...versionHeader(version, bucket.versioning) });
  });
}

/** Returns an object's content, or one range of it. */
export async function getObject(request: S3Request): Promise<AwsReply> {
  const { http, store, bucket, key } = request;
  return store.alone(bucket, key, async () => {
    const version = readableVersion(request);
    const content = await store.content(version);
    if (content === undefined) throw s3Error("NoSuchKey", undefined, { Key: key });
    const headers = objectHeaders(request, version);
    const range = rangeOf(header(http, "range"), content.length);
    if (range === undefined) return { status: 200, headers, body: content };
    const [first, last] = range;
    const body = content.subarray(first, last + 1);
    // The stored checksum covers the whole object.
    if (version.checksum !== undefined) delete headers[version.checksum.header];
    return {
      status: 206,
      headers: { ...headers, "content-range": `bytes ${first}-${last}/${content.length}` },
      body,
    };
  });
}

export async function headObject(request: S3Request): Promise<AwsReply> {
  const version = readableVersion(request);
  const length = { "content-length": String(version.sizeBytes) };
  return emptyReply(200, { ...objectHeaders(request, version), ...length });
}

/** Deletes an object or a named version for good. In a versioned bucket an object gets a delete marker instead. */
export async function deleteObject(request: S3Request): Promise<AwsReply> {
  const { http, key } = request;
  if (header(http, "if-match") !== "") throw s3Error("NotImplemented");
  const { versionId, isDeleteMarker } = await deleteOne(
    request,
    key,
    http.query.get("versionId") ?? undefined,
  );
  return emptyReply(204, {
    ...(versionId === undefined ? {} : { "x-amz-version-id": versionId }),
    ...(isDeleteMarker ? { "x-amz-delete-marker": "true" } : {}),
  });
}

/**
 * Deletes one key as {@link deleteObject} does. As on S3, a missing key or version is not an error.
 * @returns the removed version, or the new delete marker.
 * @throws InvalidArgument for a malformed version id.
 */
export function deleteOne(
  request: S3Request,
  key: string,
  versionId: string | undefined,
): Promise<{ versionId?: string; isDeleteMarker: boolean }> {
  const { store, now } = request;
  return store.alone(request.bucket, key, async () => {
    const bucket = existingBucket(request);
    if (versionId !== undefined) return deleteVersion(store, bucket.name, key, versionId);
    if (bucket.versioning === undefined) {
      await deleteVersion(store, bucket.name, key, nullVersion);
      return { isDeleteMarker: false };
    }
    const marker = { key, isDeleteMarker: true, etag: "", headers: {}, lastModifiedMs: now() };
    const version = await store.put(bucket, marker, Buffer.alloc(0));
    return { versionId: version?.versionId ?? nullVersion, isDeleteMarker: true };
  });
}

async function deleteVersion(store: ObjectStore, bucket: string, key: string, versionId: string) {
  checkVersionId(versionId);
  const version = store.versions(bucket, key).find((one) => one.versionId === versionId);
  if (version !== undefined) await store.remove(version);
  return { versionId, isDeleteMarker: version?.isDeleteMarker ?? false };
}

/** Finds the version to read. Throws S3's errors for missing versions, delete markers and failed conditions. */
function readableVersion(request: S3Request): Version {
  const { store, key, http } = request;
  const bucket = existingBucket(request);
  const versionId = http.query.get("versionId");
  if (versionId !== null) checkVersionId(versionId);
  const versions = store.versions(bucket.name, key);
  const version = versionId === null ? versions[0] : versions.find((one) => one.versionId === versionId);
  if (version === undefined)
    throw s3Error(versionId === null ? "NoSuchKey" : "NoSuchVersion", undefined, { Key: key });
  if (version.isDeleteMarker) {
    const code = versionId === null ? "NoSuchKey" : "MethodNotAllowed";
    const marker = { "x-amz-delete-marker": "true", "x-amz-version-id": version.versionId };
    throw s3Error(code, undefined, { Key: key, ...marker });
  }
  checkReadConditions(http, version);
  return version;
}

function checkVersionId(versionId: string): void {
  if (versionId === nullVersion || /^[\da-f]{32}$/.test(versionId)) return;
  throw s3Error("InvalidArgument", "Invalid version id specified", { ArgumentName: "versionId" });
}

function objectHeaders({ http, store, bucket }: S3Request, version: Version): Record<string, string> {
  const wantsChecksum = header(http, "x-amz-checksum-mode") === "ENABLED" && version.checksum !== undefined;
  return {
    ...version.headers,
    etag: version.etag,
    "accept-ranges": "bytes",
    "last-modified": new Date(version.lastModifiedMs).toUTCString(),
    ...(wantsChecksum ? { [version.checksum?.header ?? ""]: version.checksum?.value ?? "" } : {}),
    ...versionHeader(version, store.bucket(bucket)?.versioning),
  };
}

function versionHeader(version: Version, versioning: string | undefined): Record<string, string> {
  return versioning === undefined ? {} : { "x-amz-version-id": version.versionId };
}

function keptHeaders({ http }: S3Request): Record<string, string> {
  const names = Object.keys(http.headers).filter(
    (name) => keptHeaderNames.includes(name) || name.startsWith("x-amz-meta-"),
  );
  const kept = Object.fromEntries(names.map((name) => [name, header(http, name)]));
  // `aws-chunked` is a transfer coding. It has been decoded and must not be stored.
  const coding = header(http, "content-encoding")
    .split(",")
    .map((one) => one.trim());
  const encoding = coding.filter((one) => one !== "" && one !== "aws-chunked").join(",");
  const type = kept["content-type"] || "binary/octet-stream";
  return { ...kept, "content-type": type, ...(encoding === "" ? {} : { "content-encoding": encoding }) };
}
