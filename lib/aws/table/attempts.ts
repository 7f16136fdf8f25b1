import { setTimeout as sleep } from "node:timers/promises";
import type { Attempts } from "../../core/passwords/attempts.ts";
import { type CountedAttempts, countAttempt } from "../../core/passwords/count-attempt.ts";
import { limits } from "../../core/shared/limits.ts";
import type { Clock } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/**
 * Counts wrong passwords in the table. An attempt is counted on condition that no other was counted since it looked, and
 * the one that fills the count locks out what comes after before its own password is looked at: of any number at once,
 * exactly as many are looked at as may be.
 */
export function tableAttempts(table: Table, clock: Clock): Attempts {
  return {
    async begin(key) {
      // Terminates: a lost turn means that another attempt was counted, and five lock the key.
      for (let lost = 0; ; lost++) {
        const before = (await table.get(keys.attempts(key))) as CountedAttempts | undefined;
        const { attempt, after } = countAttempt(before, clock());
        if (!after || (await replace(table, key, before, after))) return attempt;
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

/** Stores a count, unless another attempt was counted meanwhile. */
function replace(
  table: Table,
  key: string,
  before: CountedAttempts | undefined,
  after: CountedAttempts,
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
