/** The one use of a one-time token, by the name of the mail that brings it. `disown-account` is the second link of `verify-email`. */
export type TokenPurpose =
  | "verify-email"
  | "disown-account"
  | "reset-password"
  | "password-changed"
  | "confirm-email-change"
  | "cancel-email-change";
