import { limits } from "../shared/limits.ts";
import { hourSeconds } from "../shared/time.ts";
import type { Attempt } from "./attempts.ts";

/** The wrong passwords of one address or name. */
export interface CountedAttempts {
  readonly wrong: number;
  /** Milliseconds since 1970: no password is looked at before. */
  readonly lockedUntil: number;
  /** Seconds since 1970: the count is forgotten then. */
  readonly expiresAt: number;
}

/**
 * Counts one more attempt, unless a lock keeps it out.
 * @param now Milliseconds since 1970.
 * @returns the attempt, and the new count if it was counted.
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

/** How long the lock is that so many wrong passwords bring. */
function lockSeconds(wrong: number): number {
  const further = wrong - limits.wrongPasswordsMost;
  return further < 0 ? 0 : (limits.lockSeconds[further] ?? limits.lockSecondsMost);
}
