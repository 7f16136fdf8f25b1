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
 * Finds the account of a session, and extends the session. The session must be of this contract, and of the account as
 * it is now: not disabled, not deleted, in the same epoch.
 * @param token As `beginSession` returned it.
 * @returns undefined for every other token.
 * @throws DependencyFault when a service fails.
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
  // The session may have ended meanwhile, and this does not revive it.
  const used = await sessions.use(session, { usedAt: now, idleUntil: idleUntil(session, now) });
  return used ? { account, session } : undefined;
}

/**
 * Finds an account and one of its sessions. If their epochs differ, it reads both once more: the session has ended, or
 * a change that keeps it was half read.
 * @param id The session's id; undefined for none.
 * @throws DependencyFault when a service fails.
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

/** Issues a new access token for a session's refresh token, on the terms of `useSession`. */
export async function refreshAccess(
  ports: SessionUsePorts & { readonly issuing: IssuingPorts },
  refreshToken: string,
  contract: ContractName,
): Promise<Result<AccessToken, "refresh-token-invalid">> {
  const used = await useSession(ports, refreshToken, contract);
  if (!used) return refuse({ code: "refresh-token-invalid" });
  return accept(await issueAccessToken(ports.issuing, used.account, used.session.id));
}

/** Ends the session of a token, if this contract has one. */
export async function endSession(
  { sessions }: Pick<SessionPorts, "sessions">,
  token: string,
  contract: ContractName,
): Promise<void> {
  const named = readToken(token);
  const session = named && (await sessions.find(named.accountId, named.id));
  if (session && isOf(session, named, contract)) await sessions.end(session);
}

/** Tells whether a session is of this contract, and whether a token's secret is the current one. */
const isOf = (session: Session, { secret }: SessionToken, contract: ContractName): boolean =>
  session.contract === contract && session.secretHash === hashToken(secret);
