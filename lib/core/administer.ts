import type { Account } from "./account.ts";
import { announcement } from "./events.ts";
import type { Ids } from "./ids.ts";
import { limits } from "./limits.ts";
import { type AccountNotice, noticeJobs } from "./mail/notice-jobs.ts";
import type { AccountChange, Accounts, Clock } from "./ports.ts";
import { DependencyFault } from "./refusals.ts";

export interface AdministrationPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly clock: Clock;
}

/** What an administrator can make of an account. Deleted is a flag here: only an owner's deletion is for good. */
export type AccountState = "active" | "disabled" | "deleted";

/** The state that an account is in. */
export function stateOf({ isActive, removedAt }: Account): AccountState {
  if (removedAt) return "deleted";
  return isActive ? "active" : "disabled";
}

/**
 * Brings an account into a state. Any but `active` ends its sessions, access tokens and one-time tokens at once. Its claims,
 * its home and its profile stay in each, so that `active` brings all of it back, but for the sessions. A mail tells its owner, if
 * the address is verified.
 * @returns whether it was in another state before; undefined if there is no such account.
 * @throws DependencyFault
 */
export async function setState(
  { accounts, ids, clock }: AdministrationPorts,
  id: string,
  state: AccountState,
): Promise<boolean | undefined> {
  for (let tries = 1; tries <= limits.accountChangeTries; tries++) {
    const account = await accounts.find(id);
    if (!account) return undefined;
    if (stateOf(account) === state) return false;
    const told = announcement(state === "active" ? "account.enabled" : "account.disabled", account, ids);
    const jobs = [told, ...noticeJobs(account, notices[state], ids)];
    if (await accounts.change(account, { ...changeTo(state, clock()), jobs })) return true;
  }
  throw new DependencyFault("accounts", "change", true, "overtaken by other changes");
}

const notices: Record<AccountState, AccountNotice> = {
  active: "account-enabled",
  disabled: "account-disabled",
  deleted: "account-deleted",
};

function changeTo(state: AccountState, now: number): AccountChange {
  if (state === "active") return { set: { isActive: true, removedAt: undefined } };
  const removedAt = state === "deleted" ? new Date(now).toISOString() : undefined;
  const change: AccountChange = { set: { isActive: false, removedAt }, endsSessions: "all" };
  return state === "deleted" ? { ...change, forgetsKey: true } : change;
}
