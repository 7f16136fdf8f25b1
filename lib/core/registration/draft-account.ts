import type { Account } from "../account/account.ts";
import type { Cipher } from "../account/cipher.ts";
import { hashEmail } from "../account/email.ts";
import { unverifiedRemoval } from "../account/unverified-removal.ts";
import { homeMaking, homePrefix } from "../homes/home.ts";
import { announcement } from "../outbox/announcement.ts";
import { type Job, newJob } from "../outbox/job.ts";
import { hashPassword } from "../passwords/password.ts";
import { contracts } from "../shared/contracts.ts";
import type { Ids } from "../shared/ids.ts";
import type { Clock } from "../shared/time.ts";
import { type KeyedRequest, newRecord } from "./idempotency.ts";
import type { Numbers } from "./numbers.ts";
import type { AnyRegistration } from "./registration.ts";
import type { BesidesAccount, RegisterOutcome, Registrations } from "./registrations.ts";

export interface DraftPorts {
  readonly cipher: Pick<Cipher, "encryptEmail">;
  readonly numbers: Numbers;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly bcryptCost: number;
  /** Days after which a never-verified account is removed, if its contract requires verification; 0 for never. */
  readonly removeUnverifiedAfterDays: number;
}

/** The default role. */
export const defaultRole = "user";

/** Why a commit did not create an account. */
export type CommitRefusal = Exclude<RegisterOutcome, "registered" | "home-held">;

export type Commit =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly outcome: CommitRefusal };

/** An account before its commit, with everything that the commit writes. */
export interface Draft {
  readonly account: Account;
  readonly jobs: readonly Job[];
  readonly besides: BesidesAccount;
}

/** The terms of a draft that come from the request. */
export interface DraftTerms {
  readonly keyed: KeyedRequest | undefined;
  /** Whether the record alone answers repeats. */
  readonly answersAlone: boolean;
  /** Hash of the invitation that the registration uses up. */
  readonly invitation: string | undefined;
}

/** Drafts the account of a sign-up: hashes the password, encrypts the address, takes a number. */
export async function drawUp(
  ports: DraftPorts,
  { contract, email, username, password, profile, role = defaultRole }: AnyRegistration,
  { keyed, answersAlone, invitation }: DraftTerms,
): Promise<Draft> {
  const id = ports.ids.uuidV7();
  // Keep this order. bcryptjs lets I/O through only every 100 ms, so the requests must leave first.
  const [emailCiphertext, number, passwordHash] = await Promise.all([
    ports.cipher.encryptEmail(id, email),
    contracts[contract].isNumbered ? ports.numbers.take() : undefined,
    hashPassword(password, ports.bcryptCost),
  ]);
  const account: Account = {
    id,
    ...(number !== undefined && { number }),
    ...(username !== undefined && { username }),
    contract,
    emailHash: hashEmail(email),
    emailCiphertext,
    passwordHash,
    role,
    isActive: true,
    isVerified: false,
    epoch: 0,
    profile,
    home: contracts[contract].home,
    createdAt: new Date(ports.clock()).toISOString(),
    // A record that answers alone does not belong to the account. If it went with the account, a later repeat would
    // reveal that there was one.
    ...(keyed && !answersAlone && { idempotencyHash: keyed.hash }),
  };
  const record = keyed && newRecord(keyed, account, answersAlone);
  const prefix = account.home === "email" ? homePrefix(email) : undefined;
  return { account, jobs: jobsFor(account, ports), besides: { homePrefix: prefix, record, invitation } };
}

/** Lists the jobs of a new account: its mail, its home, its event and, if it must be verified, its removal. */
function jobsFor(account: Account, { ids, removeUnverifiedAfterDays: days }: DraftPorts): Job[] {
  const { id } = account;
  return [
    newJob({ kind: "verify-email", accountId: id }, ids.uuidV7()),
    newJob(homeMaking(account), ids.uuidV7()),
    announcement("account.registered", account, ids),
    ...unverifiedRemoval(account, days),
  ];
}

/** Commits the account. If files of an earlier owner still hold its home's name, it gets a home named by its id. */
export async function commit(
  accounts: Pick<Registrations, "register">,
  { account, jobs, besides }: Draft,
): Promise<Commit> {
  const outcome = await accounts.register(account, jobs, besides);
  if (outcome === "home-held") {
    const byId: Account = { ...account, home: "id" };
    const jobsOfId = jobs.map((job) =>
      job.order.kind === "make-home" ? { ...job, order: homeMaking(byId) } : job,
    );
    return commit(accounts, {
      account: byId,
      jobs: jobsOfId,
      besides: { ...besides, homePrefix: undefined },
    });
  }
  return outcome === "registered" ? { ok: true, account } : { ok: false, outcome };
}
