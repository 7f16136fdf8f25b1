import { AwsError } from "../shared/protocol.ts";

type Release = () => void;

/** Locks of items, for single writes and transactions. */
export interface ItemLocks {
  /**
   * Locks an item for a single write, after earlier single writes to it.
   * @throws TransactionConflictException if a transaction holds the item, as on AWS.
   */
  holdForWrite(row: string): Promise<Release>;
  /**
   * Locks all rows for a transaction at once. If other transactions hold some of them, it locks none and returns the
   * positions of those rows. `isReady` says whether there are no earlier single writes. `ready` resolves when those are
   * done.
   */
  holdForTransaction(rows: string[]): { conflicts: number[] } | TransactionHold;
}

interface TransactionHold {
  readonly isReady: boolean;
  readonly ready: Promise<unknown>;
  readonly release: Release;
}

interface Hold {
  byTransaction: boolean;
  writers: number;
  /** Resolves when the last queued single write is done. */
  tail: Promise<void>;
}

/**
 * Makes an engine's locks. They cannot deadlock: a transaction never waits for another transaction, and a single write
 * holds only one row. A holder waits for nothing else, so one of several racers always succeeds.
 */
export function createItemLocks(): ItemLocks {
  const holds = new Map<string, Hold>();

  function holdOf(row: string): Hold {
    let hold = holds.get(row);
    if (hold === undefined) {
      hold = { byTransaction: false, writers: 0, tail: Promise.resolve() };
      holds.set(row, hold);
    }
    return hold;
  }

  function dropIfFree(row: string, hold: Hold): void {
    if (!hold.byTransaction && hold.writers === 0) holds.delete(row);
  }

  return {
    async holdForWrite(row) {
      const hold = holdOf(row);
      if (hold.byTransaction) {
        throw new AwsError("TransactionConflictException", "Transaction is ongoing for the item");
      }
      const earlier = hold.tail;
      const { promise, resolve } = Promise.withResolvers<void>();
      hold.tail = promise;
      hold.writers++;
      await earlier;
      return () => {
        hold.writers--;
        resolve();
        dropIfFree(row, hold);
      };
    },

    holdForTransaction(rows) {
      const isTaken = (row: string) => holds.get(row)?.byTransaction === true;
      const conflicts = rows.flatMap((row, position) => (isTaken(row) ? [position] : []));
      if (conflicts.length > 0) return { conflicts };
      const held = rows.map((row) => [row, holdOf(row)] as const);
      for (const [, hold] of held) hold.byTransaction = true;
      return {
        isReady: held.every(([, hold]) => hold.writers === 0),
        ready: Promise.all(held.map(([, hold]) => hold.tail)),
        release() {
          for (const [row, hold] of held) {
            hold.byTransaction = false;
            dropIfFree(row, hold);
          }
        },
      };
    },
  };
}
