import { type AccessToken, type IssuingPorts, issueAccessToken } from "../access-tokens/access-token.ts";
import type { Account } from "../account/account.ts";
import type { ContractName } from "../shared/contracts.ts";
import { hashToken, type Ids } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { type Clock, dayMs } from "../shared/time.ts";
import type { Sessions } from "./sessions.ts";

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

/** Begins a session of an account. A browser keeps its token; a client uses it as refresh token. */
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

/** Begins a session and issues an access token for it. `sessionId` is not for the client. */
export async function beginSessionWithAccess(
  ports: SessionPorts & { readonly issuing: IssuingPorts },
  account: Account,
  contract: ContractName,
): Promise<TokenPair & { readonly sessionId: string }> {
  const { id, token } = await beginSession(ports, account, contract);
  return { access: await issueAccessToken(ports.issuing, account, id), refresh: token, sessionId: id };
}
