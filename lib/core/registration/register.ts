import type { Account } from "../account/account.ts";
import type { Accounts } from "../account/accounts.ts";
import { profileViewOf } from "../account/profile-view.ts";
import { checkInvitation, type InvitedPorts } from "../invitations/check-invitation.ts";
import { newJob } from "../outbox/job.ts";
import { limits } from "../shared/limits.ts";
import { accept, DependencyFault, type Result, refuse } from "../shared/refusals.ts";
import {
  type Commit,
  type CommitRefusal,
  commit,
  type DraftPorts,
  defaultRole,
  drawUp,
} from "./draft-account.ts";
import { type IdempotencyRecord, type KeyedRequest, readKey } from "./idempotency.ts";
import type {
  AnyRegistration,
  Registered,
  Registration,
  RegistrationRefusalCode,
  RegistrationWithUsername,
} from "./registration.ts";
import type { Registrations } from "./registrations.ts";
import { findRepeated, type RepeatPorts } from "./repeat-registration.ts";

export interface RegistrationPorts extends RepeatPorts, DraftPorts, InvitedPorts {
  readonly accounts: Registrations & Pick<Accounts, "find">;
  /**
   * Whether a taken address stays hidden: a mail notifies its owner, and the caller gets the answer of a new account.
   */
  readonly hidesTakenEmails?: boolean;
}

/**
 * Registers an account. It hashes the password and encrypts the address. One transaction then writes the account, the
 * claim on the address, and the jobs for mail, home and event. Nothing waits for these jobs, so none can undo or slow a
 * sign-up.
 *
 * If several sign-ups race for one address, through any contracts, exactly one succeeds. If sign-ups need an
 * invitation, that is checked first and used up in the transaction. So a caller without one learns nothing about an
 * address.
 * @param key The `Idempotency-Key` header. With a key, the transaction also writes a record. Repeats within a day get
 *   the first answer, simultaneous ones too. Other fields or another password under that key are refused. A refused
 *   duplicate leaves no record.
 * @throws DependencyFault If the table or the encryption key cannot be used. If the commit's answer was lost, the
 *   account may exist.
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
    // Check this after `email-taken` and `invitation-invalid` too: another request with this key may have caused them.
    const repeated = keyed && (await findRepeated(ports, keyed, registration.password));
    if (repeated?.ok) return accept(answerOf(registration, repeated.value.record, repeated.value.account));
    if (repeated) return repeated;
    if (outcome !== "key-held") return refuse({ code: outcome });
    const made = await makeAccount(ports, registration, keyed);
    if (made.ok)
      return accept(
        answerOf(registration, recordedOf(made.account), ports.hidesTakenEmails ? undefined : made.account),
      );
    outcome = made.outcome;
  }
  throw new DependencyFault("accounts", "register", true, "overtaken by other requests");
}

/**
 * Creates the account. If the address is taken and this stays hidden, it writes what a creation writes besides the
 * account.
 */
async function makeAccount(
  ports: RegistrationPorts,
  registration: AnyRegistration,
  keyed: KeyedRequest | undefined,
): Promise<Commit> {
  const { hidesTakenEmails = false } = ports;
  const invited = await checkInvitation(ports, registration.invite, registration.email);
  if (!invited.ok) return { ok: false, outcome: invited.refusal.code };
  const { invitation } = invited.value;
  const draft = await drawUp(ports, registration, { keyed, answersAlone: hidesTakenEmails, invitation });
  const made = await commit(ports.accounts, draft);
  if (made.ok || made.outcome !== "email-taken" || !hidesTakenEmails) return made;
  const { emailHash } = draft.account;
  const mail = newJob({ kind: "sign-up-again", emailHash }, ports.ids.uuidV7());
  const outcome = await ports.accounts.registerNobody(emailHash, [mail], draft.besides);
  return outcome === "registered" ? { ok: true, account: draft.account } : { ok: false, outcome };
}

/** The fields of an account that an answer takes from its record. */
type Recorded = Pick<IdempotencyRecord, "accountId" | "number" | "createdAt">;

const recordedOf = ({ id, ...account }: Account): Recorded => ({ accountId: id, ...account });

/** Makes the answer, which is the same for every repeat, from the request and its record. */
function answerOf(
  { email, username, profile, role = defaultRole }: AnyRegistration,
  { accountId: id, ...recorded }: Recorded,
  account?: Account,
): Registered {
  const asked = { ...(username !== undefined && { username }), role, profile };
  const view = profileViewOf({ ...recorded, ...asked, id, isActive: true, isVerified: false }, email);
  return { view, ...(account && { account }) };
}
