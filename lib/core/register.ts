import type { Account, ContractName, Profile } from "./account.ts";
import {
  type CommitRefusal,
  commit,
  type Draft,
  type DraftPorts,
  defaultRole,
  drawUp,
} from "./draft-account.ts";
import type { EmailAddress } from "./email.ts";
import { type IdempotencyRecord, readKey } from "./idempotency.ts";
import { limits } from "./limits.ts";
import type { NewPassword } from "./password.ts";
import type { Accounts, Outbox } from "./ports.ts";
import { accept, DependencyFault, type Result, refuse } from "./refusals.ts";
import { findRepeated, type RepeatPorts } from "./repeat-registration.ts";
import { requestMail } from "./request-mail.ts";
import type { Username } from "./username.ts";

export interface RegistrationPorts extends RepeatPorts, DraftPorts {
  readonly accounts: Pick<Accounts, "register" | "find">;
  /** Where the owner of a taken address is told by mail, and the caller as if it were new; without it the caller is refused. */
  readonly ownersMail?: Pick<Outbox, "add">;
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

/** Either of them. */
export type AnyRegistration = Registration & { readonly username?: Username };

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
 * for mail, home and event in one transaction. None of these is waited for, so none can undo or slow a sign-up.
 * Of simultaneous sign-ups with one address, through whichever contracts, exactly one succeeds.
 * @param key What the caller sent as `Idempotency-Key`. The transaction then writes a record too, and whoever repeats the
 * request within a day gets its answer, at the same time as well; other fields or another password under the same key are
 * refused. A duplicate that is refused leaves no record.
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
  registration: AnyRegistration,
  key?: string,
): Promise<Result<Registered, RegistrationRefusalCode | "username-taken">> {
  const read = readKey(key, registration);
  if (!read.ok) return read;
  const keyed = read.value;
  let outcome: CommitRefusal = "key-held";
  for (let tries = 1; tries <= limits.accountChangeTries; tries++) {
    // Also where an address is taken: another request with this key may just have taken it.
    const repeated = keyed && (await findRepeated(ports, keyed, registration.password));
    if (repeated?.ok) return accept(answerOf(registration, repeated.value.record, repeated.value.account));
    if (repeated) return repeated;
    if (outcome !== "key-held") return refuse({ code: outcome });
    const draft = await drawUp(ports, registration, keyed, ports.ownersMail !== undefined);
    const made = await commit(ports.accounts, draft);
    if (made.ok) return accept(answerOf(registration, recordedOf(made.account), made.account));
    outcome = made.outcome;
    if (outcome !== "email-taken" || !ports.ownersMail) continue;
    if (await pretend(ports, ports.ownersMail, registration, draft))
      return accept(answerOf(registration, recordedOf(draft.account)));
    outcome = "key-held";
  }
  throw new DependencyFault("accounts", "register", true, "overtaken by other requests");
}

/**
 * Does for a taken address what there is to do: tells its owner, and keeps the record that repeats are answered by.
 * @returns false if there is one already: then this is a repeat.
 */
async function pretend(
  { records, clock }: RegistrationPorts,
  outbox: Pick<Outbox, "add">,
  { email }: Registration,
  { besides: { record } }: Draft,
): Promise<boolean> {
  await requestMail({ outbox, clock }, "sign-up-again", email);
  return !record || records.put(record);
}

/** What a record keeps of an account for an answer. */
type Recorded = Pick<IdempotencyRecord, "accountId" | "number" | "createdAt">;

const recordedOf = ({ id, ...account }: Account): Recorded => ({ accountId: id, ...account });

/** What is answered, the first time and every other: by the request, and by what was made of it then. */
function answerOf(
  { email, username, profile, role = defaultRole }: AnyRegistration,
  { accountId, number, createdAt }: Recorded,
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
