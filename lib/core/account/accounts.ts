import type { Job, JobKey } from "../outbox/job.ts";
import type { Account, PendingEmail } from "./account.ts";
import type { TokenPurpose } from "./token-purpose.ts";

/*
 * What the core asks of the outside. What several callers may decide at the same time is decided by one conditional write or
 * one transaction, never by what was read before; a method that writes in steps bears repetition. Or it throws a DependencyFault.
 */

/** Those that change together: another `emailHash`, which is the pending one's, moves the account's claim to that address. */
type EmailAttribute = "emailHash" | "emailCiphertext" | "homeEmailCiphertext";

/** The one session that outlives a change of its account. */
export interface KeptSession {
  readonly accountId: string;
  readonly id: string;
}

/** A one-time token that a change uses up. */
export interface SpentToken {
  /** SHA-256 of the token in hex. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
}

/** A change of an account, with all that has to be true and written together with it. */
export interface AccountChange {
  /** Attributes that get other values. */
  readonly set?: Partial<
    Pick<Account, "passwordHash" | "isVerified" | "isActive" | "profile" | EmailAttribute>
  > & {
    // Undefined takes either away.
    readonly removedAt?: string | undefined;
    readonly pendingEmail?: PendingEmail | undefined;
  };
  /** Deletes the account down to a tombstone of its id and number, and frees its address. */
  readonly deletes?: true;
  /** Removes the record of its registration's key, as a deletion does too: a repeat is a new request from then on. */
  readonly forgetsKey?: true;
  /**
   * Raises the account's epoch, which ends its sessions and one-time tokens, but for this one session if it is named. A
   * pending address goes with its token.
   */
  readonly endsSessions?: "all" | KeptSession;
  /** A one-time token that is used up by it. */
  readonly spends?: SpentToken;
  /** Counts of login attempts that start anew with it, by their keys. */
  readonly clearsAttempts?: readonly string[];
  /** What it owes. */
  readonly jobs?: readonly Job[];
  /** What is owed no longer. */
  readonly cancels?: readonly JobKey[];
}

export interface Accounts {
  /** The account, unless it is unknown or deleted. */
  find(id: string): Promise<Account | undefined>;
  /** The id of the account that holds the claim on this address. */
  findIdByEmail(emailHash: string): Promise<string | undefined>;
  /** The same of a username, in whatever letter case. */
  findIdByUsername(username: string): Promise<string | undefined>;
  /** Notes the time of a login. @returns false if the account is disabled, deleted or has moved on meanwhile. */
  recordLogin(account: Account): Promise<boolean>;
  /**
   * Makes a change of an account, all or nothing, if the account is still as it was read: not deleted, of the same epoch,
   * address and verification, of the same profile where that is what changes, and of the same pending address where the
   * account gets that.
   * @returns false if it is not, or the token that the change spends was spent meanwhile, or is none of this account as it
   * is, or the address that it gets has been claimed.
   */
  change(account: Account, change: AccountChange): Promise<boolean>;
}
