import type { AwsReply } from "../shared/calls.ts";
import { s3Error } from "./errors.ts";
import { bucketOwner, existingBucket, type S3Request, xmlReply } from "./request.ts";
import type { Version } from "./store.ts";

const pageMaxKeys = 1000;

/** Parameters of both listings. `encode` turns a key or prefix into text for the XML. */
interface Order {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  encode: (text: string) => string;
}

/** Lists the newest versions of keys (ListObjectsV2), without delete markers. */
export async function listObjects(request: S3Request): Promise<AwsReply> {
  const { store, http } = request;
  const bucket = existingBucket(request);
  const order = orderOf(http.query);
  const token = http.query.get("continuation-token");
  const resume = token === null ? undefined : decodeToken(token);
  const newest: Version[] = [];
  for (const [version] of store.keys(bucket.name).values()) {
    if (version === undefined || version.isDeleteMarker || !version.key.startsWith(order.prefix)) continue;
    newest.push(version);
  }
  newest.sort((a, b) => compareUtf8(a.key, b.key));
  const { rows, prefixes, last, isTruncated } = page(order, newest, (entry) => {
    return resume === undefined || compareUtf8(entry, resume) > 0;
  });
  return xmlReply("ListBucketResult", {
    ...heading(bucket.name, order, http.query, isTruncated),
    KeyCount: rows.length + prefixes.length,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: isTruncated ? encodeToken(last) : undefined,
    Contents: rows.map((version) => described(version, order)),
    CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: order.encode(Prefix) })),
  });
}

/** Lists every version and delete marker (ListObjectVersions), each key's newest first. */
export async function listVersions(request: S3Request): Promise<AwsReply> {
  const { store, http } = request;
  const bucket = existingBucket(request);
  const order = orderOf(http.query);
  const keyMarker = http.query.get("key-marker") ?? "";
  const versionMarker = http.query.get("version-id-marker") ?? "";
  const keys = [...store.keys(bucket.name).keys()].filter((key) => key.startsWith(order.prefix));
  const all = keys.sort(compareUtf8).flatMap((key) => store.versions(bucket.name, key));
  const { rows, prefixes, last, lastVersion, isTruncated } = page(order, all, (entry, version) => {
    const compared = compareUtf8(entry, keyMarker);
    return compared > 0 || (compared === 0 && version !== undefined && isAfter(version, versionMarker, all));
  });
  const show = (version: Version) => ({
    ...described(version, order),
    VersionId: version.versionId,
    IsLatest: store.versions(bucket.name, version.key)[0] === version,
    Owner: bucketOwner,
  });
  const markers = rows.filter((version) => version.isDeleteMarker).map(show);
  return xmlReply("ListVersionsResult", {
    ...heading(bucket.name, order, http.query, isTruncated),
    KeyMarker: order.encode(keyMarker),
    VersionIdMarker: versionMarker,
    NextKeyMarker: isTruncated ? order.encode(last) : undefined,
    NextVersionIdMarker: isTruncated ? lastVersion : undefined,
    Version: rows.filter((version) => !version.isDeleteMarker).map(show),
    DeleteMarker: markers.map(({ ETag: _, Size: __, StorageClass: ___, ...marker }) => marker),
    CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: order.encode(Prefix) })),
  });
}

/** Cuts one page from sorted versions. Keys with a common prefix up to the delimiter are one entry. */
function page(order: Order, sorted: Version[], isWanted: (entry: string, version?: Version) => boolean) {
  const rows: Version[] = [];
  const prefixes: string[] = [];
  let last = "";
  let lastVersion: string | undefined;
  for (const version of sorted) {
    const shared = sharedPrefix(version.key, order);
    if (!isWanted(shared ?? version.key, shared === undefined ? version : undefined)) continue;
    if (shared !== undefined && shared === prefixes.at(-1)) continue;
    if (rows.length + prefixes.length >= order.maxKeys) {
      return { rows, prefixes, last, lastVersion, isTruncated: order.maxKeys > 0 };
    }
    if (shared === undefined) rows.push(version);
    else prefixes.push(shared);
    last = shared ?? version.key;
    lastVersion = shared === undefined ? version.versionId : undefined;
  }
  return { rows, prefixes, last, lastVersion, isTruncated: false };
}

/**
 * Returns a key's prefix up to the delimiter, under which keys are listed together. undefined: the key is listed alone.
 */
function sharedPrefix(key: string, { prefix, delimiter }: Order): string | undefined {
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

/** Compares two texts by their UTF-8 bytes, as S3 sorts keys. Plain comparison uses UTF-16 units. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Whether a version comes after the marker in its key's list. A caller that empties a bucket page by page has already
 * deleted the marker's version. The sequence at the start of its id still gives its place. A deleted `null` version has
 * no place, so its key starts over.
 */
function isAfter(version: Version, marker: string, all: Version[]): boolean {
  if (marker === "") return false;
  const known = all.find((one) => one.key === version.key && one.versionId === marker)?.sequence;
  const sequence = known ?? Number.parseInt(marker.slice(0, 12), 16);
  return Number.isNaN(sequence) || version.sequence < sequence;
}

function orderOf(query: URLSearchParams): Order {
  const encodingType = query.get("encoding-type");
  if (encodingType !== null && encodingType !== "url") {
    throw s3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  const asked = query.get("max-keys") ?? "";
  if (!/^\d*$/.test(asked))
    throw s3Error("InvalidArgument", "Provided max-keys not an integer or within integer range");
  const maxKeys = asked === "" ? pageMaxKeys : Math.min(Number(asked), pageMaxKeys);
  const encode = encodingType === "url" ? encodeKey : (text: string) => text;
  return { prefix: query.get("prefix") ?? "", delimiter: query.get("delimiter") ?? "", maxKeys, encode };
}

/** Encodes a listed key as S3 does: like a URI component, but with slashes. */
function encodeKey(key: string): string {
  const escaped = encodeURIComponent(key).replaceAll("%2F", "/");
  return escaped.replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function heading(bucket: string, order: Order, query: URLSearchParams, IsTruncated: boolean) {
  return {
    Name: bucket,
    Prefix: order.encode(order.prefix),
    Delimiter: order.delimiter === "" ? undefined : order.encode(order.delimiter),
    MaxKeys: order.maxKeys,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated,
  };
}

function described(version: Version, order: Order) {
  return {
    Key: order.encode(version.key),
    LastModified: new Date(version.lastModifiedMs).toISOString(),
    ETag: version.etag,
    Size: version.sizeBytes,
    StorageClass: "STANDARD",
  };
}

function encodeToken(entry: string): string {
  return Buffer.from(entry).toString("base64url");
}

function decodeToken(token: string): string {
  const entry = Buffer.from(token, "base64url").toString("utf8");
  if (token === "" || encodeToken(entry) !== token) {
    throw s3Error("InvalidArgument", "The continuation token provided is incorrect");
  }
  return entry;
}
