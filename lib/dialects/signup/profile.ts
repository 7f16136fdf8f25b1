import type { ProfileView } from "../../core/account/profile-view.ts";
import type { Reply } from "../../http/dialect.ts";

/** The own profile. Accounts of every contract come here, so their other names are in it as well. */
export const profileReply = (view: ProfileView, message: string): Reply => ({
  status: 200,
  json: {
    status: "ok",
    message,
    details: [],
    ...publicProfile(view),
    account_id: view.id,
    username: view.username ?? null,
  },
});

/** An account as it is shown to its owner. One that was made through a contract without integer ids has none. */
export const publicProfile = (view: ProfileView) => ({
  id: view.number ?? null,
  email: view.email,
  full_name: view.profile.fullName,
  speaking_language: view.profile.speakingLanguage,
  listening_language: view.profile.listeningLanguage,
  is_active: view.isActive,
  is_verified: view.isVerified,
  created_at: view.createdAt,
});
