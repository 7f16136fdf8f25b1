import type { Account } from "./account.ts";
import type { EmailAddress } from "./email.ts";
import type { Homes } from "./home-ports.ts";
import type { Effects, JobOrder } from "./outbox.ts";
import type { Accounts, Cipher } from "./ports.ts";

/**
 * Where an account's home is in the bucket: `home/<account id>/`, or `home/<e-mail>/` where its contract documents that.
 * Everything in an address but `a-z 0-9 . @ _ + -` is percent-encoded, so that none can reach out of its prefix.
 */
export function homePrefix(name: string | EmailAddress): string {
  return `home/${name.replace(/[^a-z0-9.@_+-]/g, percentEncode)}/`;
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

export interface HomePorts {
  readonly accounts: Pick<Accounts, "find" | "holdHome" | "releaseHome">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
  readonly homes: Homes;
}

/**
 * The effects that make, empty and remove homes. With an account its home goes, by a job of its own; the other two remove it
 * again where they find no account: an earlier try of theirs may have held the name or made something after that job was done.
 */
export function homeEffects({
  accounts,
  cipher,
  homes,
}: HomePorts): Pick<Effects<"effects">, "make-home" | "empty-home" | "remove-home"> {
  const prefixOf = async (accountId: string, emailCiphertext?: Uint8Array) =>
    homePrefix(emailCiphertext ? await cipher.decryptEmail(accountId, emailCiphertext) : accountId);

  async function remove(accountId: string, emailCiphertext?: Uint8Array): Promise<void> {
    const prefix = await prefixOf(accountId, emailCiphertext);
    if (!emailCiphertext) return homes.remove(prefix);
    // A repeat, after the name was let go of, must not touch what the next owner of the address has there.
    if (!(await accounts.holdHome(accountId, prefix))) return;
    await homes.remove(prefix);
    // Only now, empty in all its versions: the next owner of the address gets no stranger's files.
    await accounts.releaseHome(accountId, prefix);
  }

  async function make(accountId: string, emailCiphertext?: Uint8Array): Promise<void> {
    await homes.make(await prefixOf(accountId, emailCiphertext));
    // The account may have been deleted, and its home removed, between the look and the making.
    if (!(await accounts.find(accountId))) await remove(accountId, emailCiphertext);
  }

  return {
    "make-home": async ({ accountId, emailCiphertext }) => {
      const account = await accounts.find(accountId);
      if (!account) return remove(accountId, emailCiphertext);
      // By the account: of jobs that were stored before they carried the address, too, that names the home.
      await make(accountId, namingAddress(account).emailCiphertext);
    },
    "empty-home": async ({ accountId, emailCiphertext, until }) => {
      if (!(await accounts.find(accountId))) return remove(accountId, emailCiphertext);
      const prefix = await prefixOf(accountId, emailCiphertext);
      if (emailCiphertext && !(await accounts.holdHome(accountId, prefix))) return;
      await homes.remove(prefix, until);
      await make(accountId, emailCiphertext);
    },
    "remove-home": ({ accountId, emailCiphertext }) => remove(accountId, emailCiphertext),
  };
}
