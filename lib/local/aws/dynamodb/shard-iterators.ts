import { AwsError } from "../shared/protocol.ts";

/** A position in a stream: the sequence value of its first unread record. */
export interface StreamPosition {
  arn: string;
  next: bigint;
}

/**
 * The lifetime of a shard iterator.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
 */
const iteratorTtlMs = 15 * 60_000;

/** Makes the iterator of a position. Its content is opaque to callers. */
export function encodeIterator({ arn, next }: StreamPosition, nowMs: number): string {
  return Buffer.from(JSON.stringify([arn, String(next), nowMs + iteratorTtlMs])).toString("base64url");
}

/**
 * Reads an iterator's position.
 * @throws ExpiredIteratorException after 15 minutes, ValidationException for a malformed iterator.
 */
export function decodeIterator(text: string, nowMs: number): StreamPosition {
  const [arn, next, expiresAtMs] = parse(text);
  if (typeof arn !== "string" || typeof next !== "string" || typeof expiresAtMs !== "number") throw invalid();
  if (expiresAtMs <= nowMs) {
    throw new AwsError(
      "ExpiredIteratorException",
      "The shard iterator has expired. Shard iterators are only valid for 15 minutes",
    );
  }
  return { arn, next: BigInt(next) };
}

function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    throw invalid();
  }
}

function invalid(): AwsError {
  return new AwsError("ValidationException", "Invalid ShardIterator");
}
