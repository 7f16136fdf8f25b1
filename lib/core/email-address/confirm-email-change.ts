import type { PendingEmail } from "../account/account.ts";
import type { AccountChange, Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import { namingAddress } from "../homes/home.ts";
import {
  openToken,
  type TokenPorts,
  type TokenRefusalCode,
  type UsableToken,
} from "../one-time-tokens/open-token.ts";
import { announcement } from "../outbox/announcement.ts";
import { newJob } from "../outbox/job.ts";
import { attemptKeysOf } from "../passwords/attempts.ts";
import { type ConfirmationPorts, confirmPassword } from "../passwords/confirm-password.ts";
import type { BearerRefusalCode } from "../sessions/authenticate.ts";
import { authenticate, type BearerPorts } from "../sessions/authenticate.ts";
import type { Session } from "../sessions/session.ts";
import type { Ids } from "../shared/ids.ts";
import {
  accept,
  type Outcome,
  type Refusal,
  type RefusalOf,
  type Result,
  refuse,
} from "../shared/refusals.ts";

export interface EmailChangePorts extends TokenPorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail" | "change">;
  readonly ids: Pick<Ids, "uuidV7">;
}

/** A valid mailed token, with the address that its use sets. */
interface Usable extends UsableToken {
  readonly pending: PendingEmail;
}

type UseRefusalCode = TokenRefusalCode | "email-taken";
export type ConfirmationByBearerRefusalCode = BearerRefusalCode | UseRefusalCode;
type PasswordRefusalCode = "credentials-wrong" | "account-locked";
export type ConfirmationByPasswordRefusalCode = PasswordRefusalCode | UseRefusalCode;

/**
 * Looks up the token of the link that went to a new address, which must still be pending. It does not spend the token.
 * @throws DependencyFault when a service fails.
 */
export async function openEmailChangeLink(
  ports: TokenPorts,
  raw: string,
): Promise<Result<Usable, TokenRefusalCode>> {
  const opened = await openToken(ports, raw, ["confirm-email-change"]);
  if (!opened.ok) return opened;
  const { pendingEmail: pending } = opened.value.account;
  return pending ? accept({ ...opened.value, pending }) : refuse({ code: "token-invalid" });
}

/**
 * Changes an account's email to the pending one. The caller needs the token from the new mailbox and an access token of
 * the account. The mailed token alone proves only access to that mailbox.
 *
 * One transaction spends the token, moves the claim and changes the address. It also ends every other session and
 * token, and queues a notice to the old address. If several uses race, one succeeds. If several claims of the address
 * race, one succeeds.
 * @throws DependencyFault If the transaction's answer was lost, the address may be changed.
 */
export function confirmEmailChange(
  ports: EmailChangePorts & BearerPorts,
  { token, bearer }: { readonly token: string; readonly bearer: string },
): Promise<Result<void, ConfirmationByBearerRefusalCode>> {
  return useLink(ports, async (): Promise<Result<Use, BearerRefusalCode | TokenRefusalCode>> => {
    const known = await authenticate(ports, bearer);
    if (!known.ok) return known;
    const opened = await openEmailChangeLink(ports, token);
    if (!opened.ok) return opened;
    const isIts = opened.value.account.id === known.value.account.id;
    return isIts ? accept({ ...opened.value, kept: known.value.session }) : refuse({ code: "token-invalid" });
  });
}

/**
 * Does what {@link confirmEmailChange} does, for a caller with the mailed token and the account's password. The
 * password is confirmed as everywhere. Every session ends.
 */
export function confirmEmailChangeByPassword(
  ports: EmailChangePorts & ConfirmationPorts,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<Result<void, ConfirmationByPasswordRefusalCode>> {
  return useLink(ports, async (): Promise<Result<Use, TokenRefusalCode | PasswordRefusalCode>> => {
    const opened = await openEmailChangeLink(ports, token);
    if (!opened.ok) return opened;
    const confirmed = await confirmPassword(ports, opened.value.account, password);
    return confirmed.ok ? accept(opened.value) : confirmed;
  });
}

type Use = Usable & { readonly kept?: Session | undefined };

async function useLink<R extends Refusal>(
  ports: EmailChangePorts,
  find: () => Promise<Outcome<Use, R>>,
): Promise<Outcome<void, R | RefusalOf<"email-taken" | "token-invalid">>> {
  // A stranger may have signed up with the address since the request. The transaction decides; this names the reason.
  async function decide(use: Use): Promise<Result<AccountChange, "email-taken" | "token-invalid">> {
    const holder = await ports.accounts.findIdByEmail(use.pending.emailHash);
    if (holder === undefined) return accept(moveTo(use, ports.ids));
    // The account itself holds it, by the first of two clicks.
    return refuse({ code: holder === use.account.id ? "token-invalid" : "email-taken" });
  }
  const used = await changeFoundAccount(ports.accounts, find, decide);
  return used.ok ? accept(undefined) : used;
}

function moveTo({ token, account, pending, kept }: Use, ids: Pick<Ids, "uuidV7">): AccountChange {
  const { id: accountId, emailHash, emailCiphertext } = account;
  const named = namingAddress(account).emailCiphertext;
  return {
    spends: token,
    endsSessions: kept ?? "all",
    // The count of the new address restarts too. Earlier guesses under it must not lock its owner out.
    clearsAttempts: [...attemptKeysOf(account), pending.emailHash],
    set: {
      emailHash: pending.emailHash,
      emailCiphertext: pending.emailCiphertext,
      ...(named && { homeEmailCiphertext: named }),
    },
    jobs: [
      newJob({ kind: "email-changed", accountId, emailHash, emailCiphertext }, ids.uuidV7()),
      announcement("account.email-changed", account, ids, kept?.id),
    ],
  };
}
