import type { Operation } from "./database.ts";
import type { CollectedWrites, Engine } from "./engine.ts";
import { sequenceRow } from "./rows.ts";
import { sameItem, streamOperation } from "./stream-records.ts";
import { ttlOperations } from "./time-to-live-notes.ts";
import type { Author, ItemChange } from "./types.ts";

/**
 * Writes an operation's items, index entries, time-to-live notes and stream records in one batch, with the caller's
 * extra rows. After a crash all or none of them exist. Resolves when the batch would survive `kill -9`.
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
    // Deferred, because a listener's error must not make a successful write fail.
    for (const listener of engine.streamListeners) queueMicrotask(() => listener(arn));
  }
}
