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
 * Rotates a refresh token, and issues an access token. If several callers race with one token, one rotates it. The
 * others get its successor too, as does a retry within `rotationGraceSeconds` after a lost answer, unless the successor
 * was used already. A token that comes later is in two hands: its session ends, and a mail notifies the owner.
 *
 * The successor of a secret is an HMAC of it with the session's nonce. So nothing readable is stored. It also shows
 * whether a stale secret ever belonged to this session: its successors lead to the current one. A secret that never
 * existed ends nothing.
 * @param refreshToken As received from the caller; empty if there was none.
 * @throws DependencyFault when a service fails.
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

/** @returns `changed` if session and account were read at different states, or have changed since. */
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
  // The epoch was raised. Or a change that keeps this session is raising it and was half read.
  if (session.epoch !== account.epoch) return "changed";
  if (!isLive(session, account, now)) return invalid;
  // This comes before the rotation. If no key can sign just now, the token stays valid for a retry.
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

/** Derives the next secret. It takes both the current one and the nonce, which only the table knows. */
function successorOf(secret: string, nonce: string): string {
  return uuidOf(createHmac("sha256", nonce).update(secret).digest());
}

/**
 * Returns how many generations old a secret is: 0 for the current one, undefined if it never was one of this session.
 */
function ageOf({ secretHash, nonce, generation }: Session, secret: string): number | undefined {
  const oldest = Math.min(generation, limits.rotationsTraced);
  for (let age = 0, of = secret; age <= oldest; age++, of = successorOf(of, nonce))
    if (hashToken(of) === secretHash) return age;
  return undefined;
}
