import { AwsError } from "../shared/protocol.ts";

/** A place in a stream: the first sequence value that has not been read. */
export interface StreamPosition {
  arn: string;
  next: bigint;
}

/** How long a shard iterator is good for. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
const iteratorTtlMs = 15 * 60_000;

/** The iterator for a place; its holder cannot tell what is in it, and need not. */
export function encodeIterator({ arn, next }: StreamPosition, nowMs: number): string {
  return Buffer.from(JSON.stringify([arn, String(next), nowMs + iteratorTtlMs])).toString("base64url");
}

/** The place of an iterator; throws ExpiredIteratorException after 15 minutes, ValidationException if it is none. */
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
