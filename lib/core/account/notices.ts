import { type Job, type JobOrder, newJob } from "../outbox/job.ts";
import type { Ids } from "../shared/ids.ts";
import type { Account } from "./account.ts";

/** Notices of changes of an account, named by their mails. */
export type AccountNotice =
  | "account-deleted"
  | "account-disabled"
  | "account-enabled"
  | "session-ended-by-reuse";

/**
 * Returns the jobs of a notice, for the transaction of the change. An unproven address gets none, since its owner may
 * be a stranger.
 */
export function noticeJobs(account: Account, kind: AccountNotice, ids: Pick<Ids, "uuidV7">): Job[] {
  return account.isVerified ? [newJob(orderOf(account, kind), ids.uuidV7())] : [];
}

/** The job of a deletion carries the mail's data, because the account may be gone when the job runs. */
function orderOf({ id: accountId, emailCiphertext, profile }: Account, kind: AccountNotice): JobOrder {
  if (kind !== "account-deleted") return { kind, accountId };
  return { kind, accountId, emailCiphertext, language: profile.speakingLanguage };
}
