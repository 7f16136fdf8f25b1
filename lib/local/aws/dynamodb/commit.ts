import type { Operation } from "./database.ts";
import type { CollectedWrites, Engine } from "./engine.ts";
import { sequenceRow } from "./rows.ts";
import { sameItem, streamOperation } from "./stream-records.ts";
import { ttlOperations } from "./time-to-live-notes.ts";
import type { Author, ItemChange } from "./types.ts";

/**
 * Writes an operation's items, index entries, time-to-live notes and stream records (and whatever the caller adds) as one
 * batch: after a crash all of it is there, or nothing. Resolves when it survives the death of the process.
 */
export async function commit(
  engine: Engine,
  writes: CollectedWrites,
  extra: Operation[] = [],
  author: Author = "caller",
): Promise<void> {
  const operations = [...writes.operations, ...extra];
  const streamed: ItemChange[] = [];
  for (const change of writes.changes) {
    operations.push(...ttlOperations(change));
    if (isStreamed(change)) {
      operations.push(streamOperation(engine, change, ++engine.sequence.lastGiven, author));
      streamed.push(change);
    }
  }
  const lastGiven = engine.sequence.lastGiven;
  if (streamed.length > 0) operations.push({ type: "put", key: sequenceRow, value: String(lastGiven) });
  if (operations.length > 0) await engine.database.commit(operations);
  if (streamed.length > 0) announce(engine, streamed, lastGiven);
}

function isStreamed({ table, oldItem, newItem }: ItemChange): boolean {
  if (table.description.StreamSpecification?.StreamEnabled !== true) return false;
  return !sameItem(oldItem, newItem);
}

function announce(engine: Engine, streamed: ItemChange[], sequence: bigint): void {
  if (sequence > engine.sequence.lastCommitted) engine.sequence.lastCommitted = sequence;
  const arns = new Set(streamed.map((change) => change.table.description.LatestStreamArn));
  for (const arn of arns) {
    if (arn === undefined) continue;
    // Outside this call: a listener that throws must not turn a write that was made into one that failed.
    for (const listener of engine.streamListeners) queueMicrotask(() => listener(arn));
  }
}
