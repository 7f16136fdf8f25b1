import type { AccessToken, IssuingPorts } from "./access-token.ts";
import { issueAccessToken } from "./access-token.ts";
import type { Account, ContractName } from "./account.ts";
import { hashToken, type Ids, isUuid } from "./ids.ts";
import { limits } from "./limits.ts";
import type { Accounts, Clock, Sessions } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";

/** A session as stored: what a refresh token stands for. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** Each contract's refresh endpoint takes only its own. */
  readonly contract: ContractName;
  /** The account's when the session began; raising that ends the session. */
  readonly epoch: number;
  /** SHA-256 in hex. The secret itself stands only in the refresh token. */
  readonly secretHash: string;
  /** Milliseconds since 1970: unless it is used, a session ends then. */
  readonly idleUntil: number;
  /** Milliseconds since 1970: used or not, it ends then. */
  readonly endsAt: number;
}

export interface SessionPorts {
  readonly sessions: Sessions;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Begins a session of an account. Returns its refresh token: `<account id>.<session id>.<secret>`. */
export async function beginSession(
  { sessions, ids, clock }: SessionPorts,
  account: Account,
  contract: ContractName,
): Promise<string> {
  const [id, secret, now] = [ids.uuidV7(), ids.token(), clock()];
  await sessions.begin({
    id,
    accountId: account.id,
    contract,
    epoch: account.epoch,
    secretHash: hashToken(secret),
    idleUntil: now + limits.sessionIdleDays * dayMs,
    endsAt: now + limits.sessionDays * dayMs,
  });
  return `${account.id}.${id}.${secret}`;
}

export interface RefreshPorts extends SessionPorts {
  readonly accounts: Pick<Accounts, "find">;
  readonly issuing: IssuingPorts;
}

/**
 * Gives a new access token for a refresh token, and lets its session live on. The session must be of this contract, and of
 * the account as it is now: not disabled, not deleted, of the same epoch.
 * @throws DependencyFault
 */
export async function refreshAccess(
  { sessions, accounts, issuing, clock }: RefreshPorts,
  refreshToken: string,
  contract: ContractName,
): Promise<Result<AccessToken, "refresh-token-invalid">> {
  const invalid = refuse({ code: "refresh-token-invalid" });
  const [accountId = "", id = "", secret = "", ...more] = refreshToken.split(".");
  if (more.length > 0 || ![accountId, id, secret].every(isUuid)) return invalid;
  const [session, account] = await Promise.all([sessions.find(accountId, id), accounts.find(accountId)]);
  if (!session || !account?.isActive || session.epoch !== account.epoch) return invalid;
  if (session.contract !== contract || session.secretHash !== hashToken(secret)) return invalid;
  const now = clock();
  if (Math.min(session.idleUntil, session.endsAt) <= now) return invalid;
  const idleUntil = Math.min(now + limits.sessionIdleDays * dayMs, session.endsAt);
  // It may have been ended meanwhile; then it is not brought back.
  return (await sessions.use(session, idleUntil))
    ? accept(await issueAccessToken(issuing, account))
    : invalid;
}

const dayMs = 86_400_000;
