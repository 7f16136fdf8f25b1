import type { SigningKeys } from "../../../lib/core/access-tokens/signing-keys.ts";
import type { Account } from "../../../lib/core/account/account.ts";
import type { Accounts } from "../../../lib/core/account/accounts.ts";
import type { HomeClaims } from "../../../lib/core/homes/homes.ts";
import type { Invitations } from "../../../lib/core/invitations/invitations.ts";
import type { Tokens } from "../../../lib/core/one-time-tokens/one-time-tokens.ts";
import type { AuditTrail } from "../../../lib/core/outbox/audit-trail.ts";
import type { JobKey } from "../../../lib/core/outbox/job.ts";
import type { Outbox } from "../../../lib/core/outbox/outbox.ts";
import type { Attempts } from "../../../lib/core/passwords/attempts.ts";
import type { IdempotencyRecords } from "../../../lib/core/registration/idempotency.ts";
import type { Numbers } from "../../../lib/core/registration/numbers.ts";
import type { Registrations } from "../../../lib/core/registration/registrations.ts";
import type { Session } from "../../../lib/core/sessions/session.ts";
import type { Sessions } from "../../../lib/core/sessions/sessions.ts";
import type { ReversibleLimiter } from "../../../lib/core/shared/limiter.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";

/** The ports of the core that store data. */
export interface Ports {
  readonly accounts: Accounts & Registrations & HomeClaims;
  readonly attempts: Attempts;
  readonly audit: AuditTrail;
  readonly invitations: Invitations;
  readonly limiter: ReversibleLimiter;
  readonly numbers: Numbers;
  readonly outbox: Outbox;
  readonly records: IdempotencyRecords;
  readonly sessions: Sessions;
  readonly signingKeys: SigningKeys;
  readonly tokens: Tokens;
}

type Attributes = Record<string, unknown>;

/** A waiting job with its order's attributes. */
export interface StoredJob extends Attributes {
  readonly kind: string;
  readonly attempts: number;
  readonly waitMs: number;
  readonly nextAttemptAt: number;
  readonly isDead: boolean;
}

/** A store for one suite, with a back door for preparing and inspecting what the ports do not show. */
export interface Store {
  /** Opens the ports, as another execution environment does. */
  open(clock?: Clock): Ports;
  /** Runs racing callers. Fails unless they meet TransactionConflict on a store that raises it. */
  racing<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Returns all stored data for comparison. */
  snapshot(): Promise<unknown>;
  /** Returns all entries that contain one of these texts. */
  naming(...texts: readonly string[]): Promise<unknown[]>;
  /** Returns an account, or the tombstone of a deleted one. */
  account(id: string): Promise<Attributes | undefined>;
  setAccount(id: string, changes: Attributes): Promise<void>;
  setSession(session: Session, changes: Partial<Session>): Promise<void>;
  /** Makes an account the holder of an email. */
  setEmailHolder(emailHash: string, accountId: string): Promise<void>;
  /** Returns the account that holds a home's prefix. */
  homeHolder(prefix: string): Promise<string | undefined>;
  /** Whether there is a count of wrong passwords under this key. */
  isCounted(attemptKey: string): Promise<boolean>;
  job(key: JobKey): Promise<StoredJob | undefined>;
  /** Returns an account's jobs, sorted by kind. */
  jobsOf(account: Pick<Account, "id">): Promise<StoredJob[]>;
}

/** An implementation of the ports: the table on an engine, or memory. */
export interface Backend {
  readonly name: string;
  /** Makes an empty store before a suite's tests. */
  start(): Store;
}
