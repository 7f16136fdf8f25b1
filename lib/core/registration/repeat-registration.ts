import { createHash } from "node:crypto";
import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import { type AttemptPorts, beginAttempt } from "../passwords/attempts.ts";
import { isPassword } from "../passwords/password.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { IdempotencyRecord, IdempotencyRecords, KeyedRequest } from "./idempotency.ts";

export interface RepeatPorts extends AttemptPorts {
  readonly accounts: Pick<Accounts, "find">;
  readonly records: IdempotencyRecords;
  readonly bcryptCost: number;
}

/** What a repeat is answered from. */
export interface Repeated {
  readonly record: IdempotencyRecord;
  /** The account as it is now; absent where the record answers alone. */
  readonly account?: Account;
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
  if (!record) return undefined;
  const answersAlone = record.passwordHash !== undefined;
  const account = answersAlone ? undefined : await ports.accounts.find(record.accountId);
  // It was deleted just now, and the record with it.
  if (!answersAlone && !account) return undefined;
  const attemptKey = account?.emailHash ?? recordAttemptKey(record);
  const isSame = record.digest === digest;
  if (isSame) {
    const { lockedSeconds } = await beginAttempt(
      ports,
      attemptKey,
      limits.repeatLookMs,
      limits.repeatLooksMost,
    );
    if (lockedSeconds > 0) return refuse({ code: "rate-limited", retryAfterSeconds: lockedSeconds });
  }
  const passwordHash = isSame ? (record.passwordHash ?? account?.passwordHash) : undefined;
  const isRight = await isPassword(password, passwordHash, ports.bcryptCost);
  if (!isRight) return refuse({ code: "idempotency-key-reused" });
  await ports.attempts.clear(attemptKey);
  return accept({ record, ...(account && { account }) });
}

/**
 * A record that answers alone has a count of its own. Whoever sent its request knows its password, so they could start the
 * count of the address anew as often as they like, and try passwords at the login of whoever it belongs to without end.
 */
const recordAttemptKey = ({ hash }: IdempotencyRecord) =>
  createHash("sha256").update(`idempotency:${hash}`).digest("hex");
