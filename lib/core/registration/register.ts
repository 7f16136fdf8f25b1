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
  /** Whether the owner of a taken address is told by mail, and the caller answered as if it were new. */
  readonly hidesTakenEmails?: boolean;
}

/**
 * Makes an account: hashes the password, encrypts the address, and commits account, claim on the address and the jobs
 * for mail, home and event in one transaction. None of these is waited for, so none can undo or slow a sign-up.
 * Of simultaneous sign-ups with one address, through whichever contracts, exactly one succeeds. Where sign-ups are by
 * invitation, one is looked for first and used up in that same transaction: who has none learns nothing about an address.
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
    // Also where an address is taken or an invitation used: another request with this key may just have done it.
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

/** Makes the account or, where it is not to be told that its address is taken, does all else as if it had. */
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

/** What a record keeps of an account for an answer. */
type Recorded = Pick<IdempotencyRecord, "accountId" | "number" | "createdAt">;

const recordedOf = ({ id, ...account }: Account): Recorded => ({ accountId: id, ...account });

/** What is answered, the first time and every other: by the request, and by what was made of it then. */
function answerOf(
  { email, username, profile, role = defaultRole }: AnyRegistration,
  { accountId: id, ...recorded }: Recorded,
  account?: Account,
): Registered {
  const asked = { ...(username !== undefined && { username }), role, profile };
  const view = profileViewOf({ ...recorded, ...asked, id, isActive: true, isVerified: false }, email);
  return { view, ...(account && { account }) };
}
