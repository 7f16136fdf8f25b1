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
 * Returns the change that deletes an account, for every kind of caller. The change deletes all items under the
 * account's names. Its jobs remove sessions, tokens, audit trail and home, which may be any number of items. They also
 * notify the owner of a proven address.
 *
 * A mail that is being sent may store a token after the account's tokens were removed. That token is invalid, and is
 * removed when it expires.
 */
export function deletion(account: Account, ids: Pick<Ids, "uuidV7">): AccountChange {
  const accountId = account.id;
  const orders = [
    { kind: "remove-sessions", accountId } as const,
    { kind: "remove-tokens", accountId } as const,
    { kind: "remove-audit-trail", accountId } as const,
    homeRemoval(account),
  ];
  const removals = orders.map((order) => newJob(order, ids.uuidV7()));
  const notices = [
    announcement("account.deleted", account, ids),
    ...noticeJobs(account, "account-deleted", ids),
  ];
  return {
    deletes: true,
    clearsAttempts: attemptKeysOf(account),
    cancels: removalKeys(account),
    jobs: [...removals, ...notices],
  };
}
