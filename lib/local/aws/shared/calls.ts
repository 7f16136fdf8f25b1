import type { IncomingHttpHeaders } from "node:http";
import { AwsError, region } from "./protocol.ts";

/** A complete request. `path` is unchanged, because S3 keys may contain `//` or `..`. */
export interface AwsRequest {
  id: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A response. The front adds `Content-Length` and `Date`. */
export interface AwsReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** The services, by the names that an order for a fault uses. */
export const services = ["dynamodb", "streams", "kms", "ses", "s3", "events", "sts"] as const;
export type ServiceName = (typeof services)[number];

/**
 * A parsed request. `perform` performs it. `refuse` writes an error in the service's format.
 * `unsigned` is the service's error for a request without a signature.
 */
export interface Call {
  service: ServiceName;
  operation: string;
  unsigned: AwsError;
  perform(): Promise<AwsReply>;
  refuse(error: AwsError): AwsReply;
}

/** Returns a header's value, or the empty string. Repeated headers are joined as in HTTP. */
export function header(request: AwsRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(", ") : value) ?? "";
}

/** Whether a request is signed, in a header or in the query of a presigned URL. The signature is not verified. */
export function isSigned(request: AwsRequest): boolean {
  if (header(request, "authorization") !== "") return true;
  return (
    request.query.has("X-Amz-Signature") ||
    (request.query.has("AWSAccessKeyId") && request.query.has("Signature"))
  );
}

/** Returns the region in a request's signature. Default: {@link region}. */
export function regionOf(request: AwsRequest): string {
  const [, , signedFor = ""] = credentialScope(request);
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(signedFor) ? signedFor : region;
}

/** Returns the service in a request's signature, such as `s3`. Older signatures have none, so it may be undefined. */
export function signedService(request: AwsRequest): string | undefined {
  return credentialScope(request)[3];
}

/** Returns the scope of a version 4 signature: access key, date, region, service. */
function credentialScope(request: AwsRequest): string[] {
  const credential =
    /Credential=([^,\s]+)/.exec(header(request, "authorization"))?.[1] ??
    request.query.get("X-Amz-Credential");
  // An access key may contain a slash.
  const parts = credential?.split("/") ?? [];
  return parts.length < 5 ? [] : [parts.slice(0, -4).join("/"), ...parts.slice(-4)];
}

/** Makes the error for a bug of this program. It does not reveal the cause. */
export function internalFailure(): AwsError {
  return new AwsError("InternalFailure", "The embedded AWS endpoint failed; its log says why.", 500);
}
