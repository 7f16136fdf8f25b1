import type { Numbers } from "../../core/registration/numbers.ts";
import { limits } from "../../core/shared/limits.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/** If a block is used up within this time, the next one is twice as large. */
const busyMs = 1_000;

interface Block {
  next: number;
  readonly last: number;
  readonly takenAt: number;
}

/**
 * Takes numbers from one counter, in blocks that grow from 1 to 64 while this execution environment is busy. Blocks are
 * needed because one item takes at most 1,000 writes a second. If the environment ends, the rest of its block is lost.
 */
export function tableNumbers(table: Table, clock: Clock): Numbers {
  let block: Block = { next: 1, last: 0, takenAt: 0 };
  let size = 1;
  let fetching: Promise<void> | undefined;

  async function fetchBlock(): Promise<void> {
    const now = clock();
    const wasBusy = now - block.takenAt < busyMs;
    size = wasBusy ? Math.min(size * 2, limits.numberBlockMax) : 1;
    const last = await addToCounter(table, size);
    block = { next: last - size + 1, last, takenAt: now };
  }

  return {
    async take() {
      while (block.next > block.last) {
        fetching ??= fetchBlock().finally(() => {
          fetching = undefined;
        });
        await fetching;
      }
      return block.next++;
    },
  };
}

async function addToCounter(table: Table, size: number): Promise<number> {
  const counter = await table.update({
    Key: keys.accountCounter,
    UpdateExpression: "ADD #last :size",
    ExpressionAttributeNames: { "#last": "last" },
    ExpressionAttributeValues: { ":size": size },
    ReturnValues: "UPDATED_NEW",
  });
  return counter?.last as number;
}
