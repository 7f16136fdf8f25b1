import type { Account } from "../account/account.ts";
import type { AccountChange, Accounts } from "../account/accounts.ts";
import { changeFoundAccount } from "../account/change-account.ts";
import type { Cipher } from "../account/cipher.ts";
import { type EmailAddress, hashEmail } from "../account/email.ts";
import { newJob } from "../outbox/job.ts";
import { type ConfirmationPorts, confirmPassword } from "../passwords/confirm-password.ts";
import type { BearerRefusalCode } from "../sessions/authenticate.ts";
import { changeOwnAccount, type OwnAccountPorts } from "../sessions/change-own-account.ts";
import { type SessionUsePorts, useSession } from "../sessions/use-session.ts";
import type { Ids } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { Clock } from "../shared/time.ts";

export interface EmailChangeRequestPorts extends ConfirmationPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly cipher: Pick<Cipher, "encryptEmail">;
  readonly ids: Pick<Ids, "uuidV7">;
  readonly clock: Clock;
}

/** An owner's request for another address. */
export interface NewEmail {
  readonly email: EmailAddress;
  /** The account's current password. */
  readonly current: string;
}

type NewEmailRefusalCode = "email-not-verified" | "credentials-wrong" | "account-locked" | "email-same";
export type EmailChangeRefusalCode = BearerRefusalCode | NewEmailRefusalCode;
export type EmailChangeByPageRefusalCode = "not-logged-in" | NewEmailRefusalCode;

/**
 * Requests another address for the account of an access token. Nothing is claimed or changed until that address is
 * verified. A new request replaces an earlier one. The work is the same whether or not the address is taken: the job
 * that sends the mail finds out.
 * @throws DependencyFault If the transaction's answer was lost, the mails may go out.
 */
export async function requestEmailChange(
  ports: EmailChangeRequestPorts & OwnAccountPorts,
  { bearer, ...wanted }: NewEmail & { readonly bearer: string },
): Promise<Result<void, EmailChangeRefusalCode>> {
  const asked = await changeOwnAccount(ports, bearer, ({ account }) => pendingChange(ports, account, wanted));
  return asked.ok ? accept(undefined) : asked;
}

/** Does what {@link requestEmailChange} does, for a browser that is logged in to the `form` contract's pages. */
export async function requestEmailChangeByPage(
  ports: EmailChangeRequestPorts & SessionUsePorts,
  { session, ...wanted }: NewEmail & { readonly session: string },
): Promise<Result<void, EmailChangeByPageRefusalCode>> {
  async function find() {
    const used = await useSession(ports, session, "form");
    return used ? accept(used) : refuse({ code: "not-logged-in" });
  }
  const asked = await changeFoundAccount(ports.accounts, find, ({ account }) =>
    pendingChange(ports, account, wanted),
  );
  return asked.ok ? accept(undefined) : asked;
}

async function pendingChange(
  ports: EmailChangeRequestPorts,
  account: Account,
  { email, current }: NewEmail,
): Promise<Result<AccountChange, NewEmailRefusalCode>> {
  // Otherwise an owner without a verified mailbox could hold account after account under addresses of others.
  if (!account.isVerified) return refuse({ code: "email-not-verified" });
  const confirmed = await confirmPassword(ports, account, current);
  if (!confirmed.ok) return confirmed;
  const { id: accountId } = account;
  const emailHash = hashEmail(email);
  if (emailHash === account.emailHash) return refuse({ code: "email-same" });
  const emailCiphertext = await ports.cipher.encryptEmail(accountId, email);
  const requestedAt = new Date(ports.clock()).toISOString();
  const orders = [
    { kind: "confirm-email-change", accountId, emailHash },
    { kind: "cancel-email-change", accountId, emailHash: account.emailHash },
  ] as const;
  return accept({
    set: { pendingEmail: { emailHash, emailCiphertext, requestedAt } },
    jobs: orders.map((order) => newJob(order, ports.ids.uuidV7())),
  });
}
