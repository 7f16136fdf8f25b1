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
  /** The account as it is now; absent if the record answers alone. */
  readonly account?: Account;
}

/**
 * Recognises a repeat of a registration. The password is counted as an attempt before it is compared, in the count that
 * logins use. So a record gives an attacker no extra guesses. Only bcrypt compares the password, which takes as long as
 * for the first request.
 * @param password As received.
 * @returns undefined if there is no such record: the request is new.
 * @throws DependencyFault when a service fails.
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
  // The account was deleted just now, and the record with it.
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
 * A record that answers alone has its own count. Its sender knows its password, and a right password restarts a count.
 * In the count of the address, an attacker could therefore restart it at will. Then guesses at the owner's login would
 * have no limit.
 */
const recordAttemptKey = ({ hash }: IdempotencyRecord) =>
  createHash("sha256").update(`idempotency:${hash}`).digest("hex");
