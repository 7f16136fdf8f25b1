import type { IncomingHttpHeaders } from "node:http";
import { AwsError, region } from "./protocol.ts";

/** One request, read whole. `path` is as the caller sent it: S3 keys may hold `//` or `..`. */
export interface AwsRequest {
  id: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One reply. The front adds `Content-Length` and `Date`. */
export interface AwsReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** The services by the names that fault orders use. */
export const services = ["dynamodb", "streams", "kms", "ses", "s3", "events", "sts"] as const;
/** One of {@link services}. */
export type ServiceName = (typeof services)[number];

/**
 * A request that one of the protocols has read. `perform` has the effect; `refuse` writes an error in the service's format;
 * `unsigned` is the service's error for a request without a signature.
 */
export interface Call {
  service: ServiceName;
  operation: string;
  unsigned: AwsError;
  perform(): Promise<AwsReply>;
  refuse(error: AwsError): AwsReply;
}

/** A header's value, or the empty string. Repeated headers are joined as HTTP does. */
export function header(request: AwsRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(", ") : value) ?? "";
}

/** Says whether a request is signed, in its header or (a presigned URL) its query. Nobody verifies the signature. */
export function isSigned(request: AwsRequest): boolean {
  if (header(request, "authorization") !== "") return true;
  return (
    request.query.has("X-Amz-Signature") ||
    (request.query.has("AWSAccessKeyId") && request.query.has("Signature"))
  );
}

/** The region that a request is signed for, by default {@link region}. */
export function regionOf(request: AwsRequest): string {
  const [, , signedFor = ""] = credentialScope(request);
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(signedFor) ? signedFor : region;
}

/** The service that a request is signed for, such as `s3`; undefined where the signature is of a version without that. */
export function signedService(request: AwsRequest): string | undefined {
  return credentialScope(request)[3];
}

/** The scope of a signature of version 4: access key, date, region, service. */
function credentialScope(request: AwsRequest): string[] {
  const credential =
    /Credential=([^,\s]+)/.exec(header(request, "authorization"))?.[1] ??
    request.query.get("X-Amz-Credential");
  // An access key may itself hold a slash.
  const parts = credential?.split("/") ?? [];
  return parts.length < 5 ? [] : [parts.slice(0, -4).join("/"), ...parts.slice(-4)];
}

/** The answer to a fault in this program. It does not reveal the cause. */
export function internalFailure(): AwsError {
  return new AwsError("InternalFailure", "The embedded AWS endpoint failed; its log says why.", 500);
}
