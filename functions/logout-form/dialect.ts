import { paths } from "../../lib/core/shared/paths.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { failurePage, requestRefusals } from "../../lib/dialects/form/answers.ts";
import { type Dialect, sessionCookie, sessionOf } from "../../lib/http/dialect.ts";

/** `POST /logout`: the button of the account page. It also succeeds without a session. */
export const logout: Dialect<string, void> = {
  // A script that logs out has nothing to send.
  body: "form-or-nothing",
  decode: (request) => accept(sessionOf(request)),
  reply: () => ({ status: 302, location: paths.login, cookies: [sessionCookie("", 0)] }),
  refusals: requestRefusals(failurePage),
};
