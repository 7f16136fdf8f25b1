import type { Account } from "../account/account.ts";
import { type AccountState, stateOf } from "../account/account-state.ts";
import type { AccountChange, Accounts } from "../account/accounts.ts";
import { type AccountNotice, noticeJobs } from "../account/notices.ts";
import { removalKeys, unverifiedRemoval } from "../account/unverified-removal.ts";
import { announcement } from "../outbox/announcement.ts";
import type { Ids } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { DependencyFault } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";

export interface AdministrationPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly clock: Clock;
  /**
   * Days after its enabling until a never-verified account is removed, if its contract requires verification; 0 for
   * never.
   */
  readonly removeUnverifiedAfterDays: number;
}

/**
 * Sets an account's state. Every state but `active` ends its sessions, access tokens and one-time tokens at once.
 * Claims, home and profile stay in every state, so `active` restores everything but the sessions.
 *
 * If the address still has to be verified, enabling grants the full time for that again. A disabled account is not
 * removed, but an enabled one must not hold a stranger's address for ever. A mail notifies the owner of a verified
 * address.
 * @returns Whether the state changed; undefined if there is no such account.
 * @throws DependencyFault when a service fails.
 */
export async function setState(
  ports: AdministrationPorts,
  id: string,
  state: AccountState,
): Promise<boolean | undefined> {
  for (let tries = 1; tries <= limits.accountChangeTries; tries++) {
    const account = await ports.accounts.find(id);
    if (!account) return undefined;
    if (stateOf(account) === state) return false;
    if (await ports.accounts.change(account, changeTo(state, account, ports))) return true;
  }
  throw new DependencyFault("accounts", "change", true, "overtaken by other changes");
}

const notices: Record<AccountState, AccountNotice> = {
  active: "account-enabled",
  disabled: "account-disabled",
  deleted: "account-deleted",
};

function changeTo(
  state: AccountState,
  account: Account,
  { ids, clock, removeUnverifiedAfterDays: days }: AdministrationPorts,
): AccountChange {
  const event = announcement(state === "active" ? "account.enabled" : "account.disabled", account, ids);
  const jobs = [event, ...noticeJobs(account, notices[state], ids)];
  if (state === "active") {
    const removal = account.isVerified ? [] : unverifiedRemoval(account, days);
    return { set: { isActive: true, removedAt: undefined }, jobs: [...jobs, ...removal] };
  }
  const removedAt = state === "deleted" ? new Date(clock()).toISOString() : undefined;
  const change: AccountChange = {
    set: { isActive: false, removedAt },
    endsSessions: "all",
    jobs,
    cancels: removalKeys(account),
  };
  return state === "deleted" ? { ...change, forgetsKey: true } : change;
}
