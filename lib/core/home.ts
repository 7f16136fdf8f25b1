import type { Account } from "./account.ts";
import type { EmailAddress } from "./email.ts";
import type { Effects, JobOrder } from "./outbox.ts";
import type { Accounts, Cipher, Homes } from "./ports.ts";

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

/** The prefix of an account's home. */
export function homeOf({ id, home }: Account, email: EmailAddress): string {
  return homePrefix(home === "email" ? email : id);
}

/** The job that removes the home of an account which is about to be deleted. */
export function homeRemoval({ id, home, emailCiphertext }: Account): JobOrder {
  return { kind: "remove-home", accountId: id, ...(home === "email" && { emailCiphertext }) };
}

export interface HomePorts {
  readonly accounts: Pick<Accounts, "find" | "holdHome" | "releaseHome">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
  readonly homes: Homes;
}

/** The effects that make and remove homes. */
export function homeEffects({
  accounts,
  cipher,
  homes,
}: HomePorts): Pick<Effects<"effects">, "make-home" | "remove-home"> {
  const namedByEmail = async (accountId: string, ciphertext: Uint8Array) =>
    homePrefix(await cipher.decryptEmail(accountId, ciphertext));

  async function remove(accountId: string, emailCiphertext?: Uint8Array): Promise<void> {
    if (!emailCiphertext) return homes.remove(homePrefix(accountId));
    const prefix = await namedByEmail(accountId, emailCiphertext);
    // A repeat, after the name was let go of, must not touch what the next owner of the address has there.
    if (!(await accounts.holdHome(accountId, prefix))) return;
    await homes.remove(prefix);
    // Only now, empty in all its versions: the next owner of the address gets no stranger's files.
    await accounts.releaseHome(accountId, prefix);
  }

  return {
    "make-home": async ({ accountId }) => {
      const account = await accounts.find(accountId);
      if (!account) return;
      const emailCiphertext = account.home === "email" ? account.emailCiphertext : undefined;
      await homes.make(
        emailCiphertext ? await namedByEmail(accountId, emailCiphertext) : homePrefix(accountId),
      );
      // The account may have been deleted, and its home removed, between the look and the making.
      if (!(await accounts.find(accountId))) await remove(accountId, emailCiphertext);
    },
    "remove-home": ({ accountId, emailCiphertext }) => remove(accountId, emailCiphertext),
  };
}
