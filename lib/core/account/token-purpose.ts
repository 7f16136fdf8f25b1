/** What a one-time token may be used for, and nothing else. */
export type TokenPurpose =
  | "verify-email"
  | "disown-account"
  | "reset-password"
  | "regain-account"
  | "change-email"
  | "cancel-email-change";
