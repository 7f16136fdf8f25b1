import { type Account, type ContractName, contracts, type Profile } from "./account.ts";
import { type EmailAddress, hashEmail } from "./email.ts";
import { announcement } from "./events.ts";
import { homePrefix } from "./home.ts";
import type { Ids } from "./ids.ts";
import { checkInvitation, type InvitedPorts } from "./invitations.ts";
import { type Job, newJob } from "./outbox.ts";
import { hashPassword, type NewPassword } from "./password.ts";
import type { Accounts, BesidesAccount, Cipher, Clock, Numbers, RegisterOutcome } from "./ports.ts";
import { accept, type Result, refuse } from "./refusals.ts";
import type { Username } from "./username.ts";

export interface RegistrationPorts extends InvitedPorts {
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
  /** What the caller brought for an invitation. */
  readonly invite?: string | undefined;
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
 * Of simultaneous sign-ups with one address, through whichever contracts, exactly one succeeds. Where sign-ups are by
 * invitation, one is looked for first and used up in that same transaction: who has none learns nothing about an address.
 * @throws DependencyFault if the table or the key cannot be used. Where the commit's answer was lost, the account may be there.
 */
export async function register(
  ports: RegistrationPorts,
  registration: RegistrationWithUsername,
): Promise<Result<Registered, "invitation-invalid" | "email-taken" | "username-taken">>;
export async function register(
  ports: RegistrationPorts,
  registration: Registration & { username?: never },
): Promise<Result<Registered, "invitation-invalid" | "email-taken">>;
export async function register(
  ports: RegistrationPorts,
  {
    contract,
    email,
    username,
    password,
    profile,
    role = "user",
    invite,
  }: Registration & { username?: Username },
): Promise<Result<Registered, "invitation-invalid" | "email-taken" | "username-taken">> {
  const invited = await checkInvitation(ports, invite, email);
  if (!invited.ok) return invited;
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
  const made = await commit(ports.accounts, account, email, jobs, invited.value);
  return "id" in made ? accept({ ...made, email }) : refuse({ code: made.refused });
}

/** Commits the account; where its home's name is still held, by files of an earlier owner, with a home named by its id. */
async function commit(
  accounts: Accounts,
  account: Account,
  email: EmailAddress,
  jobs: readonly Job[],
  besides: BesidesAccount,
): Promise<Account | { readonly refused: Exclude<RegisterOutcome, "registered" | "home-held"> }> {
  const prefix = account.home === "email" ? homePrefix(email) : undefined;
  const outcome = await accounts.register(account, jobs, { ...besides, homePrefix: prefix });
  if (outcome === "home-held") return commit(accounts, { ...account, home: "id" }, email, jobs, besides);
  return outcome === "registered" ? account : { refused: outcome };
}
