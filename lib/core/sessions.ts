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

export interface SessionUsePorts extends Omit<SessionPorts, "ids"> {
  readonly accounts: Pick<Accounts, "find">;
}

/**
 * Finds the account of a session, and lets the session live on. The session must be of this contract, and of the account as
 * it is now: not disabled, not deleted, of the same epoch.
 * @param token As `beginSession` returned it.
 * @returns undefined for whatever else comes.
 * @throws DependencyFault
 */
export async function useSession(
  { sessions, accounts, clock }: SessionUsePorts,
  token: string,
  contract: ContractName,
): Promise<Account | undefined> {
  const named = readToken(token);
  if (!named) return undefined;
  const [session, account] = await Promise.all([
    findSession(sessions, named, contract),
    accounts.find(named.accountId),
  ]);
  if (!session || !account?.isActive || session.epoch !== account.epoch) return undefined;
  const now = clock();
  if (Math.min(session.idleUntil, session.endsAt) <= now) return undefined;
  const idleUntil = Math.min(now + limits.sessionIdleDays * dayMs, session.endsAt);
  // It may have been ended meanwhile; then it is not brought back.
  return (await sessions.use(session, idleUntil)) ? account : undefined;
}

/** Gives a new access token for a session's refresh token, on the terms of `useSession`. */
export async function refreshAccess(
  ports: SessionUsePorts & { readonly issuing: IssuingPorts },
  refreshToken: string,
  contract: ContractName,
): Promise<Result<AccessToken, "refresh-token-invalid">> {
  const account = await useSession(ports, refreshToken, contract);
  if (!account) return refuse({ code: "refresh-token-invalid" });
  return accept(await issueAccessToken(ports.issuing, account));
}

/** Ends the session of a token, if there is one of this contract. */
export async function endSession(
  { sessions }: Pick<SessionPorts, "sessions">,
  token: string,
  contract: ContractName,
): Promise<void> {
  const named = readToken(token);
  const session = named && (await findSession(sessions, named, contract));
  if (session) await sessions.end(session);
}

interface SessionToken {
  readonly accountId: string;
  readonly id: string;
  readonly secret: string;
}

function readToken(token: string): SessionToken | undefined {
  const [accountId = "", id = "", secret = "", ...more] = token.split(".");
  const isOne = more.length === 0 && [accountId, id, secret].every(isUuid);
  return isOne ? { accountId, id, secret } : undefined;
}

async function findSession(
  sessions: Sessions,
  { accountId, id, secret }: SessionToken,
  contract: ContractName,
): Promise<Session | undefined> {
  const session = await sessions.find(accountId, id);
  const isIts = session?.contract === contract && session.secretHash === hashToken(secret);
  return isIts ? session : undefined;
}

const dayMs = 86_400_000;
