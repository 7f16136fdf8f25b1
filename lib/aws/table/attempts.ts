import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Attempt, Attempts } from "../../core/passwords/attempts.ts";
import { type CountedAttempts, countAttempt } from "../../core/passwords/count-attempt.ts";
import { limits } from "../../core/shared/limits.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/**
 * Counts password attempts in the table, each before its password is checked. The write holds only if no other attempt was
 * counted since the read. The attempt that fills the count sets the lock before its own password is checked. So even of
 * many attempts at once, no more are checked than the limit allows.
 */
export function tableAttempts(table: Table, clock: Clock): Attempts {
  return {
    async begin(key) {
      const id = randomUUID();
      let counted: Attempt | undefined;
      // Terminates: a lost turn means that another attempt was counted, and five lock the key.
      for (let lost = 0; ; lost++) {
        const before = (await table.get(keys.attempts(key))) as StoredAttempts | undefined;
        // The answer to our own write was lost, and the SDK's repeat of it failed. Counted twice, a right password would lock.
        if (counted && before?.lastAttempt === id) return counted;
        const { attempt, after } = countAttempt(before, clock());
        if (!after || (await replace(table, key, before, { ...after, lastAttempt: id }))) return attempt;
        counted = attempt;
        await sleep(
          Math.random() * limits.attemptBackoffMs * 2 ** Math.min(lost, limits.attemptBackoffDoublings),
        );
      }
    },
    async clear(key) {
      await table.delete({ Key: keys.attempts(key) });
    },
  };
}

interface StoredAttempts extends CountedAttempts {
  /** Random id of the attempt that was counted last. */
  readonly lastAttempt?: string;
}

/** Stores a count. @returns false if another attempt was counted meanwhile. */
function replace(
  table: Table,
  key: string,
  before: CountedAttempts | undefined,
  after: StoredAttempts,
): Promise<boolean> {
  return table.put({
    Item: { ...keys.attempts(key), ...after },
    ...(before
      ? {
          ConditionExpression: "wrong = :wrong AND lockedUntil = :until",
          ExpressionAttributeValues: { ":wrong": before.wrong, ":until": before.lockedUntil },
        }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  });
}
