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

/** The ports of the core that store something. */
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

/** A job as it waits, with the attributes of its order. */
export interface StoredJob extends Attributes {
  readonly kind: string;
  readonly attempts: number;
  readonly waitMs: number;
  readonly nextAttemptAt: number;
  readonly isDead: boolean;
}

/** A store for one suite, and a back door to it: tests stage an earlier history and see what is not for the ports to tell. */
export interface Store {
  /** Opens the ports, as one more execution environment does. */
  open(clock?: Clock): Ports;
  /** Lets callers race; fails unless they meet TransactionConflict where the store raises that. */
  racing<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Everything that is stored, for comparison. */
  snapshot(): Promise<unknown>;
  /** All entries that hold one of these texts. */
  naming(...texts: readonly string[]): Promise<unknown[]>;
  /** An account, or what is left of a deleted one. */
  account(id: string): Promise<Attributes | undefined>;
  /** Changes attributes of an account. */
  setAccount(id: string, changes: Attributes): Promise<void>;
  /** Changes attributes of a session. */
  setSession(session: Session, changes: Partial<Session>): Promise<void>;
  /** Makes an account the holder of an address. */
  setEmailHolder(emailHash: string, accountId: string): Promise<void>;
  /** The account that holds the home of this prefix. */
  homeHolder(prefix: string): Promise<string | undefined>;
  /** Whether wrong passwords are counted under this key. */
  isCounted(attemptKey: string): Promise<boolean>;
  job(key: JobKey): Promise<StoredJob | undefined>;
  /** The jobs that an account owes, by kind. */
  jobsOf(account: Pick<Account, "id">): Promise<StoredJob[]>;
}

/** Implements the ports: the table on some engine, or memory. */
export interface Backend {
  readonly name: string;
  /** Makes an empty store before the tests of the calling suite. */
  start(): Store;
}
