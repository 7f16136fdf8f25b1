import { type AwsReply, type AwsRequest, type Call, header } from "../shared/calls.ts";
import type { AwsError } from "../shared/protocol.ts";
import { xmlDocument } from "../shared/xml.ts";
import {
  createBucket,
  deleteBucket,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from "./bucket-operations.ts";
import { checksums } from "./checksums.ts";
import { deleteObjects } from "./delete-objects.ts";
import { s3Error } from "./errors.ts";
import { listObjects, listVersions } from "./listing.ts";
import { deleteObject, getObject, headObject, putObject } from "./object-operations.ts";
import { type S3Request, splitPath } from "./request.ts";
import type { ObjectStore } from "./store.ts";

interface Operation {
  name: string;
  perform: (request: S3Request) => Promise<AwsReply>;
  /** Supported query parameters, besides the one that selects the operation. */
  parameters?: string[];
}

const listingParameters = ["prefix", "delimiter", "max-keys", "encoding-type"];

/** The operations by method, kind of path, and selecting query parameter. */
export const s3Operations: Record<string, Operation> = {
  "GET service": { name: "ListBuckets", perform: listBuckets },
  "PUT bucket": { name: "CreateBucket", perform: createBucket },
  "HEAD bucket": { name: "HeadBucket", perform: headBucket },
  "DELETE bucket": { name: "DeleteBucket", perform: deleteBucket },
  "GET bucket?versioning": { name: "GetBucketVersioning", perform: getBucketVersioning },
  "PUT bucket?versioning": { name: "PutBucketVersioning", perform: putBucketVersioning },
  "GET bucket?list-type": {
    name: "ListObjectsV2",
    perform: listObjects,
    parameters: [...listingParameters, "continuation-token"],
  },
  "GET bucket?versions": {
    name: "ListObjectVersions",
    perform: listVersions,
    parameters: [...listingParameters, "key-marker", "version-id-marker"],
  },
  "POST bucket?delete": { name: "DeleteObjects", perform: deleteObjects },
  "PUT object": { name: "PutObject", perform: putObject },
  "GET object": { name: "GetObject", perform: getObject, parameters: ["versionId"] },
  "HEAD object": { name: "HeadObject", perform: headObject, parameters: ["versionId"] },
  "DELETE object": { name: "DeleteObject", perform: deleteObject, parameters: ["versionId"] },
};
const selectors = ["versioning", "list-type", "versions", "delete"];

/** Query parameters that every request may have: those of presigned URLs of both signature versions. */
const commonParameters = /^(x-id|X-Amz-.*|AWSAccessKeyId|Signature|Expires)$/;

/** Supported `x-amz-` headers, and those without effect on S3 either. Any other is refused, not ignored. */
const checksumHeader = new RegExp(`^x-amz-checksum-(${Object.keys(checksums).join("|")})$`);
const knownHeaders = [
  checksumHeader,
  /^x-amz-(content-sha256|date|security-token|user-agent|te)$/,
  /^x-amz-(checksum-mode|sdk-checksum-algorithm|trailer|decoded-content-length)$/,
  /^x-amz-(meta-.+|server-side-encryption|storage-class)$/,
];
/** Headers that are accepted only with these values. */
const onlyValues: Record<string, RegExp> = {
  "x-amz-server-side-encryption": /^AES256$/,
  "x-amz-storage-class": /^STANDARD$/,
  "x-amz-trailer": checksumHeader,
};

/** Reads a path-style S3 request. `perform` throws `NotImplemented` for an unsupported operation or parameter. */
export function s3Call(request: AwsRequest, store: ObjectStore, now: () => number): Call {
  const operation = findOperation(request);
  return {
    service: "s3",
    operation: operation?.name ?? "Unknown",
    unsigned: s3Error("AccessDenied"),
    refuse: (error) => refusal(request, error),
    async perform() {
      const { bucket, key } = splitPath(request.path);
      if (operation === undefined) throw s3Error("NotImplemented");
      refuseUnknownHeaders(request);
      const reply = await operation.perform({ http: request, store, bucket, key, now });
      return { ...reply, headers: { ...reply.headers, "x-amz-request-id": request.id } };
    },
  };
}

function findOperation(request: AwsRequest): Operation | undefined {
  const [, bucket, key] = /^\/([^/]*)\/?([\s\S]*)$/.exec(request.path) ?? [];
  const kind = bucket ? (key ? "object" : "bucket") : "service";
  const asked = [...request.query.keys()].filter((name) => !commonParameters.test(name));
  const selector = asked.find((name) => selectors.includes(name));
  const operation = s3Operations[`${request.method} ${kind}${selector === undefined ? "" : `?${selector}`}`];
  const isKnown = (name: string) => name === selector || operation?.parameters?.includes(name);
  return asked.every(isKnown) ? operation : undefined;
}

function refuseUnknownHeaders(request: AwsRequest): void {
  for (const name of Object.keys(request.headers).filter((one) => one.startsWith("x-amz-"))) {
    const isKnown = knownHeaders.some((pattern) => pattern.test(name));
    const only = onlyValues[name];
    if (isKnown && (only?.test(header(request, name)) ?? true)) continue;
    throw s3Error("NotImplemented", `The embedded S3 lacks what the header ${name} asks for.`);
  }
}

function refusal(request: AwsRequest, error: AwsError): AwsReply {
  const fields = Object.entries(error.fields).map(([name, value]) => [name, String(value)] as const);
  const isHeader = (name: string) => name.startsWith("x-amz-");
  const headers = Object.fromEntries(fields.filter(([name]) => isHeader(name)));
  const members = Object.fromEntries(fields.filter(([name]) => !isHeader(name)));
  const Resource = request.path;
  const content = { Code: error.code, Message: error.message, ...members, Resource, RequestId: request.id };
  return {
    status: error.status,
    headers: { ...headers, "content-type": "application/xml", "x-amz-request-id": request.id },
    body: error.status === 304 ? "" : xmlDocument("Error", undefined, content),
  };
}
