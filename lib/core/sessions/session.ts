import type { Account } from "../account/account.ts";
import type { ContractName } from "../shared/contracts.ts";
import { isUuid } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { dayMs } from "../shared/time.ts";

/** A session as stored, named by its refresh token. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** Each contract's refresh endpoint accepts only its own sessions. */
  readonly contract: ContractName;
  /** The account's epoch when the session began. Raising the account's epoch ends the session. */
  readonly epoch: number;
  /** SHA-256 in hex of the current secret. The secret itself is only in the refresh token. */
  readonly secretHash: string;
  /** Random. It derives each secret's successor. */
  readonly nonce: string;
  /** How often the secret was rotated. */
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  /** When its token was last used, for any purpose. The grace for a lost answer starts then. */
  readonly usedAt: number;
  /** An unused session ends then. Every session ends at `endsAt`. */
  readonly idleUntil: number;
  readonly endsAt: number;
}

/** Tells whether a session is not expired and belongs to the account as it is now: not disabled, in the same epoch. */
export function isLive(session: Session, account: Account, now: number): boolean {
  const isInTime = Math.min(session.idleUntil, session.endsAt) > now;
  return isInTime && account.isActive && session.epoch === account.epoch;
}

/** Returns the idle end of a session that is used now. */
export function idleUntil({ endsAt }: Session, now: number): number {
  return Math.min(now + limits.sessionIdleDays * dayMs, endsAt);
}

/** The parts of a session's token. */
export interface SessionToken {
  readonly accountId: string;
  readonly id: string;
  readonly secret: string;
}

/** Splits a token into its parts; undefined if it has another form. */
export function readToken(token: string): SessionToken | undefined {
  const [accountId = "", id = "", secret = "", ...more] = token.split(".");
  const isOne = more.length === 0 && [accountId, id, secret].every(isUuid);
  return isOne ? { accountId, id, secret } : undefined;
}
