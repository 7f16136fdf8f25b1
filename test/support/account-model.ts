import type { ContractName } from "../../lib/core/account.ts";
import type { AccountState } from "../../lib/core/administer.ts";

/*
 * What the life of accounts ought to be, said once more without any of the product's code: plain objects that are changed at
 * once, where sessions, links and tokens are told one by one that they count no more. The product has an epoch for that.
 */

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** Something that stands or falls with an account's standing, such as a session. */
interface Standing {
  readonly account: ModelAccount;
  counts: boolean;
}

export interface ModelSession extends Standing {
  readonly contract: ContractName;
  /** Whether it is still kept: a session that was ended is not. */
  isKept: boolean;
  /** The refresh tokens that it ever had; the last one is good. */
  readonly refresh: string[];
  usedAt: number;
  idleUntil: number;
  readonly endsAt: number;
}

export interface ModelAccess extends Standing {
  readonly token: string;
  readonly session: ModelSession | undefined;
  readonly issuedAt: number;
}

export type LinkPurpose = "verify-email" | "disown-account" | "reset-password";

export interface ModelLink extends Standing {
  readonly purpose: LinkPurpose;
  readonly token: string;
  readonly validUntil: number;
  isSpent: boolean;
}

export interface ModelAccount {
  readonly id: string;
  readonly contract: ContractName;
  readonly email: string;
  readonly username: string | undefined;
  password: string;
  fullName: string | null;
  isVerified: boolean;
  state: AccountState;
  isGone: boolean;
}

/** Every account that ever was, and all that was ever handed out. */
export interface Model {
  now: number;
  readonly accounts: ModelAccount[];
  readonly sessions: ModelSession[];
  readonly accesses: ModelAccess[];
  readonly links: ModelLink[];
  /** Wrong passwords in a row by what they were tried for. */
  readonly wrong: Map<string, number>;
}

export const newModel = (now: number): Model => ({
  now,
  accounts: [],
  sessions: [],
  accesses: [],
  links: [],
  wrong: new Map(),
});

export const byEmail = (model: Model, email: string) =>
  model.accounts.find((account) => !account.isGone && account.email === email);

/** A name is not given out again, not even when its account is gone. */
const byUsername = (model: Model, username: string) =>
  model.accounts.find((account) => account.username === username);

/** What a sign-up comes to. */
export function signUpOutcome(model: Model, email: string, username: string | undefined): string {
  if (username !== undefined && byUsername(model, username)) return "username-taken";
  return byEmail(model, email) ? "email-taken" : "ok";
}

/** Ends everything that was handed out for an account but, perhaps, one session. "This was not me" stays. */
export function endAll(model: Model, account: ModelAccount, kept?: ModelSession): void {
  const all: Standing[] = [...model.sessions, ...model.accesses, ...model.links];
  for (const one of all) {
    const isKept = kept !== undefined && (one === kept || ("session" in one && one.session === kept));
    const outlives = "purpose" in one && one.purpose === "disown-account";
    if (one.account === account && !isKept && !outlives) one.counts = false;
  }
}

/** Counts a password that is tried. @returns whether there were too many wrong ones before. */
function isLocked(model: Model, key: string): boolean {
  const wrong = model.wrong.get(key) ?? 0;
  if (wrong >= 5) return true;
  model.wrong.set(key, wrong + 1);
  return false;
}

export function loginOutcome(model: Model, identifier: string, password: string): string {
  if (isLocked(model, identifier)) return "account-locked";
  const account = byEmail(model, identifier) ?? byUsername(model, identifier);
  if (!account || account.isGone || account.password !== password) return "credentials-wrong";
  model.wrong.delete(identifier);
  if (account.state !== "active") return `account-${account.state}`;
  return account.contract === "signup" && !account.isVerified ? "email-not-verified" : "ok";
}

/** Whether a session is in time. */
const isInTime = (model: Model, session: ModelSession) =>
  model.now < Math.min(session.idleUntil, session.endsAt);

export function accessOutcome(model: Model, { account, session, counts, issuedAt }: ModelAccess): string {
  if (model.now >= issuedAt + 15 * minuteMs) return "access-token-expired";
  const isLive = session ? session.isKept && session.counts && isInTime(model, session) : counts;
  return isLive && !account.isGone && account.state === "active" ? "ok" : "access-token-invalid";
}

/** Of a token that asks for the password as well. */
export function confirmedOutcome(model: Model, access: ModelAccess, password: string): string {
  const outcome = accessOutcome(model, access);
  if (outcome !== "ok") return outcome;
  const key = `own:${access.account.id}`;
  if (isLocked(model, key)) return "account-locked";
  if (access.account.password !== password) return "credentials-wrong";
  model.wrong.delete(key);
  return "ok";
}

/** Of the refresh token that a session had `age` changes ago. */
export function refreshOutcome(model: Model, session: ModelSession, age: number): string {
  const { account, counts, isKept, usedAt } = session;
  if (!isKept || account.isGone) return "refresh-token-invalid";
  const isRepeat = age === 1 && model.now - usedAt <= 10_000;
  if (age > 0 && !isRepeat) return "refresh-token-reused";
  const isOfUsers = session.contract === "users";
  if (account.state !== "active") return isOfUsers ? "refresh-token-invalid" : "account-disabled";
  return counts && isInTime(model, session) ? "ok" : "refresh-token-invalid";
}

/** Begins a session. */
export function begin(
  { now, sessions }: Model,
  account: ModelAccount,
  contract: ContractName,
  refresh: string,
): ModelSession {
  const ends = now + 30 * dayMs;
  const times = { usedAt: now, idleUntil: now + 7 * dayMs, endsAt: ends };
  const session = { account, contract, counts: true, isKept: true, refresh: [refresh], ...times };
  sessions.push(session);
  return session;
}

/** Uses a session, which changes its refresh token if it is of that kind. */
export function use(model: Model, session: ModelSession, next?: string): void {
  session.usedAt = model.now;
  session.idleUntil = Math.min(model.now + 7 * dayMs, session.endsAt);
  if (next !== undefined) session.refresh.push(next);
}

/** Of a link that is used for what it is for. */
export function linkOutcome(
  model: Model,
  { account, purpose, counts, isSpent, validUntil }: ModelLink,
): string {
  if (isSpent) return "token-invalid";
  if (model.now >= validUntil) return "token-expired";
  const isForNow = purpose === "reset-password" ? account.state === "active" : !account.isVerified;
  return counts && !account.isGone && isForNow ? "ok" : "token-invalid";
}

/** For how long a link works. */
export const lifetimeMs: Record<LinkPurpose, number> = {
  "verify-email": dayMs,
  "disown-account": dayMs,
  "reset-password": 60 * minuteMs,
};
