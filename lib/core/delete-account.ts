import type { AccessTokenRefusalCode } from "./access-token.ts";
import type { Account } from "./account.ts";
import { changeOwnAccount, type OwnAccountPorts } from "./change-own-account.ts";
import { type ConfirmationPorts, confirmPassword } from "./confirm-password.ts";
import { announcement } from "./events.ts";
import { homeRemoval } from "./home.ts";
import type { Ids } from "./ids.ts";
import { attemptKeysOf } from "./login.ts";
import { noticeJobs } from "./mail/notice-jobs.ts";
import { newJob } from "./outbox.ts";
import type { AccountChange, Sessions } from "./ports.ts";
import { accept, type Result } from "./refusals.ts";
import { removalKeys } from "./unverified-removal.ts";

export interface DeletionPorts extends OwnAccountPorts, ConfirmationPorts {
  readonly ids: Pick<Ids, "uuidV7">;
}

export interface Deletion {
  /** The access token, without `Bearer`. */
  readonly bearer: string;
  readonly password: string;
}

export type DeletionRefusalCode = AccessTokenRefusalCode | "credentials-wrong" | "account-locked";

/**
 * Deletes the own account, for who also knows its password. From then on it is a tombstone, its address is free, and no
 * session or token of it counts; they, the home and the audit trail are removed by jobs. Of simultaneous callers one deletes it,
 * the others find no account any more.
 * @throws DependencyFault Where the transaction's answer was lost, the account may be deleted.
 */
export async function deleteAccount(
  ports: DeletionPorts,
  { bearer, password }: Deletion,
): Promise<Result<void, DeletionRefusalCode>> {
  const deleted = await changeOwnAccount(ports, bearer, async ({ account }) => {
    const confirmed = await confirmPassword(ports, account, password);
    return confirmed.ok ? accept(deletion(account, ports.ids)) : confirmed;
  });
  return deleted.ok ? accept(undefined) : deleted;
}

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

/** Removes the sessions of a deleted account. Bears repetition. */
export async function removeSessions(
  sessions: Pick<Sessions, "list" | "end">,
  accountId: string,
): Promise<void> {
  for (;;) {
    const some = await sessions.list(accountId);
    if (some.length === 0) return;
    await Promise.all(some.map((session) => sessions.end(session)));
  }
}
