import type { Account } from "../account/account.ts";
import type { ContractName } from "../shared/contracts.ts";
import { isUuid } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { dayMs } from "../shared/time.ts";

/** A session as stored: what a refresh token stands for. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** Each contract's refresh endpoint takes only its own. */
  readonly contract: ContractName;
  /** The account's when the session began; raising that ends the session. */
  readonly epoch: number;
  /** SHA-256 in hex of the secret that is good now. The secret itself stands only in the refresh token. */
  readonly secretHash: string;
  /** Random; with it each secret gives its successor. */
  readonly nonce: string;
  /** How often the secret was changed for its successor. */
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  /** When its token was last used, for whichever purpose of it. A lost answer may be asked for again from then on. */
  readonly usedAt: number;
  /** Unless it is used, a session ends then; used or not, it ends at `endsAt`. */
  readonly idleUntil: number;
  readonly endsAt: number;
}

/** Whether a session is in time, and of the account as it is now: not disabled, of the same epoch. */
export function isLive(session: Session, account: Account, now: number): boolean {
  const isInTime = Math.min(session.idleUntil, session.endsAt) > now;
  return isInTime && account.isActive && session.epoch === account.epoch;
}

/** Until when a session lives on that is used now. */
export function idleUntil({ endsAt }: Session, now: number): number {
  return Math.min(now + limits.sessionIdleDays * dayMs, endsAt);
}

/** The parts of a session's token. */
export interface SessionToken {
  readonly accountId: string;
  readonly id: string;
  readonly secret: string;
}

/** Takes a token apart; undefined if it has not the form of one. */
export function readToken(token: string): SessionToken | undefined {
  const [accountId = "", id = "", secret = "", ...more] = token.split(".");
  const isOne = more.length === 0 && [accountId, id, secret].every(isUuid);
  return isOne ? { accountId, id, secret } : undefined;
}
