import { setTimeout as sleep } from "node:timers/promises";
import type { Attempts } from "../../core/passwords/attempts.ts";
import { limits } from "../../core/shared/limits.ts";
import { type Clock, hourSeconds } from "../../core/shared/time.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";

/** What is known of one address or name. */
interface Counted {
  readonly wrong: number;
  /** Milliseconds since 1970: no password is looked at before. */
  readonly lockedUntil: number;
  /** Seconds since 1970: what was counted is forgotten then. */
  readonly expiresAt: number;
}

/**
 * Counts wrong passwords in the table. An attempt is counted on condition that no other was counted since it looked, and
 * the one that fills the count locks out what comes after before its own password is looked at: of any number at once,
 * exactly as many are looked at as may be.
 */
export function tableAttempts(table: Table, clock: Clock): Attempts {
  return {
    async begin(key) {
      // Each turn that is lost was another one's, if only our own whose answer was lost, and after five there is a lock: this ends.
      for (let lost = 0; ; lost++) {
        const now = clock();
        const before = (await table.get(keys.attempts(key))) as Counted | undefined;
        const isKnown = before !== undefined && before.expiresAt * 1000 > now;
        if (isKnown && before.lockedUntil > now) {
          const lastsMs = before.lockedUntil - now;
          const isNew = lastsMs > lockSeconds(before.wrong) * 1000 - limits.lockIsNewMs;
          return { lockedSeconds: Math.ceil(lastsMs / 1000), isNew, remaining: 0 };
        }
        const wrong = isKnown ? before.wrong + 1 : 1;
        if (await count(table, key, before, next(wrong, now)))
          return {
            lockedSeconds: 0,
            isNew: false,
            remaining: Math.max(limits.wrongPasswordsMost - wrong, 0),
          };
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

function next(wrong: number, now: number): Counted {
  const expiresAt = Math.ceil(now / 1000) + limits.attemptsHours * hourSeconds;
  return { wrong, lockedUntil: now + lockSeconds(wrong) * 1000, expiresAt };
}

/** How long the lock is that so many wrong passwords bring. */
function lockSeconds(wrong: number): number {
  const further = wrong - limits.wrongPasswordsMost;
  return further < 0 ? 0 : (limits.lockSeconds[further] ?? limits.lockSecondsMost);
}

function count(table: Table, key: string, before: Counted | undefined, after: Counted): Promise<boolean> {
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
