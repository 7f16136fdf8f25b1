import * as v from "valibot";
import { emailSchema } from "../../core/account/email.ts";
import type { NewEmail } from "../../core/email-address/request-email-change.ts";
import { validate } from "../../core/shared/validate.ts";
import type { DialectRequest } from "../../http/dialect.ts";
import type { Words } from "../../http/words.ts";

const schema = v.pipe(
  v.object({ new_email: emailSchema, current_password: v.string() }),
  v.transform(
    ({ new_email, current_password }): NewEmail => ({ email: new_email, current: current_password }),
  ),
);

/** Reads a request for a new address, from the JSON endpoint or from the page's form. */
export const decodeNewEmail = ({ fields }: DialectRequest) => validate(schema, fields);

/** Answers every accepted request, so that callers do not learn whether another account has the address. */
export const newEmailAsked: Words = {
  title: "A link is on its way to the new address",
  text: "Your account keeps its present address until you confirm the new one.",
};
