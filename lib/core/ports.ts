import type { Account, PendingEmail } from "./account.ts";
import type { EmailAddress } from "./email.ts";
import type { IdempotencyRecord } from "./idempotency.ts";
import type { Mail } from "./mail/mail.ts";
import type { Job, JobKey, JobOrder, OutboxGroup } from "./outbox.ts";
import type { Session } from "./sessions.ts";
import type { OneTimeToken } from "./tokens.ts";

/*
 * What the core asks of the outside. What several callers may decide at the same time is decided by one conditional write or
 * one transaction, never by what was read before; a method that writes in steps bears repetition. Or it throws a DependencyFault.
 */

/** The time in milliseconds since 1970. */
export type Clock = () => number;

/** Those that change together: another `emailHash`, which is the pending one's, moves the account's claim to that address. */
type EmailAttribute = "emailHash" | "emailCiphertext" | "homeEmailCiphertext";

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
  readonly endsSessions?: "all" | Session;
  /** A one-time token that is used up by it. */
  readonly spends?: OneTimeToken;
  /** Counts of login attempts that start anew with it, by their keys. */
  readonly clearsAttempts?: readonly string[];
  /** What it owes. */
  readonly jobs?: readonly Job[];
  /** What is owed no longer. */
  readonly cancels?: readonly JobKey[];
}

/** What a registration writes beside the account, its claims and its jobs. */
export interface BesidesAccount {
  /** A home's prefix to claim. */
  readonly homePrefix?: string | undefined;
  /** The record by which repeats of this request are answered. */
  readonly record?: IdempotencyRecord | undefined;
  /** Hash of an invitation that it uses up: one that is there, in time, and bound to no other address. */
  readonly invitation?: string | undefined;
}

/** What a registration came to. Of several reasons against it, it is the one that stands first here. */
export type RegisterOutcome =
  | "registered"
  /** There is a record of its key: this is a repeat. */
  | "key-held"
  | "invitation-invalid"
  | "username-taken"
  | "email-taken"
  /** Only the home's prefix is held by another account. */
  | "home-held";

/** What a registration without an account came to. */
export type NobodyOutcome = Extract<RegisterOutcome, "registered" | "key-held" | "invitation-invalid">;

export interface Accounts {
  /**
   * Puts the account, claims its e-mail and its username if it has one, and writes the jobs it owes, all or nothing.
   * Of any number of racing callers for one address or name exactly one gets `registered`; where both are taken, it
   * is `username-taken`. A repeat of a call that succeeded answers `registered` again.
   */
  register(account: Account, jobs: readonly Job[], besides?: BesidesAccount): Promise<RegisterOutcome>;
  /**
   * Writes what a registration writes beside its account, and jobs, all or nothing: of one whose address is taken, where that
   * is not to be told. A home's prefix is not claimed.
   */
  registerNobody(emailHash: string, jobs: readonly Job[], besides: BesidesAccount): Promise<NobodyOutcome>;
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
  /** Claims a home's prefix again. @returns whether this account holds it now: not if another one does. */
  holdHome(accountId: string, prefix: string): Promise<boolean>;
  /** Lets go of a home's prefix, if this account holds it. */
  releaseHome(accountId: string, prefix: string): Promise<void>;
}

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

export interface Sessions {
  begin(session: Session): Promise<void>;
  find(accountId: string, id: string): Promise<Session | undefined>;
  /** Notes a use of a session and lets it live on. @returns false if it has been ended. */
  use(session: Session, used: Pick<Session, "usedAt" | "idleUntil">): Promise<boolean>;
  /**
   * Changes the secret of a session for its successor, if session and account are still as they were read.
   * @returns false if not, and for all but one of racing callers.
   */
  rotate(
    session: Session,
    account: Account,
    next: Pick<Session, "secretHash" | "usedAt" | "idleUntil">,
  ): Promise<boolean>;
  /** The sessions of an account, those that have run out among them; newest first, 100 at the most. */
  list(accountId: string): Promise<Session[]>;
  /**
   * Ends a session. Bears repetition.
   * @param jobs What that owes, by the same transaction; of racing callers and repeats one owes it.
   */
  end(session: Pick<Session, "accountId" | "id">, jobs?: readonly Job[]): Promise<void>;
}

export interface Outbox {
  /** Queues a job, unless there is one with the same key. */
  add(job: Job): Promise<void>;
  /**
   * Takes a job that is due, or new and not deferred: counts the attempt and puts the next one off, in one conditional write.
   * @returns what to do, or undefined if somebody else has taken it, it is done, or it is not due yet.
   */
  claim(key: JobKey): Promise<{ order: JobOrder; attempt: number } | undefined>;
  /** Deletes a job that is done, unless somebody else has claimed it since `attempt`. */
  finish(key: JobKey, attempt: number): Promise<void>;
  /** Notes why an attempt failed; a `dead` job is not tried again and stays for an operator. */
  fail(key: JobKey, attempt: number, reason: string, dead: boolean): Promise<void>;
  /** Keys of jobs whose time has come, oldest first in each shard; some of them if there are many. */
  due(group: OutboxGroup): Promise<JobKey[]>;
}

export interface Numbers {
  /** A number that no other account has. Numbers have gaps, and come in order only from one execution environment. */
  take(): Promise<number>;
}

export interface Cipher {
  /** Encrypts an address so that it can be decrypted only under the same account id. */
  encryptEmail(accountId: string, email: EmailAddress): Promise<Uint8Array>;
  decryptEmail(accountId: string, ciphertext: Uint8Array): Promise<EmailAddress>;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** Waits so many milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;
