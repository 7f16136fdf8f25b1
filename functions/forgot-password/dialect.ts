import { paths } from "../../lib/core/shared/paths.ts";
import { mailRequest } from "../../lib/dialects/signup/mail-request.ts";

/** `POST /api/v1/auth/forgot-password`, as JSON or as a form, and its page by `GET`. */
export const forgot = mailRequest({
  path: paths.forgotPassword,
  title: "Forgot your password?",
  intro: "We will send you a link to choose a new password.",
  button: "Send the link",
  sent: "If this address has an account, a link to choose a new password is on its way.",
});
