import { AwsError } from "../shared/protocol.ts";

/** Releases the rows. */
type Release = () => void;

/** The locks of items: which write or transaction may change an item now. */
export interface ItemLocks {
  /**
   * Waits for earlier single writes to the item. Throws TransactionConflictException, as AWS does, when a transaction
   * holds it.
   */
  holdForWrite(row: string): Promise<Release>;
  /**
   * Holds all rows for a transaction at once. If another transaction holds some of them, it holds none and returns the
   * positions of those. `isReady` says whether no single writes came earlier; `ready` resolves when they are done.
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
  /** Resolves when the last single write in the queue is done. */
  tail: Promise<void>;
}

/**
 * Makes the locks of one engine. There is no deadlock: a transaction never waits for another transaction, and a single
 * write holds one row only. A holder waits for nothing else, so of any number of racers one succeeds.
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
