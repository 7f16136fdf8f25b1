import { paths } from "../../lib/core/shared/paths.ts";
import { mailRequest } from "../../lib/dialects/signup/mail-request.ts";

/** `POST /api/v1/auth/forgot-password`, as JSON or as a form, and its page by `GET`. */
export const forgot = mailRequest({
  path: paths.forgotPassword,
  title: "Forgot your password?",
  intro: "We send you a link with which you can choose a new password.",
  button: "Send the link",
  sent: "If this address has an account, a mail with a link to a new password is on its way.",
});
