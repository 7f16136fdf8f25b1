import type { Registered } from "../../lib/core/registration/registration.ts";

/** An account as it is shown to its owner. One that was made through a contract without integer ids has none. */
export const publicProfile = (account: Registered) => ({
  id: account.number ?? null,
  email: account.email,
  full_name: account.profile.fullName,
  speaking_language: account.profile.speakingLanguage,
  listening_language: account.profile.listeningLanguage,
  is_active: account.isActive,
  is_verified: account.isVerified,
  created_at: account.createdAt,
});
