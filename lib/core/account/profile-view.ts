import type { Account } from "./account.ts";
import type { Cipher } from "./cipher.ts";
import type { EmailAddress } from "./email.ts";

type Shown = "id" | "number" | "username" | "role" | "profile" | "isActive" | "isVerified" | "createdAt";

/**
 * The part of an account that its owner sees. It has no place for any other field, such as the password's hash. So
 * neither an account nor a copy of one passes for a view.
 */
export type ProfileView = Pick<Account, Shown> & { readonly email: EmailAddress } & {
  readonly [Kept in Exclude<keyof Account, Shown>]?: never;
};

/** Makes the view of an account, field by field. A stored field that is added later does not show by itself. */
export const profileViewOf = (
  { id, number, username, role, profile, isActive, isVerified, createdAt }: Pick<Account, Shown>,
  email: EmailAddress,
): ProfileView => ({
  id,
  ...(number !== undefined && { number }),
  ...(username !== undefined && { username }),
  email,
  role,
  profile,
  isActive,
  isVerified,
  createdAt,
});

/**
 * Makes the view of an account after decrypting its address.
 * @throws DependencyFault when a service fails.
 */
export async function openProfileView(
  cipher: Pick<Cipher, "decryptEmail">,
  account: Account,
): Promise<ProfileView> {
  return profileViewOf(account, await cipher.decryptEmail(account.id, account.emailCiphertext));
}
