import type { Account } from "../account/account.ts";
import type { Job } from "../outbox/job.ts";
import type { IdempotencyRecord } from "./idempotency.ts";

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

export interface Registrations {
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
}
