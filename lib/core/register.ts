import { type Account, type ContractName, contracts, type Profile } from "./account.ts";
import { type EmailAddress, hashEmail } from "./email.ts";
import { announcement } from "./events.ts";
import { homePrefix } from "./home.ts";
import type { Ids } from "./ids.ts";
import { type Job, newJob } from "./outbox.ts";
import { hashPassword, type NewPassword } from "./password.ts";
import type { Accounts, Cipher, Clock, Numbers } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";
import type { Username } from "./username.ts";

export interface RegistrationPorts {
  readonly accounts: Accounts;
  readonly cipher: Pick<Cipher, "encryptEmail">;
  readonly numbers: Numbers;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly bcryptCost: number;
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

/** The account just made, with the address that is stored only encrypted. */
export interface Registered extends Account {
  readonly email: EmailAddress;
}

/**
 * Makes an account: hashes the password, encrypts the address, and commits account, claim on the address and the jobs
 * for mail, home and event in one transaction. None of these is waited for, so none can undo or slow a sign-up.
 * Of simultaneous sign-ups with one address, through whichever contracts, exactly one succeeds.
 * @throws DependencyFault if the table or the key cannot be used. Where the commit's answer was lost, the account may be there.
 */
export async function register(
  ports: RegistrationPorts,
  registration: RegistrationWithUsername,
): Promise<Result<Registered, "email-taken" | "username-taken">>;
export async function register(
  ports: RegistrationPorts,
  registration: Registration & { username?: never },
): Promise<Result<Registered, "email-taken">>;
export async function register(
  ports: RegistrationPorts,
  { contract, email, username, password, profile, role = "user" }: Registration & { username?: Username },
): Promise<Result<Registered, "email-taken" | "username-taken">> {
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
  };
  const jobs = [
    newJob({ kind: "verify-email", accountId: id }, ports.ids.uuidV7()),
    newJob({ kind: "make-home", accountId: id }, ports.ids.uuidV7()),
    announcement("account.registered", account, ports.ids),
  ];
  const made = await commit(ports.accounts, account, email, jobs);
  return "id" in made ? accept({ ...made, email }) : refuse({ code: made.taken });
}

/** Commits the account; where its home's name is still held, by files of an earlier owner, with a home named by its id. */
async function commit(
  accounts: Accounts,
  account: Account,
  email: EmailAddress,
  jobs: readonly Job[],
): Promise<Account | { readonly taken: "email-taken" | "username-taken" }> {
  const prefix = account.home === "email" ? homePrefix(email) : undefined;
  const outcome = await accounts.register(account, jobs, { homePrefix: prefix });
  if (outcome === "home-held") return commit(accounts, { ...account, home: "id" }, email, jobs);
  return outcome === "registered" ? account : { taken: outcome };
}
