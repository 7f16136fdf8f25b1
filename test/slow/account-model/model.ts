import type { AccountState } from "../../../lib/core/account/account-state.ts";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";

/*
 * What there is in the life of accounts, said once more without any of the product's code: plain objects that are changed at
 * once, where sessions, links and tokens are told one by one that they count no more. The product has an epoch for that.
 */

export const minuteMs = 60_000;
export const dayMs = 1440 * minuteMs;

/** Something that stands or falls with an account's standing, such as a session. */
interface Standing {
  readonly account: ModelAccount;
  counts: boolean;
}

export interface ModelSession extends Standing {
  readonly id: string;
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
  /** The mailbox that it went to, which it is about. */
  readonly address: string;
  readonly validUntil: number;
  /** Whether it is still kept: neither used up nor gone with its account. */
  isKept: boolean;
}

export interface ModelInvitation {
  readonly invitation: string;
  /** The one address that it is for. */
  readonly address: string | undefined;
  readonly validUntil: number;
  /** Neither used nor revoked. */
  isThere: boolean;
}

/** What is remembered of a sign-up that came with a key. */
export interface ModelRecord {
  readonly id: string;
  /** What was asked for, but for the password. */
  readonly asked: string;
  readonly validUntil: number;
  /** Whose password its repeats have to bring: the account's or, where that is not to be told, that of the first request. */
  readonly account: ModelAccount | undefined;
  readonly password: string;
}

export interface ModelAccount {
  readonly id: string;
  readonly contract: ContractName;
  email: string;
  /** Another address that was asked for. */
  pending: string | undefined;
  readonly username: string | undefined;
  password: string;
  /** The days on which the password was changed by who knew it, one for each time. */
  readonly changedOn: number[];
  fullName: string | null;
  /** When it is looked whether it was ever verified; never again after that, nor while an administrator has it. */
  judgedAt: number;
  /** Whether an administrator has given it back. */
  wasEnabled: boolean;
  isVerified: boolean;
  state: AccountState;
  isGone: boolean;
  /** What its audit trail ought to say, oldest first. */
  readonly events: string[];
}

/** How a deployment is set up. */
export interface Setting {
  readonly byInvitation: boolean;
  readonly hidesTakenEmails: boolean;
}

/** Every account that ever was, and all that was ever handed out. */
export interface Model extends Setting {
  now: number;
  readonly accounts: ModelAccount[];
  readonly sessions: ModelSession[];
  readonly accesses: ModelAccess[];
  readonly links: ModelLink[];
  readonly invitations: ModelInvitation[];
  /** By contract and key. */
  readonly records: Map<string, ModelRecord>;
  /** Of accounts that have gone. */
  readonly freedKeys: Set<string>;
  /** Wrong passwords in a row by what they were tried for. */
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

/** A name is not given out again, not even when its account is gone. */
export const byUsername = (model: Model, username: string) =>
  model.accounts.find((account) => account.username === username);

/** Notes what an account's audit trail ought to say. */
export function tell({ events }: ModelAccount, event: string, session?: ModelSession): void {
  events.push(session ? `${event} ${session.id}` : event);
}

/**
 * Ends everything that was handed out for an account but, perhaps, one session; a change of address that is pending too.
 * What the owner of the mailbox can take the account back by stays.
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

/** Links that set a password: asked for, or in the notice of one that was set. */
const setting: readonly string[] = ["reset-password", "password-changed"] satisfies LinkPurpose[];

/** Gives an account another password, and ends the links that were mailed to set one. */
export function setPassword({ links }: Model, account: ModelAccount, password: string): void {
  account.password = password;
  for (const link of links)
    if (link.account === account && setting.includes(link.purpose)) link.counts = false;
}

/** Makes an account go for good, with what is counted under its names, and its key free. */
export function makeGone(model: Model, account: ModelAccount): void {
  account.isGone = true;
  account.judgedAt = Number.POSITIVE_INFINITY;
  tell(account, "account.deleted");
  forgiveWrong(model, account);
  freeKey(model, account);
}

/** Forgets what an account was signed up with. */
export function freeKey({ records, freedKeys }: Model, account: ModelAccount): void {
  for (const [key, record] of records)
    if (record.account === account) {
      records.delete(key);
      freedKeys.add(key);
    }
}

/** Gives an account a week to be verified in, if it has to be. */
export function giveWeek({ now }: Pick<Model, "now">, account: ModelAccount): void {
  const mustBe = contracts[account.contract].mustVerify && !account.isVerified;
  account.judgedAt = mustBe ? now + 7 * dayMs : Number.POSITIVE_INFINITY;
}

/** Lets the counts of wrong passwords start anew, whatever of the account they were tried for. */
export function forgiveWrong({ wrong }: Model, { id, email, username }: ModelAccount): void {
  for (const key of [email, username, `own:${id}`]) wrong.delete(key ?? "");
}

/** The state of an account as docs/account-life.md draws it. */
export function lifeStateOf({ isGone, state, pending, isVerified }: ModelAccount): string {
  if (isGone) return "gone";
  if (state !== "active") return state === "deleted" ? "removed" : "disabled";
  if (pending !== undefined) return "pending";
  return isVerified ? "verified" : "unverified";
}
