import { type AccessToken, type IssuingPorts, issueAccessToken } from "../access-tokens/access-token.ts";
import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import type { ContractName } from "../shared/contracts.ts";
import { hashToken } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { SessionPorts } from "./begin-session.ts";
import { idleUntil, isLive, readToken, type Session, type SessionToken } from "./session.ts";
import type { Sessions } from "./sessions.ts";

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

/** Whether a session is of this contract, and a token's secret the one that is good now. */
const isOf = (session: Session, { secret }: SessionToken, contract: ContractName): boolean =>
  session.contract === contract && session.secretHash === hashToken(secret);
