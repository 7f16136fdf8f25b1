import type { Account } from "./account.ts";
import { hashToken } from "./ids.ts";
import { limits } from "./limits.ts";

/** What a one-time token may be used for, and nothing else. */
export type TokenPurpose = "verify-email" | "disown-account";

/**
 * Whether a token stays good when the account's epoch is raised. "This was not me" does: otherwise a stranger who signed up
 * with somebody's address could void the owner's link by ending all sessions.
 */
export const outlivesEpoch = (purpose: TokenPurpose): boolean => purpose === "disown-account";

/** A one-time token as stored. It counts only for this purpose, this account, this epoch and this address. */
export interface OneTimeToken {
  /** SHA-256 of the token in hex. The token itself stands only in the mail. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly accountId: string;
  readonly epoch: number;
  readonly emailHash: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/** A one-time token for an account, as it is stored. `now` is in milliseconds since 1970. */
export function storedToken(raw: string, purpose: TokenPurpose, account: Account, now: number): OneTimeToken {
  return {
    hash: hashToken(raw),
    purpose,
    accountId: account.id,
    epoch: account.epoch,
    emailHash: account.emailHash,
    validUntil: now + limits.verificationLinkHours * 3_600_000,
  };
}
