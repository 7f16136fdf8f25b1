import type { Account } from "../account/account.ts";
import type { Cipher } from "../account/cipher.ts";
import type { EmailAddress } from "../account/email.ts";
import type { JobOrder } from "../outbox/job.ts";

/** The prefix of all homes in the bucket. */
export const homesPrefix = "home/";

/**
 * Returns the prefix of an account's home: `home/<account id>/`, or `home/<e-mail>/` if its contract documents that.
 * Every character of an address but `a-z 0-9 . @ _ + -` is percent-encoded, so that no address escapes its prefix.
 */
export function homePrefix(name: string | EmailAddress): string {
  return `${homesPrefix}${name.replace(/[^a-z0-9.@_+-]/g, percentEncode)}/`;
}

// All characters of an address are ASCII. encodeURIComponent would leave some of them as they are.
const percentEncode = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/**
 * Returns the prefix of an account's home.
 * @throws DependencyFault when a service fails.
 */
export async function homeOf(account: Account, cipher: Pick<Cipher, "decryptEmail">): Promise<string> {
  const { emailCiphertext } = namingAddress(account);
  return homePrefix(emailCiphertext ? await cipher.decryptEmail(account.id, emailCiphertext) : account.id);
}

/**
 * Returns the address that names an account's home, if one does. It stays the first one, even if the account gets
 * another.
 */
export function namingAddress({ home, emailCiphertext, homeEmailCiphertext }: Account): {
  readonly emailCiphertext?: Uint8Array;
} {
  return home === "email" ? { emailCiphertext: homeEmailCiphertext ?? emailCiphertext } : {};
}

/** Returns the job that makes the home of a new account. */
export function homeMaking(account: Account): JobOrder {
  return { kind: "make-home", accountId: account.id, ...namingAddress(account) };
}

/** Returns the job that removes the home of an account that is being deleted. */
export function homeRemoval(account: Account): JobOrder {
  return { kind: "remove-home", accountId: account.id, ...namingAddress(account) };
}

/**
 * Returns the job that empties the home of an account that a stranger had made, and leaves it as new.
 * @param until Milliseconds since 1970. Files that the owner puts there later stay, even if the job is repeated.
 */
export function homeEmptying(account: Account, until: number): JobOrder {
  return { kind: "empty-home", accountId: account.id, until, ...namingAddress(account) };
}
