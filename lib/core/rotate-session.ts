import { createHmac } from "node:crypto";
import { type IssuingPorts, issueAccessToken } from "./access-token.ts";
import type { Account, ContractName } from "./account.ts";
import { hashToken, uuidOf } from "./ids.ts";
import { limits } from "./limits.ts";
import { accept, type Result, refuse } from "./refusals.ts";
import {
  idleUntil,
  isLive,
  readToken,
  type Session,
  type SessionUsePorts,
  type TokenPair,
} from "./sessions.ts";

export interface RotationPorts extends SessionUsePorts {
  readonly issuing: IssuingPorts;
}

export type RotationRefusalCode = "refresh-token-invalid" | "refresh-token-reused" | "account-disabled";

/**
 * Changes a refresh token for its successor, and issues an access token. Of simultaneous callers with one token one changes
 * it; the others, and whoever comes again within ten seconds because the answer was lost, get the same successor, as long as
 * that was not used. A token that comes any later than that is in two hands: its session ends.
 *
 * The successor of a secret is an HMAC of it with the session's nonce. So nothing readable is stored, and whether a stale
 * secret was ever one of this session can be told: its successors lead to the present one. One that nobody ever held ends
 * nothing.
 * @throws DependencyFault
 */
export async function rotateSession(
  ports: RotationPorts,
  refreshToken: string,
  contract: ContractName,
): Promise<Result<TokenPair, RotationRefusalCode>> {
  const named = readToken(refreshToken);
  const invalid = refuse({ code: "refresh-token-invalid" });
  if (!named) return invalid;
  // A second look, where somebody else rotated between the first one and our write.
  for (let look = 1; look <= 2; look++) {
    const [session, account] = await Promise.all([
      ports.sessions.find(named.accountId, named.id),
      ports.accounts.find(named.accountId),
    ]);
    if (!session || !account || session.contract !== contract) return invalid;
    const age = ageOf(session, named.secret);
    if (age === undefined) return invalid;
    if (!account.isActive) return refuse({ code: "account-disabled" });
    const now = ports.clock();
    if (!isLive(session, account, now)) return invalid;
    const successor = successorOf(named.secret, session.nonce);
    const isGraceful = age === 1 && now - session.rotatedAt <= limits.rotationGraceSeconds * 1000;
    if (age > 0 && !isGraceful) {
      await ports.sessions.end(session);
      return refuse({ code: "refresh-token-reused" });
    }
    if (isGraceful || (await rotate(ports, session, account, successor, now))) {
      const access = await issueAccessToken(ports.issuing, account, session.id);
      return accept({ access, refresh: `${named.accountId}.${named.id}.${successor}` });
    }
  }
  return invalid;
}

function rotate(
  { sessions }: RotationPorts,
  session: Session,
  account: Account,
  successor: string,
  now: number,
): Promise<boolean> {
  const next = { secretHash: hashToken(successor), rotatedAt: now, idleUntil: idleUntil(session, now) };
  return sessions.rotate(session, account, next);
}

/** The next secret, which takes both the one before and what only the table knows. */
function successorOf(secret: string, nonce: string): string {
  return uuidOf(createHmac("sha256", nonce).update(secret).digest());
}

/** How many generations old a secret is: 0 for the present one; undefined if it was never one of this session. */
function ageOf({ secretHash, nonce, generation }: Session, secret: string): number | undefined {
  const oldest = Math.min(generation, limits.rotationsTraced);
  for (let age = 0, of = secret; age <= oldest; age++, of = successorOf(of, nonce))
    if (hashToken(of) === secretHash) return age;
  return undefined;
}
