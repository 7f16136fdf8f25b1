import type { Account } from "../account/account.ts";
import { stateOf } from "../account/account-state.ts";
import type { Accounts } from "../account/accounts.ts";
import type { Cipher } from "../account/cipher.ts";
import { hashEmail } from "../account/email.ts";
import type { MailOrder } from "../outbox/job.ts";
import type { Addressee, Invitee, Owner } from "./mail.ts";

export interface AddresseePorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
}

type OrderOf<Kind extends MailOrder["kind"]> = Extract<MailOrder, { kind: Kind }>;

/** Finds an account's owner by account id or hash of the address, if a mail to the owner is due. */
export function owner<Order extends { readonly accountId: string } | { readonly emailHash: string }>(
  isDue: (account: Account, order: Order) => boolean = () => true,
) {
  return async (ports: AddresseePorts, order: Order): Promise<Owner | undefined> => {
    const account = await accountOf(ports, order);
    return account && isDue(account, order) ? ownerOf(ports, account) : undefined;
  };
}

async function accountOf(
  { accounts }: AddresseePorts,
  order: { readonly accountId: string } | { readonly emailHash: string },
): Promise<Account | undefined> {
  if ("accountId" in order) return accounts.find(order.accountId);
  const id = await accounts.findIdByEmail(order.emailHash);
  return id === undefined ? undefined : accounts.find(id);
}

function ownerOf({ cipher }: AddresseePorts, account: Account): Owner {
  const { id, emailHash, emailCiphertext, isVerified, profile } = account;
  const email = () => cipher.decryptEmail(id, emailCiphertext);
  return { emailHash, isVerified, language: profile.speakingLanguage, email, account };
}

/** Finds the owner at the requested address, unless that was replaced, cancelled or confirmed, or has an account. */
export async function ownerAtNewAddress(
  ports: AddresseePorts,
  order: OrderOf<"confirm-email-change">,
): Promise<Owner | undefined> {
  const wanted = await findWanted(ports, order);
  if (!wanted || wanted.holderId !== undefined) return undefined;
  const { account, pending } = wanted;
  return { ...ownerOf(ports, { ...account, ...pending, isVerified: false }), account };
}

/** Finds the owner of the other account that has the requested address. */
export async function holderOfNewAddress(
  ports: AddresseePorts,
  order: OrderOf<"confirm-email-change">,
): Promise<Owner | undefined> {
  const wanted = await findWanted(ports, order);
  if (wanted?.holderId === undefined) return undefined;
  const holder = await ports.accounts.find(wanted.holderId);
  return holder && ownerOf(ports, holder);
}

/** Finds an address that is still requested, and the account that has it already. */
async function findWanted(
  { accounts }: AddresseePorts,
  { accountId, emailHash }: OrderOf<"confirm-email-change">,
) {
  const account = await accounts.find(accountId);
  const pending = account?.pendingEmail;
  if (pending?.emailHash !== emailHash || !account) return undefined;
  return { account, pending, holderId: await accounts.findIdByEmail(emailHash) };
}

/** Finds the owner at the account's former address. The account may be deleted by now. */
export async function ownerAtFormerAddress(
  { accounts, cipher }: AddresseePorts,
  { accountId, emailHash, emailCiphertext }: OrderOf<"email-changed">,
): Promise<Addressee> {
  const language = (await accounts.find(accountId))?.profile.speakingLanguage ?? "en";
  const email = () => cipher.decryptEmail(accountId, emailCiphertext);
  // Only a proven address can be replaced.
  return { emailHash, isVerified: true, language, email };
}

/** Finds the owner of a deleted account, unless an administrator has restored it. */
export async function formerOwner(
  { accounts, cipher }: AddresseePorts,
  { accountId, emailCiphertext, language }: OrderOf<"account-deleted">,
): Promise<Addressee | undefined> {
  const account = await accounts.find(accountId);
  // An account that an administrator deleted still exists.
  if (account && stateOf(account) !== "deleted") return undefined;
  const email = await cipher.decryptEmail(accountId, emailCiphertext);
  // Only owners of a proven address are notified.
  return { emailHash: hashEmail(email), isVerified: true, language, email: async () => email };
}

/**
 * Finds the address that an administrator invites. It is unproven, so invitations cannot delay mail that owners wait
 * for.
 */
export async function invitee(
  { cipher }: AddresseePorts,
  { invitationId, emailCiphertext, language, days }: OrderOf<"invitation">,
): Promise<Invitee> {
  const email = await cipher.decryptEmail(invitationId, emailCiphertext);
  return { emailHash: hashEmail(email), isVerified: false, language, days, email: async () => email };
}
