import { createHmac } from "node:crypto";
import { type IssuingPorts, issueAccessToken } from "../access-tokens/access-token.ts";
import type { Account } from "../account/account.ts";
import { noticeJobs } from "../account/notices.ts";
import type { ContractName } from "../shared/contracts.ts";
import { hashToken, uuidOf } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { TokenPair } from "./begin-session.ts";
import { idleUntil, isLive, readToken, type Session, type SessionToken } from "./session.ts";
import type { SessionUsePorts } from "./use-session.ts";

export interface SessionRotationPorts extends SessionUsePorts {
  readonly issuing: IssuingPorts;
}

export type RotationRefusalCode =
  | "refresh-token-missing"
  | "refresh-token-invalid"
  | "refresh-token-reused"
  | "account-disabled";

type Rotated = Result<TokenPair, RotationRefusalCode>;

/**
 * Changes a refresh token for its successor, and issues an access token. Of simultaneous callers with one token one changes
 * it; the others, and whoever comes again within `rotationGraceSeconds` because the answer was lost, get the same successor, as long as
 * that was not used. A token that comes any later than that is in two hands: its session ends, and its
 * owner is told by mail.
 *
 * The successor of a secret is an HMAC of it with the session's nonce. So nothing readable is stored, and whether a stale
 * secret was ever one of this session can be told: its successors lead to the present one. One that nobody ever held ends
 * nothing.
 * @param refreshToken As it came from the caller; empty if there was none.
 * @throws DependencyFault
 */
export async function rotateSession(
  ports: SessionRotationPorts,
  refreshToken: string,
  contract: ContractName,
): Promise<Rotated> {
  if (refreshToken === "") return refuse({ code: "refresh-token-missing" });
  const named = readToken(refreshToken);
  for (let look = 1; named && look <= limits.rotationReads; look++) {
    const outcome = await rotateAsRead(ports, named, contract);
    if (outcome !== "changed") return outcome;
  }
  return invalid;
}

const invalid = refuse({ code: "refresh-token-invalid" });

/** @returns `changed` if session and account were not read, or are not any more, as they are together. */
async function rotateAsRead(
  ports: SessionRotationPorts,
  { accountId, id, secret }: SessionToken,
  contract: ContractName,
): Promise<Rotated | "changed"> {
  const [session, account] = await Promise.all([
    ports.sessions.find(accountId, id),
    ports.accounts.find(accountId),
  ]);
  if (!session || !account || session.contract !== contract) return invalid;
  const age = ageOf(session, secret);
  if (age === undefined) return invalid;
  const now = ports.clock();
  const isRepeat = age === 1 && now - session.usedAt <= limits.rotationGraceSeconds * 1000;
  if (age > 0 && !isRepeat) {
    await ports.sessions.end(session, noticeJobs(account, "session-ended-by-reuse", ports.issuing.ids));
    return refuse({ code: "refresh-token-reused" });
  }
  if (!account.isActive) return refuse({ code: "account-disabled" });
  // The epoch was raised; or is being raised, by a change that keeps this session and was half read.
  if (session.epoch !== account.epoch) return "changed";
  if (!isLive(session, account, now)) return invalid;
  // Before the token is changed: where there is no key to sign with just now, it stays good for the next try.
  const access = await issueAccessToken(ports.issuing, account, id);
  const successor = successorOf(secret, session.nonce);
  if (!isRepeat && !(await rotate(ports, session, account, successor))) return "changed";
  return accept({ access, refresh: `${accountId}.${id}.${successor}` });
}

function rotate(
  { sessions, clock }: SessionRotationPorts,
  session: Session,
  account: Account,
  successor: string,
): Promise<boolean> {
  const usedAt = clock();
  const next = { secretHash: hashToken(successor), usedAt, idleUntil: idleUntil(session, usedAt) };
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
