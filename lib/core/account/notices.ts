import { type Job, type JobOrder, newJob } from "../outbox/job.ts";
import type { Ids } from "../shared/ids.ts";
import type { Account } from "./account.ts";

/** Notices of a change of an account, by the names of their mails. */
export type AccountNotice =
  | "account-deleted"
  | "account-disabled"
  | "account-enabled"
  | "session-ended-by-reuse";

/**
 * The jobs of a notice, for the write that it tells of: none while nobody has proven the address, since its owner may be a
 * stranger.
 */
export function noticeJobs(account: Account, kind: AccountNotice, ids: Pick<Ids, "uuidV7">): Job[] {
  return account.isVerified ? [newJob(orderOf(account, kind), ids.uuidV7())] : [];
}

/** The account may be gone when the turn of a deletion's job comes, so that it carries what the mail takes. */
function orderOf({ id: accountId, emailCiphertext, profile }: Account, kind: AccountNotice): JobOrder {
  if (kind !== "account-deleted") return { kind, accountId };
  return { kind, accountId, emailCiphertext, language: profile.speakingLanguage };
}
