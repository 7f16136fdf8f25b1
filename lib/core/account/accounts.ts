import type { Job, JobKey } from "../outbox/job.ts";
import type { Account, PendingEmail } from "./account.ts";
import type { TokenPurpose } from "./token-purpose.ts";

/*
 * The core's ports to the outside. Every decision that callers can race for is one conditional write or transaction,
 * never an earlier read. A method with several writes is idempotent. A method that fails throws a DependencyFault.
 */

/**
 * Attributes that change together. A new `emailHash` is the pending one, and moves the account's claim to that address.
 */
type EmailAttribute = "emailHash" | "emailCiphertext" | "homeEmailCiphertext";

/** The one session that survives a change of its account. */
export interface KeptSession {
  readonly accountId: string;
  readonly id: string;
}

/** A one-time token that a change spends. */
export interface SpentToken {
  /** SHA-256 of the token in hex. */
  readonly hash: string;
  readonly purpose: TokenPurpose;
}

/** A change of an account, with its conditions and with everything that is written in its transaction. */
export interface AccountChange {
  /** New values of attributes. */
  readonly set?: Partial<
    Pick<Account, "passwordHash" | "isVerified" | "isActive" | "profile" | EmailAttribute>
  > & {
    // Undefined removes the attribute.
    readonly passwordId?: string | undefined;
    readonly removedAt?: string | undefined;
    readonly pendingEmail?: PendingEmail | undefined;
  };
  /** Deletes the account down to a tombstone of its id and number, and frees its address. */
  readonly deletes?: true;
  /** Removes the record of its registration's key, as a deletion does. From then on a repeat is a new request. */
  readonly forgetsKey?: true;
  /**
   * Raises the account's epoch, which ends its sessions and the one-time tokens bound to it. A named session is kept. A
   * pending address goes with its token.
   */
  readonly endsSessions?: "all" | KeptSession;
  /** The one-time token that the change spends. */
  readonly spends?: SpentToken;
  /** Keys of the counts of login attempts that the change restarts. */
  readonly clearsAttempts?: readonly string[];
  /** Jobs to write. */
  readonly jobs?: readonly Job[];
  /** Jobs to delete. */
  readonly cancels?: readonly JobKey[];
}

export interface Accounts {
  /** Finds an account, unless it is unknown or deleted. */
  find(id: string): Promise<Account | undefined>;
  /** Finds the id of the account that claims this address. */
  findIdByEmail(emailHash: string): Promise<string | undefined>;
  /** Finds the id of the account that claims this username, regardless of letter case. */
  findIdByUsername(username: string): Promise<string | undefined>;
  /**
   * Notes the time of a login.
   * @returns false if the account has been disabled, deleted or changed meanwhile.
   */
  recordLogin(account: Account): Promise<boolean>;
  /**
   * Changes an account, all or nothing, if it is still as it was read: not deleted, with its epoch, address and
   * verification. A change of the profile also requires the profile as read. A move to the pending address also
   * requires that pending address.
   * @returns false if the account has changed, or the address is claimed by now. Also if the token was spent, or does
   *   not fit the account as it is.
   */
  change(account: Account, change: AccountChange): Promise<boolean>;
}
