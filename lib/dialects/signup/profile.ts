import type { Registered } from "../../core/registration/registration.ts";
import type { Reply } from "../../http/dialect.ts";

/** The own profile. Accounts of every contract come here, so their other names are in it as well. */
export const profileReply = (account: Registered, message: string): Reply => ({
  status: 200,
  json: {
    status: "ok",
    message,
    details: [],
    ...publicProfile(account),
    account_id: account.id,
    username: account.username ?? null,
  },
});

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
