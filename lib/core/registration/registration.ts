import type { Account } from "../account/account.ts";
import type { EmailAddress } from "../account/email.ts";
import type { Profile } from "../account/profile.ts";
import type { Username } from "../account/username.ts";
import type { NewPassword } from "../passwords/password.ts";
import type { ContractName } from "../shared/contracts.ts";

/** A sign-up as every contract's schema leaves it: checked, and nothing in it that a caller may not set. */
export interface Registration {
  readonly contract: ContractName;
  readonly email: EmailAddress;
  readonly password: NewPassword;
  readonly profile: Profile;
  readonly role?: string;
  /** What the caller brought for an invitation. */
  readonly invite?: string | undefined;
}

/** A sign-up that also claims a username. */
export interface RegistrationWithUsername extends Registration {
  readonly username: Username;
}

/** Either of them. */
export type AnyRegistration = Registration & { readonly username?: Username };

/** An account as its registration left it, with the address that is stored only encrypted. */
export interface Registered
  extends Pick<
    Account,
    "id" | "number" | "username" | "role" | "profile" | "isActive" | "isVerified" | "createdAt"
  > {
  readonly email: EmailAddress;
  /** The account as it is now; absent where an answer is not to depend on that. */
  readonly account?: Account;
}

export type RegistrationRefusalCode =
  | "invalid"
  | "invitation-invalid"
  | "email-taken"
  | "idempotency-key-reused"
  | "rate-limited";
