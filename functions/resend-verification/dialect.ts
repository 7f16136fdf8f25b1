import { paths } from "../../lib/core/shared/paths.ts";
import { mailRequest } from "../../lib/dialects/signup/mail-request.ts";

/** `POST /api/v1/auth/resend-verification`, as JSON or as a form, and its page by `GET`. */
export const resend = mailRequest({
  path: paths.resendVerification,
  title: "Confirm your e-mail address",
  intro: "We will send you a new link to confirm it.",
  button: "Send the link",
  sent: "If this address has an account that is not verified yet, a new link is on its way.",
});
