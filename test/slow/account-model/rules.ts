import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";
import * as model from "./model.ts";

/* The model's rules of logins, tokens, sessions and links. Each outcome is the refusal's code, or begins with `ok`. */

const { minuteMs, dayMs } = model;

/**
 * Counts an attempt with a password.
 * @returns whether there were already too many wrong ones.
 */
export function isLocked({ wrong }: model.Model, key: string): boolean {
  const before = wrong.get(key) ?? 0;
  if (before >= 5) return true;
  wrong.set(key, before + 1);
  return false;
}

export function loginOutcome(m: model.Model, identifier: string, password: string): string {
  if (isLocked(m, identifier)) return "account-locked";
  const account = model.byEmail(m, identifier) ?? model.byUsername(m, identifier);
  if (!account || account.isGone || account.password !== password) return "credentials-wrong";
  const isUnproven = contracts[account.contract].mustVerify && !account.isVerified;
  // Otherwise a caller could sign up with an email and learn here whether it was taken.
  if (isUnproven && m.hidesTakenEmails) return "credentials-wrong";
  m.wrong.delete(identifier);
  if (account.state !== "active") return `account-${account.state}`;
  return isUnproven ? "email-not-verified" : "ok";
}

const isInTime = (m: model.Model, session: model.ModelSession) =>
  m.now < Math.min(session.idleUntil, session.endsAt);

/** Whether a session is valid. */
export function isLive(m: model.Model, session: model.ModelSession): boolean {
  const { account, isKept, counts } = session;
  return isKept && counts && isInTime(m, session) && !account.isGone && account.state === "active";
}

export function accessOutcome(m: model.Model, access: model.ModelAccess): string {
  const { account, session, counts, issuedAt } = access;
  if (m.now >= issuedAt + 15 * minuteMs) return "access-token-expired";
  const isGood = session ? isLive(m, session) : counts && !account.isGone && account.state === "active";
  return isGood ? "ok" : "access-token-invalid";
}

/** Checks the password of an authenticated caller. */
export function passwordOutcome(m: model.Model, { id, password }: model.ModelAccount, typed: string): string {
  const key = `own:${id}`;
  if (isLocked(m, key)) return "account-locked";
  if (password !== typed) return "credentials-wrong";
  m.wrong.delete(key);
  return "ok";
}

/** Returns the first outcome that is not `ok`, and evaluates none after it. */
export function firstOf(...outcomes: (() => string)[]): string {
  for (const outcome of outcomes) {
    const came = outcome();
    if (came !== "ok") return came;
  }
  return "ok";
}

/** Checks the refresh token that a session had `age` rotations ago. */
export function refreshOutcome(m: model.Model, session: model.ModelSession, age: number): string {
  const { account, counts, isKept, usedAt } = session;
  if (!isKept || account.isGone) return "refresh-token-invalid";
  const isRepeat = age === 1 && m.now - usedAt <= 10_000;
  if (age > 0 && !isRepeat) return "refresh-token-reused";
  const isOfUsers = session.contract === "users";
  if (account.state !== "active") return isOfUsers ? "refresh-token-invalid" : "account-disabled";
  return counts && isInTime(m, session) ? "ok" : "refresh-token-invalid";
}

export function begin(
  { now, sessions }: model.Model,
  account: model.ModelAccount,
  contract: ContractName,
  { id, token }: { readonly id: string; readonly token: string },
): model.ModelSession {
  const times = { usedAt: now, idleUntil: now + 7 * dayMs, endsAt: now + 30 * dayMs };
  const session = { id, account, contract, counts: true, isKept: true, refresh: [token], ...times };
  sessions.push(session);
  return session;
}

/** Uses a session, and adds its next refresh token if it rotates. */
export function use(m: model.Model, session: model.ModelSession, next?: string): void {
  session.usedAt = m.now;
  session.idleUntil = Math.min(m.now + 7 * dayMs, session.endsAt);
  if (next !== undefined) session.refresh.push(next);
}

export function linkOutcome(m: model.Model, link: model.ModelLink): string {
  const { account, purpose, counts, isKept, validUntil } = link;
  if (!isKept) return "token-invalid";
  if (m.now >= validUntil) return "token-expired";
  return counts && !account.isGone && isForNow[purpose](link) ? "ok" : "token-invalid";
}

/** Whether a link's action is still possible for its account. */
const isForNow: Record<model.LinkPurpose, (link: model.ModelLink) => boolean> = {
  "verify-email": ({ account }) => !account.isVerified,
  "disown-account": ({ account }) => !account.isVerified,
  "reset-password": ({ account, address }) => account.state === "active" && account.email === address,
  "password-changed": ({ account, address }) => account.state === "active" && account.email === address,
  "confirm-email-change": ({ account, address }) => account.state === "active" && account.pending === address,
  // Also if nothing is pending, because the change's requester may have caused that.
  "cancel-email-change": ({ account, address }) => account.state === "active" && account.email === address,
};

export const lifetimeMs: Record<model.LinkPurpose, number> = {
  "verify-email": dayMs,
  "disown-account": dayMs,
  "reset-password": 60 * minuteMs,
  "password-changed": 2 * dayMs,
  "confirm-email-change": 60 * minuteMs,
  "cancel-email-change": 2 * dayMs,
};
