import { createHash } from "node:crypto";
import { type AwsRequest, header } from "../shared/calls.ts";
import { checksums } from "./checksums.ts";
import { s3Error } from "./errors.ts";

/** An upload's decoded content, and its checksum if it has one. */
export interface Upload {
  content: Buffer;
  checksum?: { header: string; value: string };
}

/**
 * Reads a request's content: decodes `aws-chunked` and compares every digest. Chunk signatures are not verified.
 * @throws IncompleteBody, BadDigest, InvalidDigest or XAmzContentSHA256Mismatch.
 */
export function readUpload(request: AwsRequest): Upload {
  const declared = header(request, "x-amz-content-sha256");
  const isChunked = declared.startsWith("STREAMING-");
  const { content, trailers } = isChunked
    ? readChunks(request.body)
    : { content: request.body, trailers: {} };
  const decodedLength = header(request, "x-amz-decoded-content-length");
  if (isChunked && decodedLength !== "" && Number(decodedLength) !== content.length)
    throw s3Error("IncompleteBody");
  if (/^[\da-f]{64}$/.test(declared) && declared !== digest("sha256", content, "hex")) {
    throw s3Error("XAmzContentSHA256Mismatch");
  }
  checkMd5(header(request, "content-md5"), content);
  const checksum = checkChecksums(request, trailers, content);
  return checksum === undefined ? { content } : { content, checksum };
}

/** Returns the quoted ETag of content. */
export function etagOf(content: Uint8Array): string {
  return `"${digest("md5", content, "hex")}"`;
}

function checkMd5(declared: string, content: Buffer): void {
  if (declared === "") return;
  if (Buffer.from(declared, "base64").length !== 16) throw s3Error("InvalidDigest");
  if (declared !== digest("md5", content, "base64")) throw s3Error("BadDigest");
}

function checkChecksums(request: AwsRequest, trailers: Record<string, string>, content: Buffer) {
  let found: Upload["checksum"];
  for (const [name, compute] of Object.entries(checksums)) {
    const checksumHeader = `x-amz-checksum-${name}`;
    const value = trailers[checksumHeader] ?? header(request, checksumHeader);
    if (value === "") continue;
    if (value !== compute(content)) throw s3Error("BadDigest");
    found = { header: checksumHeader, value };
  }
  return found;
}

/** Reads `size[;extension]CRLF data CRLF` up to the chunk of size 0, then the trailer's lines. */
function readChunks(body: Buffer): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", offset);
    const size = /^([\da-f]{1,8})(?:;.*)?$/i.exec(
      body.toString("latin1", offset, Math.max(lineEnd, offset)),
    )?.[1];
    if (lineEnd === -1 || size === undefined) throw s3Error("IncompleteBody");
    const start = lineEnd + 2;
    const sizeBytes = Number.parseInt(size, 16);
    if (sizeBytes === 0)
      return { content: Buffer.concat(chunks), trailers: readTrailers(body.subarray(start)) };
    offset = start + sizeBytes + 2;
    if (offset > body.length || body.toString("latin1", offset - 2, offset) !== "\r\n")
      throw s3Error("IncompleteBody");
    chunks.push(body.subarray(start, start + sizeBytes));
  }
}

function readTrailers(rest: Buffer): Record<string, string> {
  const lines = rest.toString("latin1").split(/\r?\n/);
  const pairs = lines.map((line) => /^([\w-]+)\s*:\s*(.*?)\s*$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name.toLowerCase(), value]));
}

function digest(algorithm: "md5" | "sha256", content: Uint8Array, encoding: "hex" | "base64"): string {
  return createHash(algorithm).update(content).digest(encoding);
}
