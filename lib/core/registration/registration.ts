import type { Account } from "../account/account.ts";
import type { EmailAddress } from "../account/email.ts";
import type { Profile } from "../account/profile.ts";
import type { ProfileView } from "../account/profile-view.ts";
import type { Username } from "../account/username.ts";
import type { NewPassword } from "../passwords/password.ts";
import type { ContractName } from "../shared/contracts.ts";
import { accept, type RefusalCode, type Result } from "../shared/refusals.ts";

/** A sign-up as every contract's schema returns it: checked, with only fields that a caller may set. */
export interface Registration {
  readonly contract: ContractName;
  readonly email: EmailAddress;
  readonly password: NewPassword;
  readonly profile: Profile;
  readonly role?: string;
  /** The invitation that the caller sent. */
  readonly invite?: string | undefined;
}

/** A sign-up that also claims a username. */
export interface RegistrationWithUsername extends Registration {
  readonly username: Username;
}

export type AnyRegistration = Registration & { readonly username?: Username };

/** The result of a registration. */
export interface Registered {
  /** The account as its registration left it. */
  readonly view: ProfileView;
  /** The account as it is now; absent if the answer must not depend on it. */
  readonly account?: Account;
}

/** Reduces a result to its view, for answers that need nothing more of the account. */
export const onlyView = <Code extends RefusalCode>(
  result: Result<Registered, Code>,
): Result<ProfileView, Code> => (result.ok ? accept(result.value.view) : result);

export type RegistrationRefusalCode =
  | "invalid"
  | "invitation-invalid"
  | "email-taken"
  | "idempotency-key-reused"
  | "rate-limited";
