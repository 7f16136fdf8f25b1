import { limits } from "../shared/limits.ts";
import { hourSeconds } from "../shared/time.ts";
import type { Attempt } from "./attempts.ts";

/** The wrong passwords of one address or username. */
export interface CountedAttempts {
  readonly wrong: number;
  /** No password is compared before this time, in milliseconds since 1970. */
  readonly lockedUntil: number;
  /** The count is forgotten at this time, in seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Counts one more attempt, unless a lock stops it.
 * @param now Milliseconds since 1970.
 * @returns The attempt, and the new count if the attempt was counted.
 */
export function countAttempt(
  before: CountedAttempts | undefined,
  now: number,
): { readonly attempt: Attempt; readonly after?: CountedAttempts } {
  const known = before && before.expiresAt * 1000 > now ? before : undefined;
  if (known && known.lockedUntil > now) {
    const lastsMs = known.lockedUntil - now;
    const isNew = lastsMs > lockSeconds(known.wrong) * 1000 - limits.lockIsNewMs;
    return { attempt: { lockedSeconds: Math.ceil(lastsMs / 1000), isNew, remaining: 0 } };
  }
  const wrong = (known?.wrong ?? 0) + 1;
  const remaining = Math.max(limits.wrongPasswordsMost - wrong, 0);
  return {
    attempt: { lockedSeconds: 0, isNew: false, remaining },
    after: {
      wrong,
      lockedUntil: now + lockSeconds(wrong) * 1000,
      expiresAt: Math.ceil(now / 1000) + limits.attemptsHours * hourSeconds,
    },
  };
}

/** Returns how long this many wrong passwords lock. */
function lockSeconds(wrong: number): number {
  const further = wrong - limits.wrongPasswordsMost;
  return further < 0 ? 0 : (limits.lockSeconds[further] ?? limits.lockSecondsMost);
}
