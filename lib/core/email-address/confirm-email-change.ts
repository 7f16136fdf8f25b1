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

/** A mailed token that counts, with what its use changes. */
interface Usable extends UsableToken {
  readonly pending: PendingEmail;
}

type UseRefusalCode = TokenRefusalCode | "email-taken";
export type ConfirmationByBearerRefusalCode = BearerRefusalCode | UseRefusalCode;
type PasswordRefusalCode = "credentials-wrong" | "account-locked";
export type ConfirmationByPasswordRefusalCode = PasswordRefusalCode | UseRefusalCode;

/**
 * Looks up the token of the link that went to a new address, which still has to be pending. Spends nothing.
 * @throws DependencyFault
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
 * Gives an account the address that it has asked for: to who holds the token from the new mailbox, which alone proves
 * nothing but that mailbox, and an access token of the account. In one transaction the token is spent, the claim moves, the
 * address changes, every session but this one and every other token end, and the old address is owed a notice. Of simultaneous
 * uses one succeeds, and of simultaneous claims of the address one.
 * @throws DependencyFault Where the transaction's answer was lost, the address may be changed.
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

/** The same to who holds the token and knows the account's password, which is asked for as everywhere. Every session ends. */
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
  // Somebody may have signed up with it since it was asked for; the transaction decides, and this says why.
  async function decide(use: Use): Promise<Result<AccountChange, "email-taken" | "token-invalid">> {
    const holder = await ports.accounts.findIdByEmail(use.pending.emailHash);
    if (holder === undefined) return accept(moveTo(use, ports.ids));
    // The account itself, by the first click of two.
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
    // Of the new address too: whoever has guessed under it shall not keep its owner out.
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
