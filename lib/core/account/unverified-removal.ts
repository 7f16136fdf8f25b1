import { type Job, type JobKey, newJob } from "../outbox/job.ts";
import { contracts } from "../shared/contracts.ts";
import { dayMs } from "../shared/time.ts";
import type { Account } from "./account.ts";

type Unverified = Pick<Account, "id" | "contract">;

/** The fixed name ensures that an account has at most one such job. */
const idOf = ({ id }: Pick<Account, "id">) => `remove-unverified#${id}`;

/**
 * Returns the job that removes an account unless it is verified in time. A sign-up or an administrator's enabling
 * writes it. Accounts that work unverified get none.
 * @param days Counted from now; 0 for never.
 */
export function unverifiedRemoval(account: Unverified, days: number): Job[] {
  if (!contracts[account.contract].mustVerify || days === 0) return [];
  return [newJob({ kind: "remove-unverified", accountId: account.id }, idOf(account), days * dayMs)];
}

/** Returns the keys that cancel that job. */
export function removalKeys(account: Unverified): JobKey[] {
  return contracts[account.contract].mustVerify ? [{ group: "effects", id: idOf(account) }] : [];
}
