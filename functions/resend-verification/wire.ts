import * as v from "valibot";
import { type EmailAddress, emailSchema } from "../../lib/core/email.ts";
import { validate } from "../../lib/core/validate.ts";
import type { Contract } from "../../lib/http/contract.ts";
import { requestRefusals } from "../register-signup/errors-wire.ts";

const fields = v.pipe(
  v.object({ email: emailSchema }),
  v.transform(({ email }) => email),
);

/** Reads the one field of a request for a mail, `email`. */
export const decodeEmail: Contract<EmailAddress, void>["decode"] = ({ fields: input }) =>
  validate(fields, input);

/** `POST /api/v1/auth/resend-verification`: one answer for every address. */
export const resend: Contract<EmailAddress, void> = {
  body: "json",
  decode: decodeEmail,
  reply: () => ({
    status: 200,
    json: {
      status: "ok",
      message: "If this address has an account that is not verified yet, a new mail is on its way.",
      details: [],
    },
  }),
  refusals: requestRefusals,
};
