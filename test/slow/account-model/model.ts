import type { AccountState } from "../../../lib/core/account/account-state.ts";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";

/*
 * A second description of accounts' lives, without the product's code. Plain objects change at once. Sessions, links
 * and tokens are invalidated one by one, where the product has an epoch.
 */

export const minuteMs = 60_000;
export const dayMs = 1440 * minuteMs;

/** An item that an account's epoch invalidates, such as a session. */
interface Standing {
  readonly account: ModelAccount;
  counts: boolean;
}

export interface ModelSession extends Standing {
  readonly id: string;
  readonly contract: ContractName;
  /** Whether the session is stored. An ended session is not. */
  isKept: boolean;
  /** All refresh tokens that it has had. Only the last is valid. */
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

export type LinkPurpose =
  | "verify-email"
  | "disown-account"
  | "reset-password"
  | "password-changed"
  | "confirm-email-change"
  | "cancel-email-change";

export interface ModelLink extends Standing {
  readonly purpose: LinkPurpose;
  readonly token: string;
  /** The email that the link was sent to, and that it concerns. */
  readonly address: string;
  readonly validUntil: number;
  /** Whether the link is stored: neither used nor deleted with its account. */
  isKept: boolean;
}

export interface ModelInvitation {
  readonly invitation: string;
  /** The only email that may use it. */
  readonly address: string | undefined;
  readonly validUntil: number;
  /** Neither used nor revoked. */
  isThere: boolean;
}

/** The record of a sign-up with a key. */
export interface ModelRecord {
  readonly id: string;
  /** The request without the password. */
  readonly asked: string;
  readonly validUntil: number;
  /**
   * The account whose password its repeats must have. Where taken emails are hidden there is none, and the first
   * request's password is compared.
   */
  readonly account: ModelAccount | undefined;
  readonly password: string;
}

export interface ModelAccount {
  readonly id: string;
  readonly contract: ContractName;
  email: string;
  /** A requested new email. */
  pending: string | undefined;
  readonly username: string | undefined;
  password: string;
  /** The day of each password change with the old password. */
  readonly changedOn: number[];
  fullName: string | null;
  /** When an unverified account is removed. Never after that, and never while an administrator has disabled it. */
  judgedAt: number;
  /** Whether an administrator has enabled it again. */
  wasEnabled: boolean;
  isVerified: boolean;
  state: AccountState;
  isGone: boolean;
  /** The expected audit trail, oldest first. */
  readonly events: string[];
}

export interface Setting {
  readonly byInvitation: boolean;
  readonly hidesTakenEmails: boolean;
}

/** Every account that has existed, and everything that was handed out. */
export interface Model extends Setting {
  now: number;
  readonly accounts: ModelAccount[];
  readonly sessions: ModelSession[];
  readonly accesses: ModelAccess[];
  readonly links: ModelLink[];
  readonly invitations: ModelInvitation[];
  /** By contract and key. */
  readonly records: Map<string, ModelRecord>;
  /** Keys of deleted accounts. */
  readonly freedKeys: Set<string>;
  /** Wrong passwords in a row, by the key that counts them. */
  readonly wrong: Map<string, number>;
}

export const newModel = (now: number, setting: Setting): Model => ({
  ...setting,
  now,
  accounts: [],
  sessions: [],
  accesses: [],
  links: [],
  invitations: [],
  records: new Map(),
  freedKeys: new Set(),
  wrong: new Map(),
});

export const byEmail = (model: Model, email: string) =>
  model.accounts.find((account) => !account.isGone && account.email === email);

/** A username is never given out again, even after its account is deleted. */
export const byUsername = (model: Model, username: string) =>
  model.accounts.find((account) => account.username === username);

/** Notes an expected entry of an account's audit trail. */
export function tell({ events }: ModelAccount, event: string, session?: ModelSession): void {
  events.push(session ? `${event} ${session.id}` : event);
}

/**
 * Invalidates everything handed out for an account, except perhaps one session, and cancels a pending email change.
 * Links by which the email's owner can take back the account stay valid.
 */
export function endAll(model: Model, account: ModelAccount, kept?: ModelSession): void {
  const all: Standing[] = [...model.sessions, ...model.accesses, ...model.links];
  for (const one of all) {
    const isKept = kept !== undefined && (one === kept || ("session" in one && one.session === kept));
    const outlives =
      "purpose" in one &&
      ["disown-account", "cancel-email-change", ...setting].includes(one.purpose as string);
    if (one.account === account && !isKept && !outlives) one.counts = false;
  }
  account.pending = undefined;
}

/** Links that set a password: from a reset, or from the notice of a change. */
const setting: readonly string[] = ["reset-password", "password-changed"] satisfies LinkPurpose[];

/** Sets an account's password and invalidates the mailed links that set one. */
export function setPassword({ links }: Model, account: ModelAccount, password: string): void {
  account.password = password;
  for (const link of links)
    if (link.account === account && setting.includes(link.purpose)) link.counts = false;
}

/** Deletes an account with the counts under its names, and frees its key. */
export function makeGone(model: Model, account: ModelAccount): void {
  account.isGone = true;
  account.judgedAt = Number.POSITIVE_INFINITY;
  tell(account, "account.deleted");
  forgiveWrong(model, account);
  freeKey(model, account);
}

/** Deletes the record of an account's sign-up. */
export function freeKey({ records, freedKeys }: Model, account: ModelAccount): void {
  for (const [key, record] of records)
    if (record.account === account) {
      records.delete(key);
      freedKeys.add(key);
    }
}

/** Gives an account a week for its verification, if it needs one. */
export function giveWeek({ now }: Pick<Model, "now">, account: ModelAccount): void {
  const mustBe = contracts[account.contract].mustVerify && !account.isVerified;
  account.judgedAt = mustBe ? now + 7 * dayMs : Number.POSITIVE_INFINITY;
}

/** Resets the counts of wrong passwords under all keys of an account. */
export function forgiveWrong({ wrong }: Model, { id, email, username }: ModelAccount): void {
  for (const key of [email, username, `own:${id}`]) wrong.delete(key ?? "");
}

/** Returns an account's state as docs/account-life.md names it. */
export function lifeStateOf({ isGone, state, pending, isVerified }: ModelAccount): string {
  if (isGone) return "gone";
  if (state !== "active") return state === "deleted" ? "removed" : "disabled";
  if (pending !== undefined) return "pending";
  return isVerified ? "verified" : "unverified";
}
