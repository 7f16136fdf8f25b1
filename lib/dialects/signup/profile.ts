import type { ProfileView } from "../../core/account/profile-view.ts";
import type { Reply } from "../../http/dialect.ts";

/** Answers with the caller's profile. It has `account_id` and `username` too, since accounts of every contract come here. */
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

/** An account as its owner sees it. `id` is null if the account was registered through a contract without integer ids. */
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
