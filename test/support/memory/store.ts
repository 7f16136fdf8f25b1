import type { Account } from "../../../lib/core/account/account.ts";
import type { Invitation } from "../../../lib/core/invitations/invitation.ts";
import type { Mail } from "../../../lib/core/mail/mail.ts";
import type { OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import type { AccountEvent } from "../../../lib/core/outbox/account-event.ts";
import type { JobOrder } from "../../../lib/core/outbox/job.ts";
import type { CountedAttempts } from "../../../lib/core/passwords/count-attempt.ts";
import type { IdempotencyRecord } from "../../../lib/core/registration/idempotency.ts";
import type { Session } from "../../../lib/core/sessions/session.ts";
import type { Clock } from "../../../lib/core/shared/time.ts";
import type { Trails } from "./audit.ts";

/** The remains of a deleted account. */
type Tombstone = Pick<Account, "id" | "number" | "epoch"> & { readonly deletedAt: string };

interface WaitingJob {
  readonly order: JobOrder;
  attempts: number;
  waitMs: number;
  nextAttemptAt: number;
  isDead: boolean;
  readonly notBefore?: number;
  lastError?: string;
}

/** A file with the time of its put. */
interface StoredFile {
  readonly putAt: number;
  readonly body: string;
}

/** All stored data. Tests read it; only the ports change it. */
export interface Store {
  readonly accounts: Map<string, Account | Tombstone>;
  /** Account id by email hash. */
  readonly claims: Map<string, string>;
  /** Account id by username in lower case. */
  readonly usernames: Map<string, string>;
  /** Account id by the prefix of a home named after an email. */
  readonly homeClaims: Map<string, string>;
  /** Idempotency records by their hash. */
  readonly records: Map<string, IdempotencyRecord>;
  /** By id. */
  readonly sessions: Map<string, Session>;
  /** By the token's hash. */
  readonly tokens: Map<string, OneTimeToken>;
  /** By the invitation's hash. */
  readonly invitations: Map<string, Invitation>;
  /** By `<group>#<id>`. */
  readonly jobs: Map<string, WaitingJob>;
  /** Hits by scope, SHA-256 of the counted party, and window. */
  readonly hits: Map<string, number>;
  /** Prefixes of homes. */
  readonly homes: Set<string>;
  /** All files in homes, by key. */
  readonly files: Map<string, StoredFile>;
  /** Wrong passwords in a row, by key. */
  readonly attempts: Map<string, CountedAttempts>;
  readonly mails: Mail[];
  /** Audit trails, newest entry first. */
  readonly trails: Trails;
  readonly events: AccountEvent[];
}

export const emptyStore = (): Store => ({
  accounts: new Map(),
  claims: new Map(),
  usernames: new Map(),
  homeClaims: new Map(),
  records: new Map(),
  tokens: new Map(),
  invitations: new Map(),
  jobs: new Map(),
  hits: new Map(),
  homes: new Set(),
  files: new Map(),
  sessions: new Map(),
  attempts: new Map(),
  mails: [],
  trails: new Map(),
  events: [],
});

/** A port with synchronous methods. */
export type Sync<Port> = {
  [Method in keyof Port]: Port[Method] extends (...given: infer Given) => Promise<infer Result>
    ? (...given: Given) => Result
    : never;
};

export function findAccount(store: Store, id: string): Account | undefined {
  const account = store.accounts.get(id);
  return account && "deletedAt" in account ? undefined : account;
}

export function liveRecord(store: Store, clock: Clock, hash: string): IdempotencyRecord | undefined {
  const record = store.records.get(hash);
  return record && record.expiresAt * 1000 > clock() ? record : undefined;
}
