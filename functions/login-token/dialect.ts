import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { errorReply, requestRefusals } from "../../lib/dialects/token/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.pipe(
  v.object({ email: credentialSchema, password: credentialSchema }),
  v.transform(({ email, password }): Credentials => ({ identifier: email, password })),
);

/** The result of a login. */
export interface LoggedIn {
  /** The account's number. An account of a contract without integer ids has none. */
  readonly number: number | undefined;
  readonly access: AccessToken;
}

const wrong = () =>
  errorReply(401, "invalid_credentials", { title: "No active account with these credentials" });

/** `POST /api/auth/login/`, with or without the final slash. Every failed login gets one text. */
export const tokenLogin: Dialect<Credentials, LoggedIn, LoginRefusalCode> = {
  body: "json",
  decode: ({ fields }) => validate(schema, fields),
  reply: ({ number = null, access }) => ({
    status: 200,
    json: { access: access.token, user_id: number, profile_id: number },
  }),
  refusals: {
    ...requestRefusals,
    "credentials-wrong": wrong,
    "account-locked": wrong,
    "email-not-verified": wrong,
    "account-disabled": wrong,
    "account-deleted": wrong,
  },
};
