import type { EmailChangeRefusalCode, NewEmail } from "../../lib/core/email-address/request-email-change.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { decodeNewEmail, newEmailAsked } from "../../lib/dialects/shared/new-email.ts";
import {
  accessTokenErrors,
  emailNotVerified,
  inJson,
  passwordErrors,
  requestErrors,
} from "../../lib/dialects/signup/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";
import { messageOf } from "../../lib/http/words.ts";

/** `POST /api/v1/users/me/email`, with an access token. The answer is equal for every address. */
export const change: Dialect<NewEmail & { readonly bearer: string }, void, EmailChangeRefusalCode> = {
  body: "json",
  decode(request) {
    const wanted = decodeNewEmail(request);
    return wanted.ok ? accept({ ...wanted.value, bearer: request.bearer }) : wanted;
  },
  reply: () => ({ status: 200, json: { status: "ok", message: messageOf(newEmailAsked), details: [] } }),
  refusals: inJson({
    ...requestErrors,
    ...accessTokenErrors,
    ...emailNotVerified,
    "email-same": (_, request) =>
      requestErrors.invalid(
        { code: "invalid", faults: [{ field: "new_email", problem: "email-same" }] },
        request,
      ),
    ...passwordErrors("The current password is wrong"),
  }),
};
