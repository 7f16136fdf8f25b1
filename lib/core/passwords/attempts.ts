import { createHash } from "node:crypto";
import type { Account } from "../account/account.ts";
import { foldUsername } from "../account/username.ts";
import { limits } from "../shared/limits.ts";
import type { Sleep } from "../shared/time.ts";

/**
 * Under which keys wrong passwords of an account are counted, whoever tried them: its address, its username, and itself for
 * those that are typed where somebody is logged in already.
 */
export function attemptKeysOf(account: Account): readonly string[] {
  const { emailHash, username } = account;
  const names = username === undefined ? [] : [attemptKey(foldUsername(username))];
  // The hash of an address is what it is claimed by.
  return [emailHash, ...names, ownAttemptKey(account)];
}

/** The key of those that are typed where somebody is logged in already. */
export const ownAttemptKey = ({ id }: Account): string => attemptKey(`account:${id}`);

export interface AttemptPorts {
  readonly attempts: Attempts;
  readonly sleep: Sleep;
}

/**
 * Counts an attempt. One that a new lock keeps out looks again while that is new: five right ones that are being looked at
 * lock a sixth, and start the count anew when they are found right.
 * @param everyMs How long it waits before it looks again.
 * @param looksMost How often it looks; a lock is not new for long.
 */
export async function beginAttempt(
  { attempts, sleep }: AttemptPorts,
  key: string,
  everyMs: number = limits.lockNextLookMs,
  looksMost = Number.POSITIVE_INFINITY,
): Promise<Attempt> {
  for (let looks = 1; ; looks++) {
    const attempt = await attempts.begin(key);
    if (!attempt.isNew || looks === looksMost) return attempt;
    await sleep(everyMs);
  }
}

export const attemptKey = (text: string) => createHash("sha256").update(text).digest("hex");

/** What counting a login attempt came to. */
export interface Attempt {
  /** For which no password is looked at: 0 if this one may be. */
  readonly lockedSeconds: number;
  /** Whether the lock is so new that the passwords which brought it may still be looked at. */
  readonly isNew: boolean;
  /** How many more wrong ones there may be before that. */
  readonly remaining: number;
}

export interface Attempts {
  /**
   * Counts a login attempt before its password is looked at, exactly, even among simultaneous callers.
   * @param key Hash of what is counted: the address or username that was typed, or an account and a known browser.
   */
  begin(key: string): Promise<Attempt>;
  /** Starts anew: the password was right. */
  clear(key: string): Promise<void>;
}
