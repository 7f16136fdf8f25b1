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
 * The effects that make, empty and remove homes. A deleted account's home is removed by a job of its own. The other two
 * effects remove it again if they find no account. An earlier try of theirs may have claimed the name, or made
 * something, after that job was done.
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
    // A repeat after the release of the name must not touch the files of the address's next owner.
    if (!(await accounts.holdHome(accountId, prefix))) return;
    await homes.remove(prefix);
    // The release comes last, when all versions are gone. So the next owner of the address gets no stranger's files.
    await accounts.releaseHome(accountId, prefix);
  }

  async function make(accountId: string, emailCiphertext?: Uint8Array): Promise<void> {
    await homes.make(await prefixOf(accountId, emailCiphertext));
    // The account may have been deleted, and its home removed, between the read and the making.
    if (!(await accounts.find(accountId))) await remove(accountId, emailCiphertext);
  }

  return {
    "make-home": async ({ accountId, emailCiphertext }) => {
      const account = await accounts.find(accountId);
      if (!account) return remove(accountId, emailCiphertext);
      // The account names the home, because jobs stored by an earlier version do not contain the address.
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
