/** The purpose of a one-time token, named by its mail. `disown-account` is the second link of `verify-email`. */
export type TokenPurpose =
  | "verify-email"
  | "disown-account"
  | "reset-password"
  | "password-changed"
  | "confirm-email-change"
  | "cancel-email-change";
