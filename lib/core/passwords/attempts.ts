import { createHash } from "node:crypto";
import type { Account } from "../account/account.ts";
import { foldUsername } from "../account/username.ts";
import { limits } from "../shared/limits.ts";
import type { Sleep } from "../shared/time.ts";

/**
 * Lists the keys under which wrong passwords of an account are counted for all callers. They are its address, its
 * username, and the account itself for passwords that a logged-in bearer types.
 */
export function attemptKeysOf(account: Account): readonly string[] {
  const { emailHash, username } = account;
  const names = username === undefined ? [] : [attemptKey(foldUsername(username))];
  // An address is claimed by its hash.
  return [emailHash, ...names, ownAttemptKey(account)];
}

/** The key for passwords that a logged-in bearer types. */
export const ownAttemptKey = ({ id }: Account): string => attemptKey(`account:${id}`);

export interface AttemptPorts {
  readonly attempts: Attempts;
  readonly sleep: Sleep;
}

/**
 * Counts an attempt. If a new lock stops it, it looks again while the lock is new. Five right passwords that are still
 * being compared lock a sixth attempt, and restart the count once they are found right.
 * @param everyMs The wait between two looks.
 * @param looksMost The most looks. A lock is not new for long.
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

/** The result of counting a login attempt. */
export interface Attempt {
  /** Seconds for which no password is compared; 0 if this one may be. */
  readonly lockedSeconds: number;
  /** Whether the passwords that caused the lock may still be being compared. */
  readonly isNew: boolean;
  /** How many more wrong passwords are allowed before a lock. */
  readonly remaining: number;
}

export interface Attempts {
  /**
   * Counts a login attempt before its password is compared. The count is exact, even among simultaneous callers.
   * @param key Hash of the counted party: the address or username as typed, or an account and a known browser.
   */
  begin(key: string): Promise<Attempt>;
  /** Restarts the count after a right password. */
  clear(key: string): Promise<void>;
}
