import { type AwsRequest, header } from "../shared/calls.ts";
import { s3Error } from "./errors.ts";
import type { Version } from "./store.ts";

/**
 * Checks the conditions of a put. `If-None-Match: *` requires that there is no object, `If-Match` an ETag.
 * @param newest The newest version. A delete marker means that there is no object.
 * @throws PreconditionFailed, NoSuchKey or NotImplemented.
 */
export function checkPutConditions(request: AwsRequest, newest: Version | undefined): void {
  const current = newest?.isDeleteMarker ? undefined : newest;
  const noneMatch = header(request, "if-none-match");
  if (noneMatch !== "" && noneMatch !== "*") throw s3Error("NotImplemented");
  if (noneMatch === "*" && current !== undefined) {
    throw s3Error("PreconditionFailed", undefined, { Condition: "If-None-Match" });
  }
  const match = header(request, "if-match");
  if (match === "") return;
  if (current === undefined) throw s3Error("NoSuchKey");
  if (!listsEtag(match, current.etag))
    throw s3Error("PreconditionFailed", undefined, { Condition: "If-Match" });
}

/**
 * Checks the conditions of a read (RFC 9110, section 13.2.2).
 * @throws PreconditionFailed or NotModified.
 */
export function checkReadConditions(request: AwsRequest, version: Version): void {
  const match = header(request, "if-match");
  const noneMatch = header(request, "if-none-match");
  const unmodifiedSince = Date.parse(header(request, "if-unmodified-since"));
  const modifiedSince = Date.parse(header(request, "if-modified-since"));
  // Dates in headers have whole seconds.
  const lastModifiedMs = Math.floor(version.lastModifiedMs / 1000) * 1000;
  if (match !== "" ? !listsEtag(match, version.etag) : lastModifiedMs > unmodifiedSince) {
    throw s3Error("PreconditionFailed");
  }
  if (noneMatch !== "" ? listsEtag(noneMatch, version.etag) : lastModifiedMs <= modifiedSince) {
    throw s3Error("NotModified");
  }
}

function listsEtag(list: string, etag: string): boolean {
  const bare = etag.replaceAll('"', "");
  return list
    .split(",")
    .some((one) => ["*", bare].includes(one.trim().replace(/^W\//, "").replaceAll('"', "")));
}

/** Reads a `Range` header of one range as its first and last byte. Returns undefined for the whole object. */
export function rangeOf(rangeHeader: string, sizeBytes: number): [first: number, last: number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(rangeHeader);
  if (match === null || match[0] === "bytes=-") return undefined;
  const [, from = "", to = ""] = match;
  const first = from === "" ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === "" || to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (first > last) throw s3Error("InvalidRange");
  return [first, last];
}
