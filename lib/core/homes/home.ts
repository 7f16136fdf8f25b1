import type { Account } from "../account/account.ts";
import type { Cipher } from "../account/cipher.ts";
import type { EmailAddress } from "../account/email.ts";
import type { JobOrder } from "../outbox/job.ts";

/** All homes are below it in the bucket. */
export const homesPrefix = "home/";

/**
 * Where an account's home is in the bucket: `home/<account id>/`, or `home/<e-mail>/` where its contract documents that.
 * Everything in an address but `a-z 0-9 . @ _ + -` is percent-encoded, so that none can reach out of its prefix.
 */
export function homePrefix(name: string | EmailAddress): string {
  return `${homesPrefix}${name.replace(/[^a-z0-9.@_+-]/g, percentEncode)}/`;
}

// All that an address may hold is ASCII; encodeURIComponent would leave some of it as it is.
const percentEncode = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** The prefix of an account's home. @throws DependencyFault */
export async function homeOf(account: Account, cipher: Pick<Cipher, "decryptEmail">): Promise<string> {
  const { emailCiphertext } = namingAddress(account);
  return homePrefix(emailCiphertext ? await cipher.decryptEmail(account.id, emailCiphertext) : account.id);
}

/** The address that names an account's home, if one does: that of its first day, whatever the account has now. */
export function namingAddress({ home, emailCiphertext, homeEmailCiphertext }: Account): {
  readonly emailCiphertext?: Uint8Array;
} {
  return home === "email" ? { emailCiphertext: homeEmailCiphertext ?? emailCiphertext } : {};
}

/** The job that makes the home of a new account. */
export function homeMaking(account: Account): JobOrder {
  return { kind: "make-home", accountId: account.id, ...namingAddress(account) };
}

/** The job that removes the home of an account which is about to be deleted. */
export function homeRemoval(account: Account): JobOrder {
  return { kind: "remove-home", accountId: account.id, ...namingAddress(account) };
}

/**
 * The job that empties the home of an account whose maker turned out to be a stranger, and leaves it as new.
 * @param until Milliseconds since 1970: what its owner puts there afterwards stays, even when the job is repeated.
 */
export function homeEmptying(account: Account, until: number): JobOrder {
  return { kind: "empty-home", accountId: account.id, until, ...namingAddress(account) };
}
