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

export interface SessionPorts {
  readonly sessions: Sessions;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** A session's id and its token: `<account id>.<session id>.<secret>`. */
interface Begun {
  readonly id: string;
  readonly token: string;
}

/** Begins a session of an account. Its token is what a browser keeps, or the refresh token of a client. */
export async function beginSession(
  { sessions, ids, clock }: SessionPorts,
  account: Account,
  contract: ContractName,
): Promise<Begun> {
  const [id, secret, now] = [ids.uuidV7(), ids.token(), clock()];
  await sessions.begin({
    id,
    accountId: account.id,
    contract,
    epoch: account.epoch,
    secretHash: hashToken(secret),
    nonce: ids.token(),
    generation: 0,
    beganAt: now,
    usedAt: now,
    idleUntil: now + limits.sessionIdleDays * dayMs,
    endsAt: now + limits.sessionDays * dayMs,
  });
  return { id, token: `${account.id}.${id}.${secret}` };
}

/** The two tokens of a client that has logged in. */
export interface TokenPair {
  readonly access: AccessToken;
  readonly refresh: string;
}

/** Begins a session and issues an access token that belongs to it. `sessionId` is not for the client. */
export async function beginSessionWithAccess(
  ports: SessionPorts & { readonly issuing: IssuingPorts },
  account: Account,
  contract: ContractName,
): Promise<TokenPair & { readonly sessionId: string }> {
  const { id, token } = await beginSession(ports, account, contract);
  return { access: await issueAccessToken(ports.issuing, account, id), refresh: token, sessionId: id };
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
): Promise<{ readonly account: Account; readonly session: Session } | undefined> {
  const named = readToken(token);
  if (!named) return undefined;
  const { session, account } = await findTogether({ sessions, accounts }, named.accountId, named.id);
  const now = clock();
  if (!session || !account || !isOf(session, named, contract) || !isLive(session, account, now))
    return undefined;
  // It may have been ended meanwhile; then it is not brought back.
  const used = await sessions.use(session, { usedAt: now, idleUntil: idleUntil(session, now) });
  return used ? { account, session } : undefined;
}

/**
 * Finds an account and a session of it. Where their epochs differ they are looked at once more: the session has ended, or is
 * being kept by a change of the account that was half read.
 * @param id The session's; undefined for none.
 * @throws DependencyFault
 */
export async function findTogether(
  {
    sessions,
    accounts,
  }: { readonly sessions: Pick<Sessions, "find">; readonly accounts: Pick<Accounts, "find"> },
  accountId: string,
  id: string | undefined,
): Promise<{ readonly account: Account | undefined; readonly session: Session | undefined }> {
  async function look() {
    const [account, session] = await Promise.all([
      accounts.find(accountId),
      id === undefined ? undefined : sessions.find(accountId, id),
    ]);
    return { account, session };
  }
  const found = await look();
  const isApart = found.session !== undefined && found.session.epoch !== found.account?.epoch;
  return isApart ? look() : found;
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

/** Gives a new access token for a session's refresh token, on the terms of `useSession`. */
export async function refreshAccess(
  ports: SessionUsePorts & { readonly issuing: IssuingPorts },
  refreshToken: string,
  contract: ContractName,
): Promise<Result<AccessToken, "refresh-token-invalid">> {
  const used = await useSession(ports, refreshToken, contract);
  if (!used) return refuse({ code: "refresh-token-invalid" });
  return accept(await issueAccessToken(ports.issuing, used.account, used.session.id));
}

/** Ends the session of a token, if there is one of this contract. */
export async function endSession(
  { sessions }: Pick<SessionPorts, "sessions">,
  token: string,
  contract: ContractName,
): Promise<void> {
  const named = readToken(token);
  const session = named && (await sessions.find(named.accountId, named.id));
  if (session && isOf(session, named, contract)) await sessions.end(session);
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

/** Whether a session is of this contract, and a token's secret the one that is good now. */
const isOf = (session: Session, { secret }: SessionToken, contract: ContractName): boolean =>
  session.contract === contract && session.secretHash === hashToken(secret);

const dayMs = 86_400_000;
