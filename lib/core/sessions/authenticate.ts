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

/** The account and session that an access token stands for. */
export interface Bearer {
  readonly account: Account;
  /** The session of the access token, if it has one. */
  readonly session: Session | undefined;
}

/**
 * Authenticates a call by its access token. By itself, a token would outlive a deletion, a change of password or the
 * end of its session by minutes. So account and session are checked too.
 * @param token As received from the caller, without `Bearer`.
 * @throws DependencyFault when a service fails.
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
