import { createHash, randomUUID } from "node:crypto";
import type { Account } from "../../../lib/core/account/account.ts";
import type { AccountChange } from "../../../lib/core/account/accounts.ts";
import type { TokenPurpose } from "../../../lib/core/account/token-purpose.ts";
import { homeEmptying } from "../../../lib/core/homes/home.ts";
import { bindingOf, type OneTimeToken } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import { type Job, newJob } from "../../../lib/core/outbox/job.ts";
import { attemptKeysOf } from "../../../lib/core/passwords/attempts.ts";
import type { Session } from "../../../lib/core/sessions/session.ts";
import { hashToken, randomIds } from "../../../lib/core/shared/ids.ts";

/** Returns the SHA-256 in hex of a value that no other test has. */
export const someHash = () => createHash("sha256").update(randomUUID()).digest("hex");

/** Makes an account as registration does, with a new email. */
export function newAccount(changes: Partial<Account> = {}): Account {
  return {
    id: randomIds.uuidV7(),
    number: 7,
    contract: "signup",
    emailHash: someHash(),
    emailCiphertext: Uint8Array.of(1, 2, 0, 255),
    passwordHash: "$2b$04$abcdefghijklmnopqrstuuJ8gA5Tq0tq3oMhUeX4rE0yB8YzVqW3a",
    role: "user",
    isActive: true,
    isVerified: false,
    epoch: 0,
    profile: { fullName: "Ada Lovelace", speakingLanguage: "en", listeningLanguage: "pt-BR" },
    home: "id",
    createdAt: "2026-11-20T12:00:00.000Z",
    ...changes,
  };
}

/** Makes the jobs of a new account: mail and home. */
export const jobsOf = ({ id }: Account): [mail: Job, home: Job] => [
  newJob({ kind: "verify-email", accountId: id }, randomIds.uuidV7()),
  newJob({ kind: "make-home", accountId: id }, randomIds.uuidV7()),
];

/** Makes the job that removes a home. */
export const cleanUpOf = ({ id }: Account): Job =>
  newJob({ kind: "remove-home", accountId: id }, randomIds.uuidV7());

/**
 * Makes a one-time token that is valid for a day.
 * @param now Milliseconds since 1970.
 */
export function newToken(account: Account, purpose: TokenPurpose, now: number): OneTimeToken {
  return {
    hash: hashToken(randomUUID()),
    purpose,
    accountId: account.id,
    ...bindingOf(purpose, account),
    validUntil: now + 86_400_000,
  };
}

/** Makes a session as a login a minute ago would. */
export function newSession(account: Account): Session {
  const beganAt = Date.now() - 60_000;
  return {
    id: randomIds.uuidV7(),
    accountId: account.id,
    contract: "signup",
    epoch: account.epoch,
    secretHash: someHash(),
    nonce: randomIds.token(),
    generation: 0,
    beganAt,
    usedAt: beganAt,
    idleUntil: beganAt + 7 * 86_400_000,
    endsAt: beganAt + 30 * 86_400_000,
  };
}

/** The account changes of the two purposes. */
export const verifying = (token: OneTimeToken): AccountChange => ({
  spends: token,
  set: { isVerified: true },
});
export const disowning = (token: OneTimeToken, cleanUp: Job): AccountChange => ({
  spends: token,
  deletes: true,
  jobs: [cleanUp],
});

/** Makes the change of a reset for an account that was never verified. */
export const resetting = (account: Account, token: OneTimeToken, passwordHash: string): AccountChange => ({
  spends: token,
  endsSessions: "all",
  clearsAttempts: attemptKeysOf(account),
  set: { passwordHash, isVerified: true, profile: { ...account.profile, fullName: null } },
  jobs: [
    newJob({ kind: "password-changed", accountId: account.id }, randomIds.uuidV7()),
    newJob(homeEmptying(account, 12), randomIds.uuidV7()),
  ],
});

/** Runs a task several times in parallel. */
export const atOnce = <Output>(times: number, act: (turn: number) => Promise<Output>): Promise<Output[]> =>
  Promise.all(Array.from({ length: times }, (_, turn) => act(turn)));
