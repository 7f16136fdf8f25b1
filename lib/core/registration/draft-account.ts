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
  /** Days after which an account that has to be verified goes if it never was; 0 for never. */
  readonly removeUnverifiedAfterDays: number;
}

/** The role of who asks for none. */
export const defaultRole = "user";

/** What a commit came to that made no account. */
export type CommitRefusal = Exclude<RegisterOutcome, "registered" | "home-held">;

export type Commit =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly outcome: CommitRefusal };

/** An account that is not committed yet, with all that goes with it. */
export interface Draft {
  readonly account: Account;
  readonly jobs: readonly Job[];
  readonly besides: BesidesAccount;
}

/** What else a draft depends on. */
export interface DraftTerms {
  readonly keyed: KeyedRequest | undefined;
  /** Whether repeats are to be answered from the record alone. */
  readonly answersAlone: boolean;
  /** Hash of the invitation that it uses up. */
  readonly invitation: string | undefined;
}

/** Draws up the account of a sign-up: hashes the password, encrypts the address, takes a number. */
export async function drawUp(
  ports: DraftPorts,
  { contract, email, username, password, profile, role = defaultRole }: AnyRegistration,
  { keyed, answersAlone, invitation }: DraftTerms,
): Promise<Draft> {
  const id = ports.ids.uuidV7();
  // In this order: bcryptjs lets I/O through every 100 ms only, so the requests have to be on their way first.
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
    // A record that answers alone is not the account's: gone with it, it would tell a later repeat that there was one.
    ...(keyed && !answersAlone && { idempotencyHash: keyed.hash }),
  };
  const record = keyed && newRecord(keyed, account, answersAlone);
  const prefix = account.home === "email" ? homePrefix(email) : undefined;
  return { account, jobs: owedFor(account, ports), besides: { homePrefix: prefix, record, invitation } };
}

/** What a new account is owed: its mail, its home, its event and, where it cannot be used unverified, its end if it stays so. */
function owedFor(account: Account, { ids, removeUnverifiedAfterDays: days }: DraftPorts): Job[] {
  const { id } = account;
  return [
    newJob({ kind: "verify-email", accountId: id }, ids.uuidV7()),
    newJob(homeMaking(account), ids.uuidV7()),
    announcement("account.registered", account, ids),
    ...unverifiedRemoval(account, days),
  ];
}

/** Commits the account; where its home's name is still held, by files of an earlier owner, with a home named by its id. */
export async function commit(
  accounts: Pick<Registrations, "register">,
  { account, jobs, besides }: Draft,
): Promise<Commit> {
  const outcome = await accounts.register(account, jobs, besides);
  if (outcome === "home-held") {
    const byId: Account = { ...account, home: "id" };
    const owed = jobs.map((job) =>
      job.order.kind === "make-home" ? { ...job, order: homeMaking(byId) } : job,
    );
    return commit(accounts, { account: byId, jobs: owed, besides: { ...besides, homePrefix: undefined } });
  }
  return outcome === "registered" ? { ok: true, account } : { ok: false, outcome };
}
