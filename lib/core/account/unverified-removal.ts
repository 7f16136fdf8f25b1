import { type Job, type JobKey, newJob } from "../outbox/job.ts";
import { contracts } from "../shared/contracts.ts";
import { dayMs } from "../shared/time.ts";
import type { Account } from "./account.ts";

type Unverified = Pick<Account, "id" | "contract">;

/** An account has one such job at the most, by this name. */
const idOf = ({ id }: Pick<Account, "id">) => `remove-unverified#${id}`;

/**
 * The job that removes an account which was never verified, for the write that lets it be used: its sign-up, or an
 * administrator's enabling. None where it can be used unverified.
 * @param days Counted from now; 0 for never.
 */
export function unverifiedRemoval(account: Unverified, days: number): Job[] {
  if (!contracts[account.contract].mustVerify || days === 0) return [];
  return [newJob({ kind: "remove-unverified", accountId: account.id }, idOf(account), days * dayMs)];
}

/** What that job is cancelled by, where the account is not to be removed by it any more. */
export function removalKeys(account: Unverified): JobKey[] {
  return contracts[account.contract].mustVerify ? [{ group: "effects", id: idOf(account) }] : [];
}
