import type { Accounts } from "../account/accounts.ts";
import type { Cipher } from "../account/cipher.ts";
import type { Effects } from "../outbox/job.ts";
import { homePrefix, namingAddress } from "./home.ts";
import type { HomeClaims, Homes } from "./homes.ts";

export interface HomePorts {
  readonly accounts: Pick<Accounts, "find"> & HomeClaims;
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
