import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import type { EmailChangeRefusalCode, NewEmail } from "../../lib/core/email-address/request-email-change.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import type { Contract, WireRequest } from "../../lib/http/contract.ts";
import { emailNotVerified } from "../login-signup-username/signup-wire.ts";
import { accessTokenRefusals, passwordRefusals, requestRefusals } from "../register-signup/errors-wire.ts";

const schema = v.pipe(
  v.object({ new_email: emailSchema, current_password: v.string() }),
  v.transform(
    ({ new_email, current_password }): NewEmail => ({ email: new_email, current: current_password }),
  ),
);

/** Reads the fields of a request for another address; of the page's form as well. */
export const decodeNewEmail = ({ fields }: WireRequest) => validate(schema, fields);

/** What everybody is told whose request was taken, whether or not somebody else has the address. */
export const newEmailAsked =
  "A mail is on its way to the new address. The account keeps the one that it has until the new one is confirmed";

/** `POST /api/v1/users/me/email`, with an access token as bearer: one answer for every address. */
export const change: Contract<NewEmail & { readonly bearer: string }, void, EmailChangeRefusalCode> = {
  body: "json",
  decode(request) {
    const wanted = decodeNewEmail(request);
    return wanted.ok ? accept({ ...wanted.value, bearer: request.bearer }) : wanted;
  },
  reply: () => ({ status: 200, json: { status: "ok", message: `${newEmailAsked}.`, details: [] } }),
  refusals: {
    ...requestRefusals,
    ...accessTokenRefusals,
    ...emailNotVerified,
    "email-same": () =>
      requestRefusals.invalid({ code: "invalid", faults: [{ field: "new_email", problem: "email-same" }] }),
    ...passwordRefusals("The current password is wrong."),
  },
};
