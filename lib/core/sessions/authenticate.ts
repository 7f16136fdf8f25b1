import {
  type AccessTokenRefusalCode,
  type VerifyingPorts,
  verifyAccessToken,
} from "../access-tokens/access-token.ts";
import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { isLive, type Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { findTogether } from "./use-session.ts";

export interface BearerPorts {
  readonly verifying: VerifyingPorts;
  readonly accounts: Pick<Accounts, "find">;
  readonly sessions: Pick<Sessions, "find">;
}

/** Why a call with an access token is refused. */
export type BearerRefusalCode = AccessTokenRefusalCode;

/** On whose behalf a call with an access token is made. */
export interface Bearer {
  readonly account: Account;
  /** The session that the token belongs to, if it belongs to one. */
  readonly session: Session | undefined;
}

/**
 * Finds out on whose behalf a call is made. A token outlives a deletion, a change of password or the end of its session by
 * minutes; here it does not: account and session are looked at as well.
 * @param token As it came from the caller, without `Bearer`.
 * @throws DependencyFault
 */
export async function authenticate(
  { verifying, accounts, sessions }: BearerPorts,
  token: string,
): Promise<Result<Bearer, BearerRefusalCode>> {
  const claims = await verifyAccessToken(verifying, token);
  if (!claims.ok) return claims;
  const { accountId, sessionId, epoch } = claims.value;
  const { account, session } = await findTogether({ sessions, accounts }, accountId, sessionId);
  const isCurrent =
    account?.isActive &&
    (sessionId === undefined
      ? account.epoch === epoch
      : session !== undefined && isLive(session, account, verifying.clock()));
  return isCurrent ? accept({ account, session }) : refuse({ code: "access-token-invalid" });
}
