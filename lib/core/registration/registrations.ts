import type { Account } from "../account/account.ts";
import type { Job } from "../outbox/job.ts";
import type { IdempotencyRecord } from "./idempotency.ts";

/** What a registration writes besides the account, its claims and its jobs. */
export interface BesidesAccount {
  /** The prefix of a home to claim. */
  readonly homePrefix?: string | undefined;
  /** The record that answers repeats of this request. */
  readonly record?: IdempotencyRecord | undefined;
  /** Hash of the invitation to use up. It must exist, not have expired, and not be bound to another address. */
  readonly invitation?: string | undefined;
}

/** The outcome of a registration. If several refusals apply, it is the first in this order. */
export type RegisterOutcome =
  | "registered"
  /** A record of its key exists: this is a repeat. */
  | "key-held"
  | "invitation-invalid"
  | "username-taken"
  | "email-taken"
  /** Only the prefix of the home is taken, by another account. */
  | "home-held";

/** The outcome of a registration without an account. */
export type NobodyOutcome = Extract<RegisterOutcome, "registered" | "key-held" | "invitation-invalid">;

export interface Registrations {
  /**
   * Puts the account, claims its email and its username, if it has one, and writes its jobs, all or nothing. If several
   * callers race for one address or name, exactly one gets `registered`. If both are taken, the outcome is
   * `username-taken`. Idempotent: a repeat of a successful call returns `registered` again.
   */
  register(account: Account, jobs: readonly Job[], besides?: BesidesAccount): Promise<RegisterOutcome>;
  /**
   * Writes the jobs, and what a registration writes besides its account, all or nothing. It serves a sign-up that must
   * not reveal that its address is taken. It claims no prefix for a home.
   */
  registerNobody(emailHash: string, jobs: readonly Job[], besides: BesidesAccount): Promise<NobodyOutcome>;
}
