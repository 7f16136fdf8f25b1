import { type Account, type ContractName, contracts, type Profile } from "./account.ts";
import { type EmailAddress, hashEmail } from "./email.ts";
import { homePrefix } from "./home.ts";
import { type IdempotencyRecord, type KeyedRequest, newRecord, readKey } from "./idempotency.ts";
import type { Ids } from "./ids.ts";
import { limits } from "./limits.ts";
import { type Job, newJob } from "./outbox.ts";
import { hashPassword, type NewPassword } from "./password.ts";
import type { Accounts, BesidesAccount, Cipher, Clock, Numbers, RegisterOutcome } from "./ports.ts";
import { accept, DependencyFault, type Result, refuse } from "./refusals.ts";
import { findRepeated, type RepeatPorts } from "./repeat-registration.ts";
import type { Username } from "./username.ts";

export interface RegistrationPorts extends RepeatPorts {
  readonly accounts: Pick<Accounts, "register" | "find">;
  readonly cipher: Pick<Cipher, "encryptEmail">;
  readonly numbers: Numbers;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** A sign-up as every contract's schema leaves it: checked, and nothing in it that a caller may not set. */
export interface Registration {
  readonly contract: ContractName;
  readonly email: EmailAddress;
  readonly password: NewPassword;
  readonly profile: Profile;
  readonly role?: string;
}

/** A sign-up that also claims a username. */
export interface RegistrationWithUsername extends Registration {
  readonly username: Username;
}

/** An account as its registration left it, with the address that is stored only encrypted. */
export interface Registered
  extends Pick<
    Account,
    "id" | "number" | "username" | "role" | "profile" | "isActive" | "isVerified" | "createdAt"
  > {
  readonly email: EmailAddress;
  /** The account as it is now; absent where an answer is not to depend on that. */
  readonly account?: Account;
}

export type RegistrationRefusalCode = "invalid" | "email-taken" | "idempotency-key-reused" | "rate-limited";

/**
 * Makes an account: hashes the password, encrypts the address, and commits account, claim on the address and the jobs
 * for mail and home in one transaction. Mail and home are not waited for, so neither can undo or slow a sign-up.
 * Of simultaneous sign-ups with one address, through whichever contracts, exactly one succeeds.
 * @param key What the caller sent as `Idempotency-Key`. The transaction then writes a record too, and whoever repeats the
 * request within a day gets its answer, at the same time as well; other fields or another password under the same key are
 * refused. A duplicate leaves no record.
 * @throws DependencyFault if the table or the key cannot be used. Where the commit's answer was lost, the account may be there.
 */
export async function register(
  ports: RegistrationPorts,
  registration: RegistrationWithUsername,
  key?: string,
): Promise<Result<Registered, RegistrationRefusalCode | "username-taken">>;
export async function register(
  ports: RegistrationPorts,
  registration: Registration & { username?: never },
  key?: string,
): Promise<Result<Registered, RegistrationRefusalCode>>;
export async function register(
  ports: RegistrationPorts,
  registration: Registration & { username?: Username },
  key?: string,
): Promise<Result<Registered, RegistrationRefusalCode | "username-taken">> {
  const read = readKey(key, registration);
  if (!read.ok) return read;
  const keyed = read.value;
  let outcome: Outcome = "key-held";
  for (let tries = 1; tries <= limits.accountChangeTries; tries++) {
    // Also where an address is taken: another request with this key may just have taken it.
    const repeated = keyed && (await findRepeated(ports, keyed, registration.password));
    if (repeated?.ok) return accept(answerOf(registration, repeated.value.record, repeated.value.account));
    if (repeated) return repeated;
    if (outcome !== "key-held") return refuse({ code: outcome });
    const { account, ...made } = await make(ports, registration, keyed);
    if (made.outcome === "registered")
      return accept(answerOf(registration, { accountId: account.id, ...account }, account));
    outcome = made.outcome;
  }
  throw new DependencyFault("accounts", "register", true, "overtaken by other requests");
}

/** One try came to this. */
type Outcome = Exclude<RegisterOutcome, "registered" | "home-held">;

/** Draws up an account and commits it. */
async function make(
  ports: RegistrationPorts,
  registration: Registration & { username?: Username },
  keyed: KeyedRequest | undefined,
): Promise<{ account: Account; outcome: Outcome | "registered" }> {
  const { contract, email, username, password, profile, role } = registration;
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
    role: role ?? defaultRole,
    isActive: true,
    isVerified: false,
    epoch: 0,
    profile,
    home: contracts[contract].home,
    createdAt: new Date(ports.clock()).toISOString(),
    ...(keyed && { idempotencyHash: keyed.hash }),
  };
  const jobs = [
    newJob({ kind: "verify-email", accountId: id }, ports.ids.uuidV7()),
    newJob({ kind: "make-home", accountId: id }, ports.ids.uuidV7()),
  ];
  const record = keyed && newRecord(keyed, account);
  const prefix = account.home === "email" ? homePrefix(email) : undefined;
  return { account, outcome: await commit(ports.accounts, account, jobs, { homePrefix: prefix, record }) };
}

/** Commits the account; where its home's name is still held, by files of an earlier owner, with a home named by its id. */
async function commit(
  accounts: Pick<Accounts, "register">,
  account: Account,
  jobs: readonly Job[],
  besides: BesidesAccount,
): Promise<Outcome | "registered"> {
  const outcome = await accounts.register(account, jobs, besides);
  if (outcome !== "home-held") return outcome;
  return commit(accounts, { ...account, home: "id" }, jobs, { ...besides, homePrefix: undefined });
}

const defaultRole = "user";

/** What is answered, the first time and every other: by the request, and by what was made of it then. */
function answerOf(
  { email, username, profile, role = defaultRole }: Registration & { username?: Username },
  { accountId, number, createdAt }: Pick<IdempotencyRecord, "accountId" | "number" | "createdAt">,
  account?: Account,
): Registered {
  return {
    id: accountId,
    email,
    ...(number !== undefined && { number }),
    ...(username !== undefined && { username }),
    role,
    profile,
    isActive: true,
    isVerified: false,
    createdAt,
    ...(account && { account }),
  };
}
