import type { Account } from "../account/account.ts";
import type { AccountChange } from "../account/accounts.ts";
import { noticeJobs } from "../account/notices.ts";
import { removalKeys } from "../account/unverified-removal.ts";
import { homeRemoval } from "../homes/home.ts";
import { announcement } from "../outbox/announcement.ts";
import { newJob } from "../outbox/job.ts";
import { attemptKeysOf } from "../passwords/attempts.ts";
import type { Ids } from "../shared/ids.ts";

/**
 * The change that deletes an account, whoever asks for it, with all that is kept under its names, and the jobs that remove
 * what there may be any number of and tell the owner of a proven address. A token that a mail is just bringing may be stored
 * after its account's were removed: it counts no more, and goes when its time is up.
 */
export function deletion(account: Account, ids: Pick<Ids, "uuidV7">): AccountChange {
  const accountId = account.id;
  const owed = [
    { kind: "remove-sessions", accountId } as const,
    { kind: "remove-tokens", accountId } as const,
    { kind: "remove-audit-trail", accountId } as const,
    homeRemoval(account),
  ];
  const removals = owed.map((order) => newJob(order, ids.uuidV7()));
  const told = [
    announcement("account.deleted", account, ids),
    ...noticeJobs(account, "account-deleted", ids),
  ];
  return {
    deletes: true,
    clearsAttempts: attemptKeysOf(account),
    cancels: removalKeys(account),
    jobs: [...removals, ...told],
  };
}
