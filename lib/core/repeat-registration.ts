import type { Account } from "./account.ts";
import type { IdempotencyRecord, IdempotencyRecords, KeyedRequest } from "./idempotency.ts";
import { limits } from "./limits.ts";
import type { Sleep } from "./login.ts";
import { isPassword } from "./password.ts";
import type { Accounts, Attempt, Attempts } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";

export interface RepeatPorts {
  readonly accounts: Pick<Accounts, "find">;
  readonly records: Pick<IdempotencyRecords, "find">;
  readonly attempts: Attempts;
  readonly sleep: Sleep;
  readonly bcryptCost: number;
}

/** What a repeat is answered from. */
export interface Repeated {
  readonly record: IdempotencyRecord;
  /** The account as it is now. */
  readonly account: Account;
}

/**
 * Recognises a repeat of a registration. Its password is counted before it is looked at, like a login's and in the same
 * count, so that a record is no way to try passwords. bcrypt alone looks at it, for as long as the first request took.
 * @param password As it came.
 * @returns undefined if there is no such record: the request is a new one.
 * @throws DependencyFault
 */
export async function findRepeated(
  ports: RepeatPorts,
  { hash, digest }: KeyedRequest,
  password: string,
): Promise<Result<Repeated, "idempotency-key-reused" | "rate-limited"> | undefined> {
  const record = await ports.records.find(hash);
  const account = record && (await ports.accounts.find(record.accountId));
  // Without an account it was deleted just now, and the record with it.
  if (!record || !account) return undefined;
  const isSame = record.digest === digest;
  if (isSame) {
    const { lockedSeconds } = await beginAttempt(ports, account.emailHash);
    if (lockedSeconds > 0) return refuse({ code: "rate-limited", retryAfterSeconds: lockedSeconds });
  }
  const isRight = await isPassword(password, isSame ? account.passwordHash : undefined, ports.bcryptCost);
  if (!isRight) return refuse({ code: "idempotency-key-reused" });
  await ports.attempts.clear(account.emailHash);
  return accept({ record, account });
}

/** Counts an attempt. While a lock is so new that right ones under way may have brought it, it looks again. */
async function beginAttempt({ attempts, sleep }: RepeatPorts, key: string): Promise<Attempt> {
  for (let looks = 1; ; looks++) {
    const attempt = await attempts.begin(key);
    if (!attempt.isNew || looks === limits.repeatLooksMost) return attempt;
    await sleep(limits.repeatLookMs);
  }
}
