/**
 * Paths that mails and pages link to. Each serves a page by GET. Pages with a form take it by POST. The route table
 * spells the paths too, so that a search finds the row. A path without a row there does not compile.
 */
export const paths = {
  signUp: "/register",
  login: "/login",
  account: "/account",
  requestEmailChange: "/account/email",
  verifyEmail: "/api/v1/auth/verify-email",
  resendVerification: "/api/v1/auth/resend-verification",
  forgotPassword: "/api/v1/auth/forgot-password",
  resetPassword: "/api/v1/auth/reset-password",
  confirmEmailChange: "/api/v1/auth/change-email",
  cancelEmailChange: "/api/v1/auth/cancel-email-change",
} as const;
